//! Differences as views.

use std::collections::HashMap;

use annai_content::{
    BlockChange, BlockKind, Chip, FieldChange, FieldDiff, GuideDiff, LINE_END_SIGN, Schema,
    Segment, SegmentKind, table_cells,
};
use annai_domain::Locale;
use serde_json::Value;

use super::super::fields::{choices, in_language};
use super::moves::{Moves, heading_of, join_moves};
use annai_view::diff::{BlockView, ByView, DiffView, FieldChangeView, SegmentView, StretchView};
use annai_view::form::Choice;

/// The unchanged blocks in view on both sides of a change.
const CONTEXT: usize = 1;
/// With more changed blocks than this, the body is shown by section.
const MANY: usize = 60;

/// The last revision that changed the block at a line of the new body.
pub(super) type Authors = HashMap<u32, ByView>;

/// Builds the view of `diff`. `authors` knows the blocks of other authors than the newest.
pub(super) fn view_of(
    diff: GuideDiff,
    schema: &Schema,
    locale: Locale,
    authors: &Authors,
) -> DiffView {
    let fields = diff.front_matter.fields.into_iter();
    let (body, moves) = join_moves(diff.body);
    let changed_blocks = count(&body);
    let stretches = if changed_blocks > MANY {
        sections(body)
    } else {
        vec![(None, body)]
    };
    let marks = Marks { authors, moves };
    let stretch = |(heading, blocks): (Option<String>, Vec<BlockChange>)| StretchView {
        heading,
        changed_blocks: count(&blocks),
        blocks: in_tables(fold(blocks, &marks)),
    };
    DiffView {
        fields: fields
            .map(|field| field_view(field, schema, locale))
            .collect(),
        stretches: stretches.into_iter().map(stretch).collect(),
        changed_blocks,
        is_silent: false,
    }
}

/// Counts the changed blocks. A moved section counts as one.
fn count(blocks: &[BlockChange]) -> usize {
    let counts = |block: &&BlockChange| {
        !matches!(
            block,
            BlockChange::Unchanged { .. } | BlockChange::MovedAway { .. }
        )
    };
    blocks.iter().filter(counts).count()
}

/// Groups blocks by section, each with its heading.
fn sections(blocks: Vec<BlockChange>) -> Vec<(Option<String>, Vec<BlockChange>)> {
    let mut sections: Vec<(Option<String>, Vec<BlockChange>)> = vec![(None, Vec::new())];
    for block in blocks {
        if let Some(heading) = heading_of(&block) {
            sections.push((Some(heading), Vec::new()));
        }
        if let Some((_, section)) = sections.last_mut() {
            section.push(block);
        }
    }
    sections.retain(|(_, blocks)| !blocks.is_empty());
    sections
}

/// Folds unchanged stretches.
fn fold(blocks: Vec<BlockChange>, marks: &Marks<'_>) -> Vec<BlockView> {
    let is_changed = |block: &BlockChange| !matches!(block, BlockChange::Unchanged { .. });
    let mut near: Vec<bool> = (0..blocks.len())
        .map(|index| {
            let from = index.saturating_sub(CONTEXT);
            let to = (index + CONTEXT + 1).min(blocks.len());
            blocks[from..to].iter().any(is_changed)
        })
        .collect();
    // A row says little without the head of its table.
    let mut at = 0;
    for part in blocks.chunk_by(|left, right| is_row(left) && is_row(right)) {
        let part = at..at + part.len();
        if is_row(&blocks[at]) && blocks[part.clone()].iter().any(is_changed) {
            near[part.clone()].fill(true);
        }
        at = part.end;
    }
    let mut views: Vec<BlockView> = Vec::new();
    for (block, is_near) in blocks.into_iter().zip(near) {
        let view = block_view(block, marks);
        match views.last_mut() {
            _ if is_near => views.push(view),
            Some(fold) if fold.kind == "folded" => fold.folded.push(text_of(&view)),
            _ => views.push(BlockView {
                kind: "folded",
                folded: vec![text_of(&view)],
                ..BlockView::default()
            }),
        }
    }
    views
}

fn is_row(block: &BlockChange) -> bool {
    match block {
        BlockChange::Unchanged { kind, .. }
        | BlockChange::Added { kind, .. }
        | BlockChange::Removed { kind, .. }
        | BlockChange::Changed { kind, .. } => *kind == BlockKind::TableRow,
        BlockChange::Moved { .. } | BlockChange::MovedAway { .. } => false,
    }
}

fn text_of(block: &BlockView) -> String {
    block
        .segments
        .iter()
        .map(|segment| segment.text.as_str())
        .collect()
}

/// The knowledge about blocks beyond their change.
struct Marks<'a> {
    authors: &'a Authors,
    moves: Moves,
}

/// Puts neighbouring rows into one table.
fn in_tables(blocks: Vec<BlockView>) -> Vec<BlockView> {
    let mut joined: Vec<BlockView> = Vec::new();
    for block in blocks {
        match joined.last_mut() {
            Some(table) if table.kind == "table" && is_dashes(&text_of(&block)) => {}
            Some(table) if table.kind == "table" && !block.cells.is_empty() => {
                table.rows.push(block);
            }
            _ if block.cells.is_empty() => joined.push(block),
            _ => joined.push(BlockView {
                kind: "table",
                rows: vec![block],
                ..BlockView::default()
            }),
        }
    }
    joined
}

