use annai_content::{GuideSource, diff};

use super::*;

fn source(body: &str) -> GuideSource {
    GuideSource::parse(format!("---json\n{{\"title\": \"題\"}}\n---\n{body}").into_bytes()).unwrap()
}

fn view(old: &str, new: &str) -> DiffView {
    let schema = Schema::parse(include_str!("../../../../../content/schema.json")).unwrap();
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
fn a_category_is_shown_by_its_label() {
    let schema = Schema::parse(include_str!("../../../../../content/schema.json")).unwrap();
    let source = |category: &str| {
        let text = format!("---json\n{{\"category\": \"{category}\"}}\n---\n");
        GuideSource::parse(text).unwrap()
    };
    let diff = diff(&source("data"), &source("cloud-infra"));
    let view = view_of(diff, &schema, Locale::Ja, &Authors::default());
    let shown: Vec<_> = view.fields[0]
        .segments
        .iter()
        .map(|part| &part.text)
        .collect();
    assert!(
        !shown.iter().any(|text| text.contains("cloud-infra")),
        "{shown:?}"
    );
    assert_eq!(view.fields[0].segments[2].kind, "added");
}

#[test]
fn a_table_with_a_changed_row_is_one_table_with_its_head() {
    let rows = |letter: &str| {
        format!("前。\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |\n| 三 | 四 |\n| 五 | {letter} |\n")
    };
    let view = view(&rows("六"), &rows("七"));
    let table = view.stretches[0].blocks.last().unwrap();
    let kinds: Vec<_> = table.rows.iter().map(|row| row.kind).collect();
    assert_eq!(
        (table.kind, kinds),
        ("table", vec!["same", "same", "same", "changed"])
    );
    assert_eq!(table.rows[0].cells[0][0].text, "甲");
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

#[test]
fn a_line_end_that_was_added_has_a_sign() {
    let view = view(
        "一つめの文です。二つめの文です。\n",
        "一つめの文です。\n\n二つめの文です。\n",
    );
    let parts = &view.stretches[0].blocks[0].segments;
    let parts: Vec<_> = parts
        .iter()
        .map(|part| (part.kind, part.text.as_str()))
        .collect();
    assert_eq!(
        parts,
        [
            ("same", "一つめの文です。"),
            ("added", "↵\n\n"),
            ("same", "二つめの文です。"),
        ]
    );
}
