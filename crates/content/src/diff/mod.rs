//! What changed between two states of a guide: front matter by field, body by block, and inside
//! a changed block by letter.

mod align;
mod blame;
mod blocks;
mod body;
mod front_matter;
mod letters;
mod rendered;
mod sections;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;

use crate::GuideSource;
pub use blame::{BlamedBlock, blame};
pub use rendered::render_diff;

/// What changed between two guides. All texts are plain: the template escapes them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GuideDiff {
    /// By field.
    pub front_matter: FrontMatterDiff,
    /// By block, in the order of the new text; unchanged blocks stand among them.
    pub body: Vec<BlockChange>,
}

impl GuideDiff {
    /// Whether nothing that a person can see changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.front_matter.fields.is_empty()
            && self
                .body
                .iter()
                .all(|block| matches!(block, BlockChange::Unchanged { .. }))
    }
}

/// The fields that differ: those of the new text in its order, then those that are gone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrontMatterDiff {
    /// One entry per field that differs.
    pub fields: Vec<FieldDiff>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldDiff {
    /// The field.
    pub key: String,
    /// How it differs.
    pub change: FieldChange,
}

/// How a field differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldChange {
    /// It is new.
    Added {
        /// Its value.
        value: Value,
    },
    /// It is gone.
    Removed {
        /// The value it had.
        value: Value,
    },
    /// A text changed.
    Text {
        /// The text, letter by letter.
        segments: Vec<Segment>,
    },
    /// A list changed.
    List {
        /// Its elements in the new order, the removed ones where they were.
        chips: Vec<Chip>,
    },
    /// Another value changed.
    Value {
        /// Before.
        old: Value,
        /// After.
        new: Value,
    },
}

/// One element of a list that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chip {
    /// Kept, added or removed. An element that only moved is removed and added.
    pub kind: SegmentKind,
    /// The element as text.
    pub text: String,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading.
    Heading,
    /// One item of a list.
    ListItem,
    /// One row of a table.
    TableRow,
    /// A fenced or indented code block.
    Code,
    /// `---`.
    Rule,
    /// Anything else.
    Paragraph,
}

/// One block of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum BlockChange {
    /// The same in both.
    Unchanged {
        /// What it is.
        kind: BlockKind,
        /// Its source.
        text: String,
        /// Its line in the new body, from 1.
        line: u32,
    },
    /// Only in the new text.
    Added {
        /// What it is.
        kind: BlockKind,
        /// Its source.
        text: String,
        /// Its line in the new body, from 1.
        line: u32,
    },
    /// Only in the old text.
    Removed {
        /// What it is.
        kind: BlockKind,
        /// Its source.
        text: String,
    },
    /// In both, with changes inside.
    Changed {
        /// What it is.
        kind: BlockKind,
        /// Letter by letter. Of a table row: see `cells`.
        segments: Vec<Segment>,
        /// Of a table row: each cell letter by letter.
        cells: Option<Vec<Vec<Segment>>>,
        /// Its line in the new body, from 1.
        line: u32,
    },
    /// A section (a heading and what is below it) that stood elsewhere.
    Moved {
        /// The source of its heading.
        heading: String,
        /// Its line in the old body, from 1.
        from_line: u32,
        /// Its line in the new body, from 1.
        line: u32,
        /// Its blocks, compared with what they were.
        blocks: Vec<BlockChange>,
    },
    /// Here stood a section that now stands elsewhere.
    MovedAway {
        /// The source of the heading it had.
        heading: String,
        /// The line of the new body where it is now, from 1.
        line: u32,
    },
}

/// A run of letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// Kept, added or removed.
    pub kind: SegmentKind,
    /// The letters.
    pub text: String,
}

/// What happened to a run of letters or to a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// In both.
    Kept,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
}

/// Compares two states of a guide.
#[must_use]
pub fn diff(old: &GuideSource, new: &GuideSource) -> GuideDiff {
    GuideDiff {
        front_matter: front_matter::diff(old.front_matter(), new.front_matter()),
        body: body::diff(old.body(), new.body()),
    }
}