fn block_view(block: BlockChange, marks: &Marks<'_>) -> BlockView {
    let authors = marks.authors;
    let of = |kind, segments| BlockView {
        kind,
        segments,
        ..BlockView::default()
    };
    let whole = |change, kind, text: String| BlockView {
        cells: row_cells(change, kind, &text),
        ..of(change, vec![segment(change, text)])
    };
    match block {
        BlockChange::Unchanged { kind, text, .. } => whole("same", kind, text),
        BlockChange::Removed { kind, text } => whole("removed", kind, text),
        BlockChange::Added { kind, text, line } => BlockView {
            by: authors.get(&line).cloned(),
            ..whole("added", kind, text)
        },
        BlockChange::Changed {
            segments,
            cells,
            line,
            ..
        } => BlockView {
            by: authors.get(&line).cloned(),
            cells: cells
                .unwrap_or_default()
                .into_iter()
                .map(segments_of)
                .collect(),
            ..of("changed", segments_of(segments))
        },
        BlockChange::Moved {
            heading,
            from_line,
            line,
            blocks,
        } => BlockView {
            line: Some(from_line),
            moved: marks.moves.get(&line).cloned(),
            blocks: in_tables(fold(blocks, marks)),
            ..of("moved", vec![segment("same", heading)])
        },
        BlockChange::MovedAway { heading, line } => BlockView {
            line: Some(line),
            moved: marks.moves.get(&line).cloned(),
            ..of("moved_away", vec![segment("same", heading)])
        },
    }
}

/// Returns whether a row is the one below the head of a table, which has no text.
fn is_dashes(row: &str) -> bool {
    row.contains('-') && row.chars().all(|letter| "|:- \t".contains(letter))
}

/// Returns the cells of a table row; nothing for other blocks.
fn row_cells(change: &'static str, kind: BlockKind, text: &str) -> Vec<Vec<SegmentView>> {
    if kind != BlockKind::TableRow || is_dashes(text) {
        return Vec::new();
    }
    let cells = table_cells(text).into_iter();
    cells
        .map(|cell| vec![segment(change, cell.to_owned())])
        .collect()
}

fn segments_of(segments: Vec<Segment>) -> Vec<SegmentView> {
    segments
        .into_iter()
        .map(|part| match part.kind {
            SegmentKind::Kept => segment("same", part.text),
            kind => segment(kind_of(kind), with_line_ends(part.text)),
        })
        .collect()
}

/// Returns a change with a sign before its line ends, if nothing else would be seen of it.
fn with_line_ends(text: String) -> String {
    if text.trim().is_empty() && text.contains('\n') {
        format!("{LINE_END_SIGN}{text}")
    } else {
        text
    }
}

fn segment(kind: &'static str, text: String) -> SegmentView {
    SegmentView { kind, text }
}

fn kind_of(kind: SegmentKind) -> &'static str {
    match kind {
        SegmentKind::Kept => "same",
        SegmentKind::Added => "added",
        SegmentKind::Removed => "removed",
    }
}

fn field_view(field: FieldDiff, schema: &Schema, locale: Locale) -> FieldChangeView {
    let known = schema.field(&field.key);
    let label = known.map(|known| in_language(&known.label, locale));
    let options = known.map(|known| choices(&known.widget, "", locale));
    let options = options.unwrap_or_default();
    let (segments, chips) = match field.change {
        FieldChange::Added { value } => whole("added", &named(&options, value)),
        FieldChange::Removed { value } => whole("removed", &named(&options, value)),
        FieldChange::Text { segments } if !options.is_empty() => {
            let side = |other| {
                let parts = segments.iter().filter(|part| part.kind != other);
                let text: String = parts.map(|part| part.text.as_str()).collect();
                named(&options, text.into())
            };
            let (old, new) = (side(SegmentKind::Added), side(SegmentKind::Removed));
            (replaced(&old, &new), Vec::new())
        }
        FieldChange::Text { segments } => (segments_of(segments), Vec::new()),
        FieldChange::List { chips } => {
            let chip = |chip: Chip| segment(kind_of(chip.kind), chip.text);
            (Vec::new(), chips.into_iter().map(chip).collect())
        }
        FieldChange::Value { old, new } => (replaced(&old, &new), Vec::new()),
    };
    FieldChangeView {
        label: label.unwrap_or(&field.key).to_owned(),
        key: field.key,
        segments,
        chips,
    }
}

/// Returns the label of a value that was chosen out of `options`.
fn named(options: &[Choice], value: Value) -> Value {
    let chosen = options
        .iter()
        .find(|option| Some(option.value.as_str()) == value.as_str());
    chosen.map_or(value, |option| option.label.as_str().into())
}

fn replaced(old: &Value, new: &Value) -> Vec<SegmentView> {
    vec![
        segment("removed", plain(old)),
        segment("same", " → ".to_owned()),
        segment("added", plain(new)),
    ]
}

/// Lists a value that was added or removed as a whole: a text, or the items of a list.
fn whole(kind: &'static str, value: &Value) -> (Vec<SegmentView>, Vec<SegmentView>) {
    match value {
        Value::Array(items) if !items.is_empty() => (
            Vec::new(),
            items
                .iter()
                .map(|item| segment(kind, plain(item)))
                .collect(),
        ),
        _ => (vec![segment(kind, plain(value))], Vec::new()),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
