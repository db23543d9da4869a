//! Differences between two texts.

use annai_domain::{Ref, RevisionId};
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::guide::GuideHead;

/// The differences between two texts of one guide.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DiffView {
    /// The fields that differ.
    pub fields: Vec<FieldChangeView>,
    /// The body: one stretch, or one for each section where much changed.
    pub stretches: Vec<StretchView>,
    /// The number of changed blocks.
    pub changed_blocks: usize,
    /// Whether the bytes differ only in ways that the page cannot show (line ends, the spelling of
    /// JSON).
    pub is_silent: bool,
}

/// A part of the body that is shown or folded as a whole.
#[derive(Debug, Clone, Serialize)]
pub struct StretchView {
    /// The heading it begins with, where the body is cut into sections.
    pub heading: Option<String>,
    /// The number of its changed blocks.
    pub changed_blocks: usize,
    /// Block by block; unchanged ones are folded.
    pub blocks: Vec<BlockView>,
}

/// One front matter field that differs.
#[derive(Debug, Clone, Serialize)]
pub struct FieldChangeView {
    /// Its label or name for people.
    pub label: String,
    pub key: String,
    /// Both texts in one, for a text: removed, added and unchanged parts.
    pub segments: Vec<SegmentView>,
    /// The items of a list, each with its change.
    pub chips: Vec<SegmentView>,
}

/// A stretch of text and its change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentView {
    /// `same`, `added` or `removed`.
    pub kind: &'static str,
    pub text: String,
}

/// One block of the body.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BlockView {
    /// `same`, `added`, `removed`, `changed`, `moved`, `moved_away`, `folded`, or `table`.
    pub kind: &'static str,
    /// Its text; the heading of a moved section.
    pub segments: Vec<SegmentView>,
    /// The cells of a table row.
    pub cells: Vec<Vec<SegmentView>>,
    /// The rows of a table.
    pub rows: Vec<BlockView>,
    /// The unchanged blocks that a fold hides.
    pub folded: Vec<String>,
    /// The line in the other body where a moved section was, or in the new one where it is.
    pub line: Option<u32>,
    /// The way of a moved section.
    pub moved: Option<MoveView>,
    /// The blocks of a section that moved.
    pub blocks: Vec<BlockView>,
    /// The last revision that changed it, where several lie between the two texts.
    pub by: Option<ByView>,
}

/// The way of a section, or of several that moved together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoveView {
    /// The heading of the first one.
    pub title: String,
    /// The number of the others.
    pub more: usize,
    /// The heading of the section after which it stands now; `None` at the top.
    pub after: Option<String>,
}

/// The revision that changed a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ByView {
    pub revision_id: RevisionId,
    pub number: i32,
    pub author: String,
    pub at: Timestamp,
}

/// `/admin/guides/{guide_id}/authors`
#[derive(Debug, Serialize)]
pub struct AuthorsView {
    pub head: GuideHead,
    /// The newest text, block by block.
    pub blocks: Vec<AuthoredView>,
    /// The oldest compared revision.
    pub since: i32,
}

/// A block and its last change.
#[derive(Debug, Clone, Serialize)]
pub struct AuthoredView {
    /// Its source.
    pub text: String,
    /// The last change.
    pub by: ByView,
    /// Whether the block before it is of another revision.
    pub begins: bool,
    /// Whether it may be older than the compared revisions.
    pub is_older: bool,
}

/// A revision that can be compared.
#[derive(Debug, Clone, Serialize)]
pub struct PickView {
    pub revision_id: RevisionId,
    pub number: i32,
    pub author: String,
    /// Its label or name for people.
    pub name: Option<String>,
    /// Whether it is public now.
    pub is_public: bool,
}

/// `/admin/guides/{guide_id}/diff`
#[derive(Debug, Serialize)]
pub struct DiffPageView {
    pub head: GuideHead,
    pub from: SideView,
    pub to: SideView,
    pub diff: DiffView,
    /// The revisions for either side, the newest first.
    pub picks: Vec<PickView>,
    /// The named revisions that exist here, for one side.
    pub shortcuts: Vec<&'static str>,
    /// The publication to roll back to, where the older side was public and the person may do that.
    pub rollback_ref: Option<Ref>,
}

/// One of the two texts compared.
#[derive(Debug, Clone, Serialize)]
pub struct SideView {
    pub revision_id: RevisionId,
    pub number: i32,
    pub author: String,
    pub at: Timestamp,
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
            picks: (1..=4).rev().map(samples::pick).collect(),
            shortcuts: vec!["published", "previous", "judged"],
            rollback_ref: None,
        };
        vec![
            page(samples::diff()),
            Self {
                rollback_ref: Ref::new(12),
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

impl View for AuthorsView {
    const TEMPLATE: &'static str = "authors.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let block = |text: &str, number, begins| AuthoredView {
            text: text.to_owned(),
            by: samples::by(number),
            begins,
            is_older: number == 1,
        };
        let blocks = vec![
            block("# 基盤の設計者", 1, true),
            block("最初の段落です。", 3, true),
            block("- 設計", 3, false),
        ];
        let page = |blocks| Self {
            head: samples::head(),
            blocks,
            since: 1,
        };
        vec![page(blocks), page(Vec::new())]
    }
}
