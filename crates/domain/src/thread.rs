use crate::{RevisionId, UserId, closed_set};

/// The subject of a thread within a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// The front matter field of that key, filled in or not.
    Field(String),
    /// Words of the body.
    Quote(Quotation),
}

/// Words of a guide's body with the text around them and the revision that contained them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The revision that the person read or edited.
    pub revision_id: RevisionId,
    /// The words.
    pub quote: String,
    /// The text before the words; empty at the beginning.
    pub prefix: String,
    /// The text after the words; empty at the end.
    pub suffix: String,
}

closed_set! {
    /// A change to a thread after its beginning.
    pub enum ThreadAction: "a thread action" {
        /// It is settled.
        Resolve = "resolve",
        /// It is open again.
        Reopen = "reopen",
    }
}

/// The facts about one thread that a decision may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadFacts {
    /// Whether it blocks approval while it is open.
    pub is_blocking: bool,
    /// Whether it was never resolved, or was reopened since.
    pub is_open: bool,
    /// The person who began it.
    pub created_by: UserId,
}
