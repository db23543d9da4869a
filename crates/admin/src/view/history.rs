//! The revisions of one guide.

use annai_domain::RevisionId;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::guide::GuideHead;

/// `/admin/guides/{guide_id}/history`
#[derive(Debug, Serialize)]
pub(crate) struct HistoryView {
    pub(crate) head: GuideHead,
    /// The newest first.
    pub(crate) entries: Vec<RevisionView>,
    /// Continue below this number.
    pub(crate) before: Option<i32>,
}

/// One saved revision.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RevisionView {
    pub(crate) revision_id: RevisionId,
    pub(crate) number: i32,
    /// `create`, `save`, `restore` or `import`.
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) at: Timestamp,
    /// Whether readers see it now.
    pub(crate) is_public: bool,
    /// Whether it is the newest.
    pub(crate) is_latest: bool,
    /// Where the ledger made it public.
    pub(crate) public_refs: Vec<i64>,
}

impl View for HistoryView {
    const TEMPLATE: &'static str = "history.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let entries: Vec<_> = (1..=4).rev().map(samples::revision).collect();
        vec![
            Self {
                head: samples::head(),
                before: Some(1),
                entries: entries.clone(),
            },
            Self {
                head: samples::head(),
                before: None,
                entries: entries[3..].to_vec(),
            },
        ]
    }
}
