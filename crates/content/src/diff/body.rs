use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::align::{Step, align};
use super::blocks::{Block, blocks};
use super::letters::segments;
use super::{BlockChange, BlockKind, Segment};

pub(super) fn diff(old: &str, new: &str) -> Vec<BlockChange> {
    let (old, new) = (Side::of(old), Side::of(new));
    let steps = align(&old.blocks, &new.blocks);
    steps.iter().map(|step| change(step, &old, &new)).collect()
}

/// A body and its blocks.
struct Side<'a> {
    body: &'a str,
    blocks: Vec<Block<'a>>,
}

impl<'a> Side<'a> {
    fn of(body: &'a str) -> Self {
        let blocks = blocks(body);
        Self { body, blocks }
    }

    /// Returns these blocks as one, with the empty lines between them.
    fn joined(&self, range: &Range<usize>) -> Block<'a> {
        let (first, last) = (&self.blocks[range.start], &self.blocks[range.end - 1]);
        Block {
            text: &self.body[first.start..last.start + last.text.len()],
            ..first.clone()
        }
    }
}

fn change(step: &Step, old_side: &Side<'_>, new_side: &Side<'_>) -> BlockChange {
    let (old, new) = (&old_side.blocks, &new_side.blocks);
    match step {
        Step::Same { new: at, .. } => BlockChange::Unchanged {
            kind: new[*at].kind,
            text: new[*at].text.to_owned(),
            line: new[*at].line,
        },
        Step::Added { new: at } => BlockChange::Added {
            kind: new[*at].kind,
            text: new[*at].text.to_owned(),
            line: new[*at].line,
        },
        Step::Removed { old: at } => BlockChange::Removed {
            kind: old[*at].kind,
            text: old[*at].text.to_owned(),
        },
        Step::Changed { old: from, new: to } => changed(&old[*from], &new[*to]),
        Step::Broken { old, new } => changed(&old_side.joined(old), &new_side.joined(new)),
        Step::Moved { from, steps } => BlockChange::Moved {
            heading: new[from.new.start].text.to_owned(),
            from_line: old[from.old.start].line,
            line: new[from.new.start].line,
            blocks: steps
                .iter()
                .map(|step| change(step, old_side, new_side))
                .collect(),
        },
        Step::MovedAway { from } => BlockChange::MovedAway {
            heading: old[from.old.start].text.to_owned(),
            line: new[from.new.start].line,
        },
    }
}

fn changed(old: &Block<'_>, new: &Block<'_>) -> BlockChange {
    let is_row = new.kind == BlockKind::TableRow;
    BlockChange::Changed {
        kind: new.kind,
        segments: segments(old.text, new.text),
        cells: is_row.then(|| cells(old.text, new.text)),
        line: new.line,
    }
}

/// Compares the cells of two rows in order; surplus cells are added or removed.
fn cells(old: &str, new: &str) -> Vec<Vec<Segment>> {
    let (old, new) = (table_cells(old), table_cells(new));
    if old.len() == new.len() {
        return old
            .iter()
            .zip(&new)
            .map(|(old, new)| segments(old, new))
            .collect();
    }
    let mut cells = Vec::with_capacity(new.len());
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (old, new) = (&old[operation.old_range()], &new[operation.new_range()]);
        if let DiffOp::Equal { .. } = operation {
            cells.extend(new.iter().map(|cell| segments(cell, cell)));
        } else {
            let old = old.iter().copied().chain(std::iter::repeat(""));
            let new = new.iter().copied().chain(std::iter::repeat(""));
            let pairs = old
                .zip(new)
                .take(operation.old_range().len().max(operation.new_range().len()));
            cells.extend(pairs.map(|(old, new)| segments(old, new)));
        }
    }
    cells
}

/// Returns the cells of a table row without surrounding blanks; `\|` does not separate cells.
#[must_use]
pub fn table_cells(row: &str) -> Vec<&str> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (index, byte) in row.bytes().enumerate() {
        if byte == b'|' && !escaped {
            cells.push(row[start..index].trim());
            start = index + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    if !row[start..].trim().is_empty() {
        cells.push(row[start..].trim());
    }
    cells
}
