//! The conversations about a guide, as panels show them.

use annai_domain::{GuideId, RevisionId, ThreadAction, ThreadId};
use jiff::Timestamp;
use serde::Serialize;

/// Every conversation about a guide, and the form that begins another.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ThreadsView {
    pub(crate) guide_id: GuideId,
    /// The revision that the text on this page began with.
    pub(crate) revision_id: RevisionId,
    /// On which page they are shown: `editor` or `review`.
    pub(crate) page: &'static str,
    /// Those that are not settled, in the order of what they are about.
    pub(crate) open: Vec<ThreadView>,
    /// Those that are, the newest first.
    pub(crate) resolved: Vec<ThreadView>,
    pub(crate) may_comment: bool,
    /// The fields that a conversation can be about.
    pub(crate) fields: Vec<FieldChoice>,
    /// The names of those who can be called.
    pub(crate) people: Vec<String>,
}

/// A front matter field and what people call it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FieldChoice {
    pub(crate) key: String,
    pub(crate) label: String,
}

/// One conversation.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is shown by itself")]
pub(crate) struct ThreadView {
    pub(crate) thread_id: ThreadId,
    /// The field that it is about, if it is about one.
    pub(crate) field: Option<FieldChoice>,
    /// The words that it is about, if it is about words.
    pub(crate) quote: Option<String>,
    /// Where what it is about stands now; `None` for the guide as a whole.
    pub(crate) place: Option<PlaceView>,
    pub(crate) is_blocking: bool,
    pub(crate) is_open: bool,
    pub(crate) may_resolve: bool,
    pub(crate) may_reopen: bool,
    pub(crate) comments: Vec<CommentView>,
    pub(crate) events: Vec<ThreadEventView>,
}

/// Where an anchor stands in the text on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PlaceView {
    /// `found`, `ambiguous` or `gone`.
    pub(crate) state: &'static str,
    /// For words, where they begin and end in the body, as a text area counts.
    pub(crate) body: Option<(usize, usize)>,
}

/// Where the anchor of one conversation stands, for the editor's script.
#[derive(Debug, Serialize)]
pub(crate) struct ThreadPlace {
    pub(crate) thread_id: ThreadId,
    #[serde(flatten)]
    pub(crate) place: PlaceView,
}

/// One comment.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CommentView {
    /// Who wrote it.
    pub(crate) author: String,
    /// When.
    pub(crate) at: Timestamp,
    /// What, in pieces of plain text.
    pub(crate) pieces: Vec<CommentPiece>,
}

/// A piece of a comment: a text, or somebody who is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CommentPiece {
    pub(crate) text: String,
    pub(crate) is_call: bool,
}

/// That somebody resolved or reopened a conversation.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ThreadEventView {
    pub(crate) action: ThreadAction,
    pub(crate) by: String,
    pub(crate) at: Timestamp,
}
