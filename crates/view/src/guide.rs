//! The common parts of the pages of one guide.

use annai_domain::{GuideId, GuideStatus, RevisionId};
use serde::Serialize;

use super::Message;

/// The head of every page about one guide.
#[derive(Debug, Clone, Serialize)]
pub struct GuideHead {
    pub guide_id: GuideId,
    /// Its title in the newest text; empty where it has none.
    pub title: String,
    /// Its slug in the newest text; empty where it has none.
    pub slug: String,
    /// The status of its three facts.
    pub status: GuideStatus,
    /// The newest revision.
    pub latest_revision_id: RevisionId,
    /// The number of that revision.
    pub latest_number: i32,
    /// The number of the public revision.
    pub public_number: Option<i32>,
    /// Whether the person may write into it.
    pub may_write: bool,
    /// Whether its review needs another submission, because an approval has lapsed.
    pub has_lapsed_approval: bool,
    /// The permitted actions.
    pub actions: Vec<Action>,
}

/// A permitted action in the guide's present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Save the text of the editor and submit it.
    Submit,
    /// Withdraw the review.
    Withdraw,
    /// Open the review.
    Review,
    /// Publish the approved revision.
    Publish,
    /// Publish without a review.
    BreakGlass,
    /// Roll back to an earlier publication.
    Rollback,
    Unpublish,
    Archive,
    Unarchive,
}

/// The findings of the checks.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FindingsView {
    /// The number of errors, which block publishing.
    pub errors: usize,
    /// The number of warnings, which are shown before publishing.
    pub warnings: usize,
    /// All findings, the worst first.
    pub items: Vec<FindingView>,
}

/// One finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingView {
    /// `error`, `warn` or `hint`.
    pub level: &'static str,
    /// The code of the rule.
    pub code: &'static str,
    pub message: Message,
    /// Its front matter field.
    pub field: Option<String>,
    /// The label of the field.
    pub label: Option<String>,
    /// Its line in the body, from 1.
    pub body_line: Option<u32>,
    /// Its line in the file, from 1.
    pub line: Option<u32>,
    /// Its column, from 1.
    pub column: Option<u32>,
    /// Its start in the body, in UTF-16 units as a browser counts.
    pub from: Option<usize>,
    /// Its end.
    pub to: Option<usize>,
    /// The fix for one click.
    pub fix: Option<FixView>,
}

/// A fix of the form.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum FixView {
    /// Replaces parts of the body.
    Body {
        /// Start, end and new text, in order.
        edits: Vec<(usize, usize, String)>,
    },
    /// Replaces the value of a front matter field.
    Field {
        field: String,
        /// The new value, as the form shows it.
        value: String,
    },
}

impl FindingsView {
    /// Counts findings by level.
    #[must_use]
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
    /// Returns the first error of a front matter field.
    #[must_use]
    pub fn first_error_of(&self, key: &str) -> Option<Message> {
        let mut errors = self.items.iter().filter(|item| item.level == "error");
        let found = errors.find(|item| item.field.as_deref() == Some(key));
        found.map(|item| item.message.clone())
    }
}
