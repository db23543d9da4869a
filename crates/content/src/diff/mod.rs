//! The differences between two states of a guide.
//!
//! Front matter is compared by field, the body by block, and a changed block by letter.

mod align;
mod blame;
mod blocks;
mod body;
mod front_matter;
mod letters;
mod rendered;
mod sections;
mod size;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::GuideSource;
pub use blame::{BlamedBlock, blame};
pub use body::table_cells;
pub(crate) use letters::{Run, letters, runs};
pub use rendered::render_diff;

/// The sign for a line end that was added or removed, which nobody would see.
pub const LINE_END_SIGN: &str = "↵";

/// The differences between two guides; all texts are plain, and the template escapes them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GuideDiff {
    /// The differences of the front matter, by field.
    pub front_matter: FrontMatterDiff,
    /// The body by block in the order of the new text, unchanged blocks included.
    pub body: Vec<BlockChange>,
}

impl GuideDiff {
    /// Returns whether the texts look the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.front_matter.fields.is_empty()
            && self
                .body
                .iter()
                .all(|block| matches!(block, BlockChange::Unchanged { .. }))
    }
}

/// The size of a change in letters: grapheme clusters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeSize {
    /// The letters that are only in the new text.
    pub added: usize,
    /// The letters that are only in the old text.
    pub removed: usize,
}

/// The fields that differ: those of the new text in its order, then the removed ones.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FrontMatterDiff {
    /// One entry for each field that differs.
    pub fields: Vec<FieldDiff>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FieldDiff {
    /// The name of the field.
    pub key: String,
    /// The change of its value.
    pub change: FieldChange,
}

/// The change of a field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldChange {
    /// The field is new.
    Added {
        /// The new value.
        value: Value,
    },
    /// The field was removed.
    Removed {
        /// The old value.
        value: Value,
    },
    /// A text changed.
    Text {
        /// The old and the new text, by letter.
        segments: Vec<Segment>,
    },
    /// A list changed.
    List {
        /// The elements in the new order, with removed ones at their old places.
        chips: Vec<Chip>,
    },
    /// Another value changed.
    Value {
        /// The old value.
        old: Value,
        /// The new value.
        new: Value,
    },
}

/// One element of a changed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Chip {
    /// The change; an element that only moved is removed and added.
    pub kind: SegmentKind,
    /// The element as text.
    pub text: String,
}

/// The kind of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
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

/// One block of the body and its change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum BlockChange {
    /// The block is the same in both texts.
    Unchanged {
        /// The kind of block.
        kind: BlockKind,
        /// The source of the block.
        text: String,
        /// The line in the new body, from 1.
        line: u32,
    },
    /// The block is only in the new text.
    Added {
        /// The kind of block.
        kind: BlockKind,
        /// The source of the block.
        text: String,
        /// The line in the new body, from 1.
        line: u32,
    },
    /// The block is only in the old text.
    Removed {
        /// The kind of block.
        kind: BlockKind,
        /// The source of the block.
        text: String,
    },
    /// The block is in both texts, with changes inside.
    Changed {
        /// The kind of block.
        kind: BlockKind,
        /// The old and the new text, by letter; for a table row see `cells`. A paragraph that was
        /// divided or joined is one block, with the empty lines between its parts.
        segments: Vec<Segment>,
        /// The cells of a table row, each by letter.
        cells: Option<Vec<Vec<Segment>>>,
        /// The line in the new body, from 1.
        line: u32,
    },
    /// A section (a heading and the blocks below it) that stood elsewhere.
    Moved {
        /// The source of the heading.
        heading: String,
        /// The line in the old body, from 1.
        from_line: u32,
        /// The line in the new body, from 1.
        line: u32,
        /// The blocks of the section, compared with the old ones.
        #[schema(no_recursion)]
        blocks: Vec<BlockChange>,
    },
    /// The old place of a section that now stands elsewhere.
    MovedAway {
        /// The source of the old heading.
        heading: String,
        /// The line of the section in the new body, from 1.
        line: u32,
    },
}

/// A run of letters with the same change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Segment {
    /// The change of these letters.
    pub kind: SegmentKind,
    /// The letters.
    pub text: String,
}

/// The change of a run of letters or of a list element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// It is in both texts.
    Kept,
    /// It is only in the new text.
    Added,
    /// It is only in the old text.
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
