//! What the pages of one guide have in common.

use annai_content::{Finding, Level};
use annai_domain::{GuideId, GuideStatus, RevisionId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Message;

/// The head of every page about one guide.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct GuideHead {
    /// The guide.
    pub(crate) guide_id: GuideId,
    /// Its title in the newest text; empty where it has none.
    pub(crate) title: String,
    /// Its slug in the newest text; empty where it has none.
    pub(crate) slug: String,
    /// The label derived from its three facts.
    pub(crate) status: GuideStatus,
    /// The newest revision.
    pub(crate) latest_revision_id: RevisionId,
    /// That revision's number.
    pub(crate) latest_number: i32,
    /// The number of the revision that readers see.
    pub(crate) public_number: Option<i32>,
    /// Whether the person may write into it.
    pub(crate) may_write: bool,
    /// What the person may do with it now.
    pub(crate) actions: Vec<Action>,
}

/// Something that the person may do with the guide in its present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
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
pub(crate) struct FindingsView {
    /// How many of them stand against publishing.
    pub(crate) errors: usize,
    /// How many are shown before publishing.
    pub(crate) warnings: usize,
    /// One by one, the worst first.
    pub(crate) items: Vec<FindingView>,
}

/// One thing that a check found.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FindingView {
    /// `error`, `warn` or `hint`.
    pub(crate) level: &'static str,
    /// What to say.
    pub(crate) message: Message,
    /// The front matter field it is about.
    pub(crate) field: Option<String>,
    /// What people call that field.
    pub(crate) label: Option<String>,
    /// The line of the body it is about, from 1.
    pub(crate) body_line: Option<u32>,
    /// The line of the whole file, from 1.
    pub(crate) line: Option<u32>,
    /// The column in that line, from 1.
    pub(crate) column: Option<u32>,
}

impl FindingsView {
    /// Findings in a text whose body begins at `body_line` of the file. `label` gives what people
    /// call a front matter field.
    pub(crate) fn new(
        findings: &[Finding],
        body_line: u32,
        label: impl Fn(&str) -> String,
    ) -> Self {
        let mut items: Vec<FindingView> = findings
            .iter()
            .map(|finding| FindingView::new(finding, body_line, &label))
            .collect();
        items.sort_by_key(|item| (rank(item.level), item.line));
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
    pub(crate) fn first_error_of(&self, key: &str) -> Option<Message> {
        let mut errors = self.items.iter().filter(|item| item.level == "error");
        let found = errors.find(|item| item.field.as_deref() == Some(key));
        found.map(|item| item.message.clone())
    }
}

impl FindingView {
    fn new(finding: &Finding, body_line: u32, label: impl Fn(&str) -> String) -> Self {
        let pointer = finding
            .pointer
            .as_deref()
            .and_then(|pointer| pointer.split('/').nth(1));
        let line = finding.position.map(|position| position.line);
        let mut arguments: Map<String, Value> = finding.arguments.clone();
        if let Some(Value::String(key)) = arguments.get_mut("key") {
            *key = label(key);
        }
        Self {
            level: match finding.level {
                Level::Error => "error",
                Level::Warn => "warn",
                Level::Hint => "hint",
            },
            message: Message {
                key: format!("check.{}", finding.code),
                arguments,
            },
            label: pointer.map(label),
            field: pointer.map(str::to_owned),
            body_line: line
                .filter(|line| pointer.is_none() && *line >= body_line)
                .map(|line| line - body_line + 1),
            line,
            column: finding.position.map(|position| position.column),
        }
    }
}

fn rank(level: &str) -> usize {
    ["error", "warn", "hint"]
        .iter()
        .position(|known| *known == level)
        .unwrap_or(3)
}

/// One comment.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CommentView {
    /// Who wrote it.
    pub(crate) author: String,
    /// When.
    pub(crate) at: Timestamp,
    /// What, as plain text.
    pub(crate) body: String,
}
