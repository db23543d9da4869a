//! The revisions of one guide.

use annai_domain::RevisionId;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;
use super::guide::GuideHead;

/// `/admin/guides/{guide_id}/history`
#[derive(Debug, Serialize)]
pub(crate) struct HistoryView {
    pub(crate) head: GuideHead,
    /// The newest first.
    pub(crate) sittings: Vec<SittingView>,
    /// How many revisions they are.
    pub(crate) count: usize,
    /// Continue below this number.
    pub(crate) before: Option<i32>,
    /// The name that could not be given, and to which revision.
    pub(crate) naming: Option<(RevisionId, FormField)>,
}

/// What one person saved in one go: shown as its newest revision, the others folded.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SittingView {
    pub(crate) newest: RevisionView,
    /// The newest first.
    pub(crate) folded: Vec<RevisionView>,
}

/// One saved revision.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RevisionView {
    pub(crate) revision_id: RevisionId,
    pub(crate) number: i32,
    /// `create`, `save`, `restore`, `import` or `merge`.
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) at: Timestamp,
    /// Whether readers see it now.
    pub(crate) is_public: bool,
    /// Whether it is the newest.
    pub(crate) is_latest: bool,
    /// What people call it.
    pub(crate) name: Option<String>,
    /// The other revision that a merge is made of.
    pub(crate) merged_number: Option<i32>,
    /// The revision whose text it brought back.
    pub(crate) restored_number: Option<i32>,
    /// When it was public.
    pub(crate) spans: Vec<SpanView>,
}

/// A time in which readers saw a revision.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SpanView {
    /// The ledger entry that began it.
    pub(crate) from_ref: i64,
    pub(crate) from: Timestamp,
    /// `None`: they still do.
    pub(crate) to: Option<Timestamp>,
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
