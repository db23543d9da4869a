//! The revisions of one guide.

use annai_domain::{RevisionId, RevisionKind};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;
use super::guide::GuideHead;

/// `/admin/guides/{guide_id}/history`
#[derive(Debug, Serialize)]
pub struct HistoryView {
    pub head: GuideHead,
    /// The newest first.
    pub sittings: Vec<SittingView>,
    /// The number of revisions.
    pub count: usize,
    /// Older revisions are below this number.
    pub before: Option<i32>,
    /// The refused name, and its revision.
    pub naming: Option<(RevisionId, FormField)>,
}

/// A sitting: one person's saves, shown as the newest revision with the others folded.
#[derive(Debug, Clone, Serialize)]
pub struct SittingView {
    pub newest: RevisionView,
    /// The newest first.
    pub folded: Vec<RevisionView>,
}

/// One saved revision.
#[derive(Debug, Clone, Serialize)]
pub struct RevisionView {
    pub revision_id: RevisionId,
    pub number: i32,
    /// `create`, `save`, `restore`, `import` or `merge`.
    pub kind: RevisionKind,
    pub message: String,
    pub title: String,
    pub author: String,
    pub at: Timestamp,
    /// Whether it is public now.
    pub is_public: bool,
    /// Whether it is the newest.
    pub is_latest: bool,
    /// Its label or name for people.
    pub name: Option<String>,
    /// The other revision of a merge.
    pub merged_number: Option<i32>,
    /// The restored revision.
    pub restored_number: Option<i32>,
    /// The times when it was public.
    pub spans: Vec<SpanView>,
}

/// A time when a revision was public.
#[derive(Debug, Clone, Serialize)]
pub struct SpanView {
    /// The ledger entry that began it.
    pub from_ref: i64,
    pub from: Timestamp,
    /// `None`: it still is public.
    pub to: Option<Timestamp>,
}

impl View for HistoryView {
    const TEMPLATE: &'static str = "history.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let sitting = |newest: i32, folded: &[i32]| SittingView {
            newest: samples::revision(newest),
            folded: folded.iter().copied().map(samples::revision).collect(),
        };
        let page = |sittings: Vec<SittingView>| Self {
            head: samples::head(),
            before: Some(1),
            count: sittings
                .iter()
                .map(|sitting| 1 + sitting.folded.len())
                .sum(),
            sittings,
            naming: None,
        };
        let full = || vec![sitting(4, &[]), sitting(3, &[2, 1])];
        let refused = FormField::holding("秋の改訂").refused("field.taken");
        vec![
            page(full()),
            Self {
                naming: Some((samples::revision_id(3), refused)),
                ..page(full())
            },
            Self {
                before: None,
                ..page(vec![sitting(1, &[])])
            },
        ]
    }
}
