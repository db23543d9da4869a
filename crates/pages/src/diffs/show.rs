//! Differences as views.

use std::collections::HashMap;

use annai_content::{
    BlockChange, BlockKind, Chip, FieldChange, FieldDiff, GuideDiff, Schema, Segment, SegmentKind,
};
use annai_domain::Locale;
use serde_json::Value;

use super::super::fields::in_language;
use annai_view::diff::{BlockView, ByView, DiffView, FieldChangeView, SegmentView, StretchView};

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
    let changed_blocks = count(&diff.body);
    let stretches = if changed_blocks > MANY {
        sections(diff.body)
    } else {
        vec![(None, diff.body)]
    };
    let stretch = |(heading, blocks): (Option<String>, Vec<BlockChange>)| StretchView {
        heading,
        changed_blocks: count(&blocks),
        blocks: fold(blocks, authors),
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

fn heading_of(block: &BlockChange) -> Option<String> {
    match block {
        BlockChange::Unchanged { kind, text, .. } | BlockChange::Added { kind, text, .. } => {
            (*kind == BlockKind::Heading).then(|| text.clone())
        }
        BlockChange::Changed { kind, segments, .. } => (*kind == BlockKind::Heading).then(|| {
            let stays = |segment: &&Segment| segment.kind != SegmentKind::Removed;
            let parts = segments.iter().filter(stays);
            parts.map(|segment| segment.text.as_str()).collect()
        }),
        BlockChange::Moved { heading, .. } => Some(heading.clone()),
        BlockChange::Removed { .. } | BlockChange::MovedAway { .. } => None,
    }
}

/// Folds unchanged stretches.
fn fold(blocks: Vec<BlockChange>, authors: &Authors) -> Vec<BlockView> {
    let is_changed = |block: &BlockChange| !matches!(block, BlockChange::Unchanged { .. });
    let near: Vec<bool> = (0..blocks.len())
        .map(|index| {
            let from = index.saturating_sub(CONTEXT);
            let to = (index + CONTEXT + 1).min(blocks.len());
            blocks[from..to].iter().any(is_changed)
        })
        .collect();
    let mut views: Vec<BlockView> = Vec::new();
    for (block, is_near) in blocks.into_iter().zip(near) {
        let view = block_view(block, authors);
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

fn text_of(block: &BlockView) -> String {
    block
        .segments
        .iter()
        .map(|segment| segment.text.as_str())
        .collect()
}

fn block_view(block: BlockChange, authors: &Authors) -> BlockView {
    let of = |kind, segments| BlockView {
        kind,
        segments,
        ..BlockView::default()
    };
    let whole = |kind, text| of(kind, vec![segment(kind, text)]);
    match block {
        BlockChange::Unchanged { text, .. } => whole("same", text),
        BlockChange::Removed { text, .. } => whole("removed", text),
        BlockChange::Added { text, line, .. } => BlockView {
            by: authors.get(&line).cloned(),
            ..whole("added", text)
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
            blocks,
            ..
        } => BlockView {
            line: Some(from_line),
            blocks: fold(blocks, authors),
            ..of("moved", vec![segment("same", heading)])
        },
        BlockChange::MovedAway { heading, line } => BlockView {
            line: Some(line),
            ..of("moved_away", vec![segment("same", heading)])
        },
    }
}

fn segments_of(segments: Vec<Segment>) -> Vec<SegmentView> {
    segments
        .into_iter()
        .map(|part| segment(kind_of(part.kind), part.text))
        .collect()
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
    let label = schema
        .field(&field.key)
        .map(|known| in_language(&known.label, locale));
    let (segments, chips) = match field.change {
        FieldChange::Added { value } => whole("added", &value),
        FieldChange::Removed { value } => whole("removed", &value),
        FieldChange::Text { segments } => (segments_of(segments), Vec::new()),
        FieldChange::List { chips } => {
            let chip = |chip: Chip| segment(kind_of(chip.kind), chip.text);
            (Vec::new(), chips.into_iter().map(chip).collect())
        }
        FieldChange::Value { old, new } => {
            let sides = [
                segment("removed", plain(&old)),
                segment("same", " → ".to_owned()),
                segment("added", plain(&new)),
            ];
            (sides.into(), Vec::new())
        }
    };
    FieldChangeView {
        label: label.unwrap_or(&field.key).to_owned(),
        key: field.key,
        segments,
        chips,
    }
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
mod tests {
    use annai_content::{GuideSource, diff};

    use super::*;

    fn source(body: &str) -> GuideSource {
        GuideSource::parse(format!("---json\n{{\"title\": \"題\"}}\n---\n{body}").into_bytes())
            .unwrap()
    }

    fn view(old: &str, new: &str) -> DiffView {
        let schema = Schema::parse(include_str!("../../../../content/schema.json")).unwrap();
        let diff = diff(&source(old), &source(new));
        view_of(diff, &schema, Locale::Ja, &Authors::default())
    }

    #[test]
    fn unchanged_stretches_are_folded_but_for_the_neighbours_of_a_change() {
        let view = view(
            "一。\n\n二。\n\n三。\n\n四。\n\n五。\n",
            "一。\n\n二。\n\n三。\n\n四。\n\n五個。\n",
        );
        let [stretch] = view.stretches.as_slice() else {
            panic!("one stretch: {:?}", view.stretches)
        };
        let kinds: Vec<_> = stretch.blocks.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, ["folded", "same", "changed"]);
        assert_eq!(stretch.blocks[0].folded.len(), 3);
        assert_eq!(view.changed_blocks, 1);
        let is_added = |part: &&SegmentView| part.kind == "added";
        let added: Vec<_> = stretch.blocks[2].segments.iter().filter(is_added).collect();
        assert_eq!(added.len(), 1);
        assert_eq!(added[0].text, "個");
    }

    #[test]
    fn where_much_changed_the_body_is_shown_by_section() {
        let body = |letter: &str| -> String {
            let section = |number| format!("## 第{number}章\n\n本文は{letter}です。\n\n");
            (0..=MANY).map(section).collect()
        };
        let view = view(
            &format!("前書き。\n\n{}", body("甲")),
            &format!("前書き。\n\n{}", body("乙")),
        );
        assert_eq!(view.changed_blocks, MANY + 1);
        assert_eq!(view.stretches.len(), MANY + 2);
        assert_eq!(view.stretches[0].heading, None);
        assert_eq!(view.stretches[1].heading.as_deref(), Some("## 第0章"));
        assert_eq!(view.stretches[1].changed_blocks, 1);
    }

    #[test]
    fn a_moved_section_is_shown_where_it_came_and_where_it_went() {
        let (long, short) = ("## 甲\n\n長い本文の節です。\n\n", "## 乙\n\n短い。\n\n");
        let view = view(&format!("{long}{short}"), &format!("{short}{long}"));
        let blocks = &view.stretches[0].blocks;
        let moved: Vec<_> = blocks
            .iter()
            .map(|block| (block.kind, block.line))
            .collect();
        assert!(moved.contains(&("moved", Some(5))), "{moved:?}");
        assert!(moved.contains(&("moved_away", Some(1))), "{moved:?}");
        assert_eq!(view.changed_blocks, 1);
    }
}
