//! Threads about a guide, as panels show them.

use annai_domain::{GuideId, RevisionId, ThreadAction, ThreadId};
use jiff::Timestamp;
use serde::Serialize;

/// All threads about a guide, and the form of a new one.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadsView {
    pub guide_id: GuideId,
    /// The revision that the text of the page is based on.
    pub revision_id: RevisionId,
    /// The page with the threads: `editor` or `review`.
    pub page: &'static str,
    /// Open threads in the order of the text.
    pub open: Vec<ThreadView>,
    /// Resolved threads, the newest first.
    pub resolved: Vec<ThreadView>,
    pub may_comment: bool,
    /// The fields that a thread can be about.
    pub fields: Vec<FieldChoice>,
    /// The names of people to mention.
    pub people: Vec<String>,
}

/// A front matter field and its label.
#[derive(Debug, Clone, Serialize)]
pub struct FieldChoice {
    pub key: String,
    pub label: String,
}

/// One thread.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is shown by itself")]
pub struct ThreadView {
    pub thread_id: ThreadId,
    /// Its field, if it is about one.
    pub field: Option<FieldChoice>,
    /// Its words, if it is about words.
    pub quote: Option<String>,
    /// The present place of its anchor; `None` for the guide as a whole.
    pub place: Option<PlaceView>,
    pub is_blocking: bool,
    pub is_open: bool,
    pub may_resolve: bool,
    pub may_reopen: bool,
    pub comments: Vec<CommentView>,
    pub events: Vec<ThreadEventView>,
}

/// The place of an anchor in the text of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceView {
    /// `found`, `ambiguous` or `gone`.
    pub state: &'static str,
    /// The start and end of words in the body, as a text area counts.
    pub body: Option<(usize, usize)>,
}

/// The place of a thread, for the editor's script.
#[derive(Debug, Serialize)]
pub struct ThreadPlace {
    pub thread_id: ThreadId,
    #[serde(flatten)]
    pub place: PlaceView,
}

/// One comment.
#[derive(Debug, Clone, Serialize)]
pub struct CommentView {
    pub author: String,
    pub at: Timestamp,
    /// Its pieces of plain text.
    pub pieces: Vec<CommentPiece>,
}

/// A piece of a comment: text, or a mention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentPiece {
    pub text: String,
    pub is_mention: bool,
}

/// A thread that was resolved or reopened.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadEventView {
    pub action: ThreadAction,
    pub by: String,
    pub at: Timestamp,
}
