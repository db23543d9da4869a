//! What changed between two texts.

use annai_domain::RevisionId;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::guide::GuideHead;

/// What changed between two texts of one guide.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct DiffView {
    /// The fields that differ.
    pub(crate) fields: Vec<FieldChangeView>,
    /// The body, block by block; unchanged stretches are folded.
    pub(crate) blocks: Vec<BlockView>,
    /// How many blocks differ.
    pub(crate) changed_blocks: usize,
    /// Whether the bytes differ in no way the page can show (line ends, the spelling of JSON).
    pub(crate) is_silent: bool,
}

/// One front matter field that differs.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FieldChangeView {
    /// What people call it.
    pub(crate) label: String,
    /// Its key.
    pub(crate) key: String,
    /// Both texts in one, where it is a text: what went, what came, what stayed.
    pub(crate) segments: Vec<SegmentView>,
    /// The items of a list, each with what happened to it.
    pub(crate) chips: Vec<SegmentView>,
}

/// A stretch of text and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SegmentView {
    /// `same`, `added`, `removed` or `moved`.
    pub(crate) kind: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// One block of the body.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BlockView {
    /// `same`, `added`, `removed`, `changed`, `moved`, or `folded`.
    pub(crate) kind: &'static str,
    /// Its text.
    pub(crate) segments: Vec<SegmentView>,
    /// The unchanged blocks that a fold hides.
    pub(crate) folded: Vec<String>,
}

/// `/admin/guides/{guide_id}/diff`
#[derive(Debug, Serialize)]
pub(crate) struct DiffPageView {
    pub(crate) head: GuideHead,
    pub(crate) from: SideView,
    pub(crate) to: SideView,
    pub(crate) diff: DiffView,
    /// The publication to bring back, where the older side was public and the person may do that.
    pub(crate) rollback_ref: Option<i64>,
}

/// One of the two texts compared.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SideView {
    /// The revision.
    pub(crate) revision_id: RevisionId,
    /// Its number.
    pub(crate) number: i32,
    /// Who saved it.
    pub(crate) author: String,
    /// When.
    pub(crate) at: Timestamp,
}

impl View for DiffPageView {
    const TEMPLATE: &'static str = "diff.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let page = |diff| Self {
            head: samples::head(),
            from: samples::side(3),
            to: samples::side(4),
            diff,
            rollback_ref: None,
        };
        vec![
            page(samples::diff()),
            Self {
                rollback_ref: Some(12),
                ..page(samples::diff())
            },
            page(DiffView::default()),
            page(DiffView {
                is_silent: true,
                ..DiffView::default()
            }),
        ]
    }
}
