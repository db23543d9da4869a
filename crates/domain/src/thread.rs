use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{RevisionId, UserId};

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

impl Quotation {
    /// The most characters of the words.
    pub const MAX_QUOTE: usize = 2000;
    /// The most characters of what stood on one side.
    pub const MAX_CONTEXT: usize = 1000;
}

/// What happens to a thread after it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadAction {
    /// It is settled.
    Resolve,
    /// It is not settled after all.
    Reopen,
}

impl ThreadAction {
    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Reopen => "reopen",
        }
    }
}

impl FromStr for ThreadAction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "resolve" => Ok(Self::Resolve),
            "reopen" => Ok(Self::Reopen),
            _ => Err(format!("`{text}` is nothing that happens to a thread")),
        }
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
