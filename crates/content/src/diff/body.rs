use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::blocks::{Block, blocks};
use super::letters::{likeness, segments};
use super::{BlockChange, BlockKind, Segment};

/// Blocks less alike than this are one removed and one added, not one changed.
const LEAST_LIKENESS: f64 = 0.4;

pub(super) fn diff(old: &str, new: &str) -> Vec<BlockChange> {
    let old = blocks(old);
    let new = blocks(new);
    let key = |block: &Block<'_>| (block.kind, block.text.replace('\r', ""));
    let old_keys: Vec<_> = old.iter().map(key).collect();
    let new_keys: Vec<_> = new.iter().map(key).collect();
    let mut changes = Vec::with_capacity(new.len());
    for operation in capture_diff_slices(Algorithm::Patience, &old_keys, &new_keys) {
        let (old, new) = (&old[operation.old_range()], &new[operation.new_range()]);
        if let DiffOp::Equal { .. } = operation {
            changes.extend(new.iter().map(unchanged));
        } else {
            pair(old, new, &mut changes);
        }
    }
    changes
}

/// Pairs the blocks of a replaced stretch: in order, each with the nearest one like it.
fn pair(old: &[Block<'_>], new: &[Block<'_>], changes: &mut Vec<BlockChange>) {
    let mut next_old = 0;
    for block in new {
        let partner = (next_old..old.len())
            .take(NEAR)
            .find(|index| are_alike(&old[*index], block));
        match partner {
            Some(index) => {
                changes.extend(old[next_old..index].iter().map(removed));
                changes.push(changed(&old[index], block));
                next_old = index + 1;
            }
            None => changes.push(added(block)),
        }
    }
    changes.extend(old[next_old..].iter().map(removed));
}

/// How far a partner is looked for: keeps a rewritten page linear.
const NEAR: usize = 16;

fn are_alike(old: &Block<'_>, new: &Block<'_>) -> bool {
    old.kind == new.kind && likeness(old.text, new.text) >= LEAST_LIKENESS
}

fn unchanged(block: &Block<'_>) -> BlockChange {
    BlockChange::Unchanged {
        kind: block.kind,
        text: block.text.to_owned(),
        line: block.line,
    }
}

fn added(block: &Block<'_>) -> BlockChange {
    BlockChange::Added {
        kind: block.kind,
        text: block.text.to_owned(),
        line: block.line,
    }
}

fn removed(block: &Block<'_>) -> BlockChange {
    BlockChange::Removed {
        kind: block.kind,
        text: block.text.to_owned(),
    }
}

fn changed(old: &Block<'_>, new: &Block<'_>) -> BlockChange {
    let cells = if new.kind == BlockKind::TableRow {
        cells(old.text, new.text)
    } else {
        None
    };
    BlockChange::Changed {
        kind: new.kind,
        segments: segments(old.text, new.text),
        cells,
        line: new.line,
    }
}

fn cells(old: &str, new: &str) -> Option<Vec<Vec<Segment>>> {
    let old = split_row(old);
    let new = split_row(new);
    (old.len() == new.len()).then(|| {
        old.iter()
            .zip(&new)
            .map(|(old, new)| segments(old, new))
            .collect()
    })
}

/// The cells of a table row, without the blanks around them; `\|` does not part cells.
fn split_row(row: &str) -> Vec<&str> {
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
