//! The conversations about a guide, as panels show them.

use annai_domain::{GuideId, RevisionId, ThreadAction, ThreadId};
use jiff::Timestamp;
use serde::Serialize;

/// Every conversation about a guide, and the form that begins another.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadsView {
    pub guide_id: GuideId,
    /// The revision that the text on this page began with.
    pub revision_id: RevisionId,
    /// On which page they are shown: `editor` or `review`.
    pub page: &'static str,
    /// Those that are not settled, in the order of what they are about.
    pub open: Vec<ThreadView>,
    /// Those that are, the newest first.
    pub resolved: Vec<ThreadView>,
    pub may_comment: bool,
    /// The fields that a conversation can be about.
    pub fields: Vec<FieldChoice>,
    /// The names of those who can be called.
    pub people: Vec<String>,
}

/// A front matter field and what people call it.
#[derive(Debug, Clone, Serialize)]
pub struct FieldChoice {
    pub key: String,
    pub label: String,
}

/// One conversation.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is shown by itself")]
pub struct ThreadView {
    pub thread_id: ThreadId,
    /// The field that it is about, if it is about one.
    pub field: Option<FieldChoice>,
    /// The words that it is about, if it is about words.
    pub quote: Option<String>,
    /// Where what it is about stands now; `None` for the guide as a whole.
    pub place: Option<PlaceView>,
    pub is_blocking: bool,
    pub is_open: bool,
    pub may_resolve: bool,
    pub may_reopen: bool,
    pub comments: Vec<CommentView>,
    pub events: Vec<ThreadEventView>,
}

/// Where an anchor stands in the text on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceView {
    /// `found`, `ambiguous` or `gone`.
    pub state: &'static str,
    /// For words, where they begin and end in the body, as a text area counts.
    pub body: Option<(usize, usize)>,
}

/// Where the anchor of one conversation stands, for the editor's script.
#[derive(Debug, Serialize)]
pub struct ThreadPlace {
    pub thread_id: ThreadId,
    #[serde(flatten)]
    pub place: PlaceView,
}

/// One comment.
#[derive(Debug, Clone, Serialize)]
pub struct CommentView {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// What, in pieces of plain text.
    pub pieces: Vec<CommentPiece>,
}

/// A piece of a comment: a text, or somebody who is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentPiece {
    pub text: String,
    pub is_call: bool,
}

/// That somebody resolved or reopened a conversation.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadEventView {
    pub action: ThreadAction,
    pub by: String,
    pub at: Timestamp,
}
