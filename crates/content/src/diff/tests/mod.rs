mod moves;
mod rendered;
mod size;

use serde_json::json;

use super::*;

fn source(text: &str) -> GuideSource {
    GuideSource::parse(text).unwrap()
}

/// Returns our sample guides, and the customer's pages if `ANNAI_TEST_PAGES` names their folder.
#[expect(
    clippy::disallowed_methods,
    reason = "a path to test data, not a setting"
)]
fn pages() -> Vec<String> {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content");
    let theirs = std::env::var("ANNAI_TEST_PAGES").ok();
    let folders = [
        Some(ours.to_owned()),
        theirs.filter(|folder| !folder.is_empty()),
    ];
    let files = folders
        .into_iter()
        .flatten()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

fn body_diff(old: &str, new: &str) -> Vec<BlockChange> {
    diff(&source(old), &source(new))
        .body
        .into_iter()
        .filter(|block| !matches!(block, BlockChange::Unchanged { .. }))
        .collect()
}

/// Formats segments as `kept[-removed-]{+added+}`.
fn marked(segments: &[Segment]) -> String {
    let mark = |segment: &Segment| match segment.kind {
        SegmentKind::Kept => segment.text.clone(),
        SegmentKind::Removed => format!("[-{}-]", segment.text),
        SegmentKind::Added => format!("{{+{}+}}", segment.text),
    };
    segments.iter().map(mark).collect()
}

fn only_change(old: &str, new: &str) -> (BlockKind, String, Option<Vec<String>>) {
    match body_diff(old, new).as_slice() {
        [
            BlockChange::Changed {
                kind,
                segments,
                cells,
                ..
            },
        ] => {
            let cells = cells
                .as_ref()
                .map(|cells| cells.iter().map(|cell| marked(cell)).collect());
            (*kind, marked(segments), cells)
        }
        other => panic!("one changed block, not {other:?}"),
    }
}

#[test]
fn one_changed_kanji_marks_one_kanji() {
    let (kind, text, _) = only_change(
        "# 題\n\n基盤の設計者です。\n\n終\n",
        "# 題\n\n基盤の設置者です。\n\n終\n",
    );
    assert_eq!(
        (kind, text.as_str()),
        (BlockKind::Paragraph, "基盤の設[-計-]{+置+}者です。")
    );
}

#[test]
fn a_long_stretch_that_was_rewritten_is_one_change() {
    let (old, new) = ("ab".repeat(10_000), "ba".repeat(10_000));
    let (_, text, _) = only_change(&format!("始{old}終"), &format!("始{new}終"));
    assert_eq!(text, format!("始[-{old}-]{{+{new}+}}終"));
}

#[test]
fn a_rewritten_phrase_is_not_torn_apart_by_a_shared_letter() {
    let (_, text, _) = only_change("毎朝の会議で決めます。", "毎週月曜の定例で決めます。");
    assert_eq!(text, "毎[-朝の会議-]{+週月曜の定例+}で決めます。");
}

#[test]
fn a_letter_of_several_code_points_is_one_letter() {
    let (_, text, _) = only_change("1️⃣ 手順を書く", "2️⃣ 手順を書く");
    assert_eq!(text, "[-1️⃣-]{+2️⃣+} 手順を書く");
}

#[test]
fn a_table_is_compared_cell_by_cell() {
    let old = "|名|年|\n|-|-|\n|SRE|3年|\n|PM|5年|\n";
    let (kind, _, cells) = only_change(old, &old.replace("3年", "4年"));
    assert_eq!(kind, BlockKind::TableRow);
    assert_eq!(cells.unwrap(), ["SRE", "[-3-]{+4+}年"]);
    let (_, _, cells) = only_change(r"|a\|b|c|", r"|a\|b|d|");
    assert_eq!(cells.unwrap(), [r"a\|b", "[-c-]{+d+}"]);
    let (_, _, cells) = only_change("|名前|年収の幅|", "|名前|地域|年収の幅|");
    assert_eq!(cells.unwrap(), ["名前", "{+地域+}", "年収の幅"]);
}

#[test]
fn blocks_are_added_and_removed_whole() {
    let changes = body_diff(
        "# 題\n\n一番目。\n\n- あ\n- い\n",
        "# 題\n\n- あ\n- まったく別の項目\n- い\n",
    );
    assert_eq!(
        changes,
        [
            BlockChange::Removed {
                kind: BlockKind::Paragraph,
                text: "一番目。".into()
            },
            BlockChange::Added {
                kind: BlockKind::ListItem,
                text: "- まったく別の項目".into(),
                line: 4
            },
        ]
    );
}

#[test]
fn line_ends_and_empty_lines_are_not_differences() {
    let crlf = diff(&source("# a\r\n\r\nb\r\nc\r\n"), &source("# a\n\n\nb\nc"));
    assert!(crlf.is_empty(), "{crlf:?}");
}

#[test]
fn headings_code_and_rules_are_blocks_of_their_own() {
    let kinds: Vec<_> = diff(
        &source(""),
        &source("# a\nb\nc\n\n```\n# d\n\n- e\n```\n***\n1. f\n  g\n"),
    )
    .body
    .into_iter()
    .map(|block| match block {
        BlockChange::Added { kind, text, line } => (kind, text, line),
        other => panic!("{other:?}"),
    })
    .collect();
    assert_eq!(
        kinds,
        [
            (BlockKind::Heading, "# a".to_owned(), 1),
            (BlockKind::Paragraph, "b\nc".to_owned(), 2),
            (BlockKind::Code, "```\n# d\n\n- e\n```".to_owned(), 5),
            (BlockKind::Rule, "***".to_owned(), 10),
            (BlockKind::ListItem, "1. f\n  g".to_owned(), 11),
        ]
    );
}

#[test]
fn front_matter_is_compared_field_by_field() {
    let old = source(
        "---json\n{\"title\": \"基盤の人\", \"tags\": [\"a\", \"b\"], \"n\": 1, \"gone\": true}\n---\n",
    );
    let new = source(
        "---json\n{\"tags\": [\"b\", \"c\"], \"title\": \"基礎の人\", \"n\": [1], \"new\": null}\n---\n",
    );
    let fields = diff(&old, &new).front_matter.fields;
    let chip = |kind, text: &str| Chip {
        kind,
        text: text.into(),
    };
    assert_eq!(
        fields
            .iter()
            .map(|field| field.key.as_str())
            .collect::<Vec<_>>(),
        ["tags", "title", "n", "new", "gone"]
    );
    assert_eq!(
        fields[0].change,
        FieldChange::List {
            chips: vec![
                chip(SegmentKind::Removed, "a"),
                chip(SegmentKind::Kept, "b"),
                chip(SegmentKind::Added, "c")
            ]
        }
    );
    let FieldChange::Text { segments } = &fields[1].change else {
        panic!("{:?}", fields[1])
    };
    assert_eq!(marked(segments), "基[-盤-]{+礎+}の人");
    assert_eq!(
        fields[2].change,
        FieldChange::Value {
            old: json!(1),
            new: json!([1])
        }
    );
    assert_eq!(fields[3].change, FieldChange::Added { value: json!(null) });
    assert_eq!(
        fields[4].change,
        FieldChange::Removed { value: json!(true) }
    );
    assert!(diff(&old, &old).is_empty());
}

#[test]
fn hostile_pairs_are_compared_in_bounded_time() {
    let long = |letter: &str| letter.repeat(100_000);
    let alternating: String = (0..60_000)
        .map(|number| if number % 2 == 0 { 'a' } else { 'b' })
        .collect();
    let other: String = (0..60_000)
        .map(|number| if number % 3 == 0 { 'a' } else { 'b' })
        .collect();
    let lines = |word: &str| {
        (0..20_000)
            .map(|number| format!("{word}{number}"))
            .collect::<Vec<_>>()
            .join("\n\n")
    };
    for (old, new) in [
        (long("a"), long("b")),
        (alternating, other),
        (lines("a"), lines("b")),
    ] {
        assert!(!diff(&source(&old), &source(&new)).is_empty());
    }
}

#[test]
fn an_empty_line_in_a_paragraph_marks_the_break_alone() {
    let whole = "一つめの長い文で、ここに説明が続いています。二つめの長い文で、こちらにも説明が続いています。三つめの短い文です。";
    let halves = whole.replacen('。', "。\n\n", 1);
    let (kind, text, _) = only_change(whole, &halves);
    assert_eq!(kind, BlockKind::Paragraph);
    assert_eq!(text, whole.replacen('。', "。{+\n\n+}", 1));
    let (_, text, _) = only_change(&halves, whole);
    assert_eq!(text, whole.replacen('。', "。[-\n\n-]", 1));
    let thirds = halves.replacen("ています。三", "ています。\n\n三", 1);
    let (_, text, _) = only_change(whole, &thirds.replace("短い", "長い"));
    assert!(
        text.contains("。{+\n\n+}三つめの[-短-]{+長+}い文"),
        "{text}"
    );
}

#[test]
fn a_latin_word_is_marked_whole() {
    let (_, text, _) = only_change("これは warning です。", "これは danger です。");
    assert_eq!(text, "これは [-warning-]{+danger+} です。");
    let (_, text, _) = only_change("10月のcafé", "11月のcafe");
    assert_eq!(text, "[-10-]{+11+}月の[-café-]{+cafe+}");
}

#[test]
fn a_line_put_into_code_is_marked_as_a_line() {
    let old = "```\nlet a = 1;\nlet b = 2;\n```\n";
    let (_, text, _) = only_change(old, &old.replace("let b", "let c = 3;\nlet b"));
    assert_eq!(text, "```\nlet a = 1;\n{+let c = 3;\n+}let b = 2;\n```");
    let (_, text, _) = only_change(old, &old.replace("a = 1", "a = 4"));
    assert_eq!(text, "```\nlet a = [-1-]{+4+};\nlet b = 2;\n```");
}
