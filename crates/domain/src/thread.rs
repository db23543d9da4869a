use crate::{RevisionId, UserId, closed_set};

/// What a thread is about within a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// The front matter field of that key, filled in or not.
    Field(String),
    /// Words of the body.
    Quote(Quotation),
}

/// Words of a guide's body, what stood around them, and where they were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The revision that was read or edited then.
    pub revision_id: RevisionId,
    /// The words.
    pub quote: String,
    /// What stood before them; empty at the beginning.
    pub prefix: String,
    /// What stood behind them; empty at the end.
    pub suffix: String,
}

closed_set! {
    /// What happens to a thread after it began.
    pub enum ThreadAction: "a thread action" {
        /// It is settled.
        Resolve = "resolve",
        /// It is not settled after all.
        Reopen = "reopen",
    }
}

/// Everything about one thread that a decision may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadFacts {
    /// Whether it holds approval back while it is open.
    pub is_blocking: bool,
    /// Whether it is not resolved, or was reopened since.
    pub is_open: bool,
    /// Who began it.
    pub created_by: UserId,
}
