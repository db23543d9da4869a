mod browser;
mod edits;
mod refusals;
mod round_trip;

use serde_json::{Value, json};

use super::*;

/// A small guide in the layout of the seed.
const GUIDE: &str = "---json\n{\n  \"category\": \"cloud-infra\",\n  \"keywords\": [\n    \"SRE\",\n    \"自動化\"\n  ],\n  \"related_jobs\": [],\n  \"slug\": \"platform_engineer\",\n  \"title\": \"基盤\"\n}\n---\n# 見出し\n\n本文。\n";

fn parse(text: &str) -> GuideSource {
    GuideSource::parse(text).unwrap()
}

/// Returns the lines that are only in `before` and those only in `after`, in order.
fn changed_lines<'a>(before: &'a str, after: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let before: Vec<&str> = before.split('\n').collect();
    let after: Vec<&str> = after.split('\n').collect();
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for operation in similar::capture_diff_slices(similar::Algorithm::RawMyers, &before, &after) {
        if operation.tag() != similar::DiffTag::Equal {
            gone.extend(&before[operation.old_range()]);
            new.extend(&after[operation.new_range()]);
        }
    }
    (gone, new)
}

#[test]
fn the_parts_of_a_guide_are_found() {
    let source = parse(GUIDE);
    assert_eq!(source.language(), "json");
    let keys: Vec<_> = source.front_matter().keys().collect();
    assert_eq!(
        keys,
        ["category", "keywords", "related_jobs", "slug", "title"]
    );
    assert_eq!(source.front_matter()["keywords"], json!(["SRE", "自動化"]));
    assert_eq!(source.raw_field("title"), Some("\"基盤\""));
    assert_eq!(source.raw_field("related_jobs"), Some("[]"));
    assert!(
        source.front_matter_text().starts_with("{\n")
            && source.front_matter_text().ends_with("\n}")
    );
    assert_eq!(source.body(), "# 見出し\n\n本文。\n");
    assert_eq!(source.body_line(), 13);
    assert_eq!(
        source.field_position("slug"),
        Some(Position {
            line: 9,
            column: 11
        })
    );
    assert_eq!(
        source.pointer_position("/keywords/1"),
        Some(Position { line: 6, column: 5 })
    );
    assert_eq!(
        source.pointer_position("/nothing"),
        Some(Position { line: 2, column: 1 })
    );
}

#[test]
fn a_file_without_front_matter_is_a_guide_without_fields() {
    for text in [
        "",
        "# 見出し\n",
        "----\nbody",
        "\n---json\n{}\n---\n",
        "\u{feff}# 見出し\n",
    ] {
        let source = parse(text);
        assert_eq!(
            (source.language(), source.front_matter().len()),
            ("", 0),
            "{text:?}"
        );
        assert_eq!(source.body(), text.trim_start_matches('\u{feff}'));
        assert_eq!(source.as_str(), text);
        assert_eq!(source.front_matter_text(), "");
    }
}

#[test]
fn numbers_are_read_as_javascript_reads_them() {
    let value = |spelling: &str| {
        let source = parse(&format!("---json\n{{\"n\": {spelling}}}\n---\n"));
        assert_eq!(source.raw_field("n"), Some(spelling));
        source.front_matter()["n"].clone()
    };
    assert_eq!(value("1E2"), json!(100.0));
    assert_eq!(value("0.1e-2"), json!(0.001));
    assert_eq!(value("18446744073709551615"), json!(u64::MAX));
    assert_eq!(
        value("18446744073709551616"),
        json!(18_446_744_073_709_551_616.0_f64)
    );
    assert_eq!(value("5e-324"), json!(5e-324));
    assert!(value("-0").as_f64().unwrap().is_sign_negative());
    // A reader that rounds twice gets the last digit of this number wrong.
    assert_eq!(
        value("9007199254740993.0").as_f64(),
        Some(9_007_199_254_740_992.0)
    );
}

#[test]
fn the_front_matter_verb_prints_the_three_parts_of_gray_matter() {
    let answer =
        fm_parse_json("---json\r\n{\"b\": 1, \"a\": [\"\\u3042\"]}\r\n---\r\n# x\r\n").unwrap();
    assert_eq!(
        answer.to_string(),
        r##"{"language":"json","data":{"b":1,"a":["あ"]},"content":"# x\r\n"}"##
    );
    assert_eq!(
        fm_parse_json("plain").unwrap(),
        json!({"language": "", "data": {}, "content": "plain"})
    );
}
