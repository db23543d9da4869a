//! What the pages of one guide have in common.

use annai_domain::{GuideId, GuideStatus, RevisionId};
use serde::Serialize;

use super::Message;

/// The head of every page about one guide.
#[derive(Debug, Clone, Serialize)]
pub struct GuideHead {
    /// The guide.
    pub guide_id: GuideId,
    /// Its title in the newest text; empty where it has none.
    pub title: String,
    /// Its slug in the newest text; empty where it has none.
    pub slug: String,
    /// The label derived from its three facts.
    pub status: GuideStatus,
    /// The newest revision.
    pub latest_revision_id: RevisionId,
    /// That revision's number.
    pub latest_number: i32,
    /// The number of the revision that readers see.
    pub public_number: Option<i32>,
    /// Whether the person may write into it.
    pub may_write: bool,
    /// What the person may do with it now.
    pub actions: Vec<Action>,
}

/// Something that the person may do with the guide in its present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Save what is in the editor and ask for a review of it.
    Submit,
    /// Take the request back.
    Withdraw,
    /// Go and judge.
    Review,
    /// Make the approved revision public.
    Publish,
    /// Publish without a review.
    BreakGlass,
    /// Bring back what was public before.
    Rollback,
    /// Take it down.
    Unpublish,
    /// Put it away.
    Archive,
    /// Fetch it back.
    Unarchive,
}

/// What the checks found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FindingsView {
    /// How many of them stand against publishing.
    pub errors: usize,
    /// How many are shown before publishing.
    pub warnings: usize,
    /// One by one, the worst first.
    pub items: Vec<FindingView>,
}

/// One thing that a check found.
#[derive(Debug, Clone, Serialize)]
pub struct FindingView {
    /// `error`, `warn` or `hint`.
    pub level: &'static str,
    /// The rule.
    pub code: &'static str,
    /// What to say.
    pub message: Message,
    /// The front matter field it is about.
    pub field: Option<String>,
    /// What people call that field.
    pub label: Option<String>,
    /// The line of the body it is about, from 1.
    pub body_line: Option<u32>,
    /// The line of the whole file, from 1.
    pub line: Option<u32>,
    /// The column in that line, from 1.
    pub column: Option<u32>,
    /// Where it begins in the body, in UTF-16 units as a browser counts.
    pub from: Option<usize>,
    /// Where it ends.
    pub to: Option<usize>,
    /// What one click does about it.
    pub fix: Option<FixView>,
}

/// How the form is changed to mend what was found.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum FixView {
    /// Parts of the body are replaced.
    Body {
        /// From, to and the text instead, from the first to the last.
        edits: Vec<(usize, usize, String)>,
    },
    /// A field of the front matter gets another text.
    Field {
        /// The field.
        field: String,
        /// What it then holds, as the form shows it.
        value: String,
    },
}

impl FindingsView {
    /// Counts what was found.
    pub fn of(items: Vec<FindingView>) -> Self {
        let count = |level| items.iter().filter(|item| item.level == level).count();
        Self {
            errors: count("error"),
            warnings: count("warn"),
            items,
        }
    }
}

impl FindingsView {
    /// The gravest thing that is wrong with a front matter field, if it stops publishing.
    pub fn first_error_of(&self, key: &str) -> Option<Message> {
        let mut errors = self.items.iter().filter(|item| item.level == "error");
        let found = errors.find(|item| item.field.as_deref() == Some(key));
        found.map(|item| item.message.clone())
    }
}
