//! Two people saved: both sides, nothing lost.

use annai_domain::RevisionId;
use serde::Serialize;

use super::View;
use super::diff::{DiffView, SideView};
use super::guide::GuideHead;

/// Shown with 412 when a save was based on an older revision.
#[derive(Debug, Serialize)]
pub(crate) struct ConflictView {
    pub(crate) head: GuideHead,
    /// What both began with.
    pub(crate) base_number: i32,
    /// What the other person saved.
    pub(crate) theirs: SideView,
    /// What they changed.
    pub(crate) their_changes: DiffView,
    /// What the person changed; `None` when their text is malformed.
    pub(crate) my_changes: Option<DiffView>,
    /// The person's own text, whole.
    pub(crate) mine: String,
    /// The sequence number of the working copy that keeps it.
    pub(crate) sequence: i64,
    /// The newest revision, on which the person may go on.
    pub(crate) latest_revision_id: RevisionId,
}

impl View for ConflictView {
    const TEMPLATE: &'static str = "conflict.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let view = |my_changes| Self {
            head: samples::head(),
            base_number: 3,
            theirs: samples::side(4),
            their_changes: samples::diff(),
            my_changes,
            mine: "---json\n{}\n---\n# 本文\n".to_owned(),
            sequence: 8,
            latest_revision_id: samples::revision_id(4),
        };
        vec![view(Some(samples::diff())), view(None)]
    }
}
