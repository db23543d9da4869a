use annai_content::Position;
use rstest::rstest;

use serde_json::json;

use super::finding::MOST_OF_A_KIND;
use super::*;

mod dictionary;
mod grounds;
mod links;
mod pages;
mod renamed;
mod reported;
mod roles;
mod rules;
mod surroundings;

fn schema() -> Schema {
    Schema::parse(include_str!("../../../../content/schema.json")).unwrap()
}

fn findings(
    front_matter: &str,
    body: &str,
) -> Vec<(Level, &'static str, Option<String>, Option<Position>)> {
    let schema = schema();
    let source = format!("---json\n{front_matter}\n---\n{body}");
    let alone = Surroundings::default();
    check_bytes(source.as_bytes(), &schema, &alone, &Dictionary::default())
        .into_iter()
        .map(|finding| {
            (
                finding.level,
                finding.code,
                finding.pointer,
                finding.position,
            )
        })
        .collect()
}

const fn at(line: u32, column: u32) -> Position {
    Position { line, column }
}

/// Writes a front matter without fault, with a description 100 wide, and one more line.
fn good(line: &str) -> String {
    format!(
        "{{\n  \"title\": \"題\",\n  \"slug\": \"a\",\n  \"category\": \"security\",\n  \"meta_description\": \"{}\"{line}\n}}",
        "あ".repeat(100)
    )
}

#[test]
fn a_guide_without_fault_has_no_findings() {
    assert_eq!(findings(&good(""), "# 題\n\n本文**です（よ）**ね。\n"), []);
    assert_eq!(
        findings(&good(",\n  \"any other key\": {\"x\": [1]}"), "# 題\n"),
        []
    );
}

#[test]
fn missing_fields_are_errors_that_point_at_the_object() {
    let found = findings("{}", "# 題\n");
    let expected = ["/title", "/slug", "/category", "/meta_description"].map(|pointer| {
        (
            Level::Error,
            "field_missing",
            Some(pointer.to_owned()),
            Some(at(2, 1)),
        )
    });
    assert_eq!(found, expected);
}

#[rstest]
#[case("\"tags\": \"a\"", "field_wrong_type", "/tags", (7, 11))]
#[case("\"tags\": [\"a\", 2]", "field_wrong_type", "/tags/1", (7, 17))]
#[case("\"tags\": [\"a\", \"a\"]", "list_repeats", "/tags", (7, 11))]
#[case("\"keywords\": [\"\"]", "field_empty", "/keywords/0", (7, 16))]
#[case("\"thumbnail\": \"javascript:x\"", "field_malformed", "/thumbnail", (7, 16))]
#[case("\"related_jobs\": [\"A b\"]", "field_malformed", "/related_jobs/0", (7, 20))]
#[case("\"hero_image\": null", "field_wrong_type", "/hero_image", (7, 17))]
fn a_broken_rule_of_the_schema_is_an_error_at_its_value(
    #[case] line: &str,
    #[case] code: &'static str,
    #[case] pointer: &str,
    #[case] (row, column): (u32, u32),
) {
    let found = findings(&good(&format!(",\n  {line}")), "# 題 a\n");
    assert_eq!(
        found,
        [(
            Level::Error,
            code,
            Some(pointer.to_owned()),
            Some(at(row, column))
        )]
    );
}

#[test]
fn the_limits_of_length_hold() {
    let one = |front_matter: &str| {
        findings(front_matter, "# 題\n")
            .into_iter()
            .map(|finding| finding.1)
            // A long value also gives other findings, such as that the heading differs or the body
            // never says it.
            .filter(|code| code.starts_with("field_") || code.starts_with("list_"))
            .collect::<Vec<_>>()
    };
    let title = |length: usize| good("").replace("\"題\"", &format!("\"{}\"", "あ".repeat(length)));
    assert_eq!(one(&title(200)), [""; 0]);
    assert_eq!(one(&title(201)), ["field_too_long"]);
    let tags = |count: usize, length: usize| {
        let tags: Vec<_> = (0..count)
            .map(|number| format!("\"{number:0>length$}\""))
            .collect();
        good(&format!(",\n\"tags\": [{}]", tags.join(",")))
    };
    assert_eq!(one(&tags(64, 64)), [""; 0]);
    assert_eq!(one(&tags(65, 3)), ["list_too_long"]);
    assert_eq!(one(&tags(1, 65)), ["field_too_long"]);
}

#[rstest]
#[case("\"slug\": \"a\"", "\"slug\": \"Platform-Engineer\"", "slug_malformed")]
#[case(
    "\"category\": \"security\"",
    "\"category\": \"cooking\"",
    "field_not_an_option"
)]
#[case("\"title\": \"題\"", "\"title\": \"\"", "field_empty")]
#[case("\"slug\": \"a\"", "\"slug\": \"\"", "field_empty")]
#[case("\"title\": \"題\"", "\"title\": 5", "field_wrong_type")]
fn a_required_field_must_be_right(#[case] from: &str, #[case] to: &str, #[case] code: &str) {
    let codes: Vec<_> = findings(&good("").replace(from, to), "# 題\n")
        .into_iter()
        .map(|finding| finding.1)
        .collect();
    assert_eq!(codes, [code]);
}

#[test]
fn a_description_that_search_results_would_cut_is_a_warning() {
    let described = |text: &str| {
        let front_matter = good("").replace(&"あ".repeat(100), text);
        findings(&front_matter, "# 題\n")
            .into_iter()
            .map(|finding| (finding.0, finding.1))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        described(&"あ".repeat(99)),
        [(Level::Warn, "description_width")]
    );
    assert_eq!(described(&"あ".repeat(100)), []);
    assert_eq!(described(&"a".repeat(250)), []);
    assert_eq!(
        described(&"あ".repeat(126)),
        [(Level::Warn, "description_width")]
    );
    assert_eq!(
        described(&format!("{}\\nあ", "あ".repeat(100))),
        [(Level::Warn, "description_line_break")]
    );
}

#[test]
fn the_body_has_one_top_heading_and_no_literal_stars() {
    assert_eq!(
        findings(&good(""), "本文\n"),
        [(Level::Warn, "top_heading_missing", None, Some(at(9, 1)))]
    );
    assert_eq!(
        findings(&good(""), "# 題\n\n# 題の二\n"),
        [(Level::Warn, "top_heading_repeated", None, Some(at(11, 1)))]
    );
    assert_eq!(
        findings(&good(""), "# 題\n\n良い\nこれは** 太字 **です\n`**`\n")[0],
        (Level::Warn, "emphasis_literal", None, Some(at(12, 4)))
    );
    assert_eq!(findings(&good(""), "# 題\n\n`**` \\*\\*\n\n    **\n"), []);
}

#[test]
fn what_cannot_be_rendered_or_is_unsafe_blocks_publishing() {
    let deep = format!("# 題\n\n{}x", "> ".repeat(70));
    assert_eq!(
        findings(&good(""), &deep),
        [(Level::Error, "body_too_deep", None, Some(at(11, 1)))]
    );
    assert_eq!(
        findings(&good(""), "# 題\n[x](javascript:y)\n"),
        [(Level::Error, "address_unsafe", None, Some(at(10, 1)))]
    );
}

#[rstest]
#[case("//evil.example/a.png")]
#[case("/\\\\evil.example/a.png")]
#[case("https://user:pw@evil.example/")]
#[case("/static/../a.png")]
#[case("/static/%2e%2e/a.png")]
#[case("/a\\u001b.png")]
fn an_image_of_a_field_is_held_to_the_same_rule_as_one_of_the_body(#[case] address: &str) {
    for (key, column) in [("thumbnail", 16), ("hero_image", 17)] {
        let line = format!(",\n  \"{key}\": \"{address}\"");
        let found = findings(&good(&line), "# 題\n");
        let pointer = Some(format!("/{key}"));
        let expected = (Level::Error, "address_unsafe", pointer, Some(at(7, column)));
        assert!(found.contains(&expected), "{found:?}");
    }
    let address = address.replace("\\u001b", "\u{1b}");
    let found = findings(&good(""), &format!("# 題\n\n![図](<{address}>)\n"));
    let expected = (Level::Error, "address_unsafe", None, Some(at(11, 1)));
    assert!(found.contains(&expected), "{found:?}");
}

#[test]
fn each_image_of_a_list_is_checked_and_a_place_gets_one_finding() {
    let mut schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../../content/schema.json")).unwrap();
    schema["properties"]["shots/~"] = json!({
        "type": ["string", "array"], "items": {"type": "string"}, "x-annai": {"widget": "image"}
    });
    let schema = Schema::parse(&schema.to_string()).unwrap();
    let line = ",\n  \"shots/~\": [\"/a.png\", \"/../b.png\"],\n  \"thumbnail\": \"javascript:x\"";
    let source = format!("---json\n{}\n---\n# 題\n", good(line));
    let source = GuideSource::parse(source).unwrap();
    let found = blocking(&source, &schema);
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.code, one.pointer.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            ("address_unsafe", Some("/shots~1~0/1")),
            ("field_malformed", Some("/thumbnail"))
        ]
    );
}

#[test]
fn addresses_and_images_are_looked_at() {
    assert_eq!(
        findings(&good(""), "# 題\n\n[x](http://example.com) ![](/a.png)\n"),
        [
            (Level::Warn, "address_insecure", None, Some(at(11, 1))),
            (Level::Warn, "image_without_text", None, Some(at(11, 25))),
        ]
    );
}

#[test]
fn characters_that_nobody_sees_are_found() {
    let body = "# 題\n\n隠\u{202e}した\n\nゼロ\u{200b}幅 👨\u{200d}👩 か\u{200d}く\n";
    let tags = good(",\n  \"tags\": [\"a\", \"\\u2066b\", \"c\u{ad}\"]");
    let mut found = findings(&tags, body);
    found.retain(|(_, code, ..)| code.starts_with("character_"));
    assert_eq!(
        found,
        [
            (
                Level::Error,
                "character_bidi_control",
                Some("/tags/1".to_owned()),
                Some(at(7, 17))
            ),
            (
                Level::Error,
                "character_bidi_control",
                None,
                Some(at(12, 2))
            ),
            (
                Level::Warn,
                "character_invisible",
                Some("/tags/2".to_owned()),
                Some(at(7, 28))
            ),
            (Level::Warn, "character_invisible", None, Some(at(14, 3))),
            (Level::Warn, "character_invisible", None, Some(at(14, 11))),
        ]
    );
}

#[rstest]
#[case("a\\r\\nb\\u001b[2J", "U+000D", "a b[2J")]
#[case("a\\tb", "U+0009", "a b")]
#[case("\\u009b2Ja", "U+009B", "2Ja")]
#[case("a\u{2028}b\\n", "U+2028", "a b")]
#[case("a\u{200b}\\u0001b", "U+0001", "ab")]
fn a_field_of_one_line_holds_no_control_character(
    #[case] text: &str,
    #[case] character: &str,
    #[case] fixed: &str,
) {
    for (key, value) in [
        ("tags", format!("[\"a\", \"{text}\"]")),
        ("note", format!("\"{text}\"")),
    ] {
        let mut schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../../content/schema.json")).unwrap();
        schema["properties"]["note"] = json!({"type": "string"});
        let schema = Schema::parse(&schema.to_string()).unwrap();
        let front_matter = good(&format!(",\n  \"{key}\": {value}"));
        let source = GuideSource::parse(format!("---json\n{front_matter}\n---\n# 題\n")).unwrap();
        let [finding] = &blocking(&source, &schema)[..] else {
            panic!("one finding is expected")
        };
        assert_eq!(finding.code, "field_control_character");
        assert_eq!(finding.arguments["character"], character);
        assert!(
            finding
                .pointer
                .as_ref()
                .unwrap()
                .starts_with(&format!("/{key}"))
        );
        let fixed_source = finding.fix.as_ref().unwrap().apply(&source).unwrap();
        let expected = value.replace(text, fixed);
        assert_eq!(
            fixed_source.as_str(),
            source.as_str().replace(&value, &expected)
        );
    }
}

#[test]
fn a_field_of_several_lines_keeps_its_breaks_and_other_keys_are_free() {
    let errors = |line: &str, description: &str| {
        let front_matter = good(line).replacen('あ', description, 1);
        let source = format!("---json\n{front_matter}\n---\n# 題\n");
        let found = blocking(&GuideSource::parse(source).unwrap(), &schema());
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.code, one.pointer.clone()))
            .collect();
        found
    };
    assert_eq!(errors(", \"x\": \"\\u001b\"", "\\r\\n\\t"), []);
    let pointer = Some("/meta_description".to_owned());
    assert_eq!(
        errors("", "\\u0007"),
        [("field_control_character", pointer)]
    );
}

#[test]
fn a_harmless_character_does_not_hide_one_that_turns_text() {
    let found = findings(&good(",\n  \"tags\": [\"a\u{200b}b\u{202e}c\"]"), "# 題\n");
    assert_eq!(found[0].1, "character_bidi_control", "{found:?}");
}

#[test]
fn a_page_full_of_faults_is_checked_in_bounded_time() {
    let tags = vec!["1"; 100_000].join(",");
    let many = findings(&good(&format!(",\n\"tags\": [{tags}]")), "# 題\n");
    assert!((1..=MOST_OF_A_KIND).contains(&many.len()), "{}", many.len());
    let many = findings(
        &good(""),
        &"は** 太字 **\u{200b}[a](javascript:b)![](http://c)\n".repeat(8_000),
    );
    assert!(
        (5..=5 * MOST_OF_A_KIND + 1).contains(&many.len()),
        "{}",
        many.len()
    );
}

#[test]
fn every_code_stands_in_the_list() {
    assert!(FINDING_CODES.is_sorted());
    let sources = [
        include_str!("../addresses.rs"),
        include_str!("../characters.rs"),
        include_str!("../constructs.rs"),
        include_str!("../front_matter.rs"),
        include_str!("../headings.rs"),
        include_str!("../hidden.rs"),
        include_str!("../job_guide.rs"),
        include_str!("../lib.rs"),
        include_str!("../links.rs"),
        include_str!("../related.rs"),
        include_str!("../repetitions.rs"),
        include_str!("../sentences.rs"),
        include_str!("../spelling.rs"),
        include_str!("../tables.rs"),
        include_str!("../words.rs"),
    ];
    for code in FINDING_CODES {
        let uses = sources
            .iter()
            .map(|source| source.matches(&format!("\"{code}\"")).count())
            .sum::<usize>();
        assert!(uses >= 2, "{code} is listed and never given");
    }
}

#[test]
fn a_malformed_source_is_one_finding_with_its_place() {
    assert_eq!(
        findings("{\"a\": }", ""),
        [(Level::Error, "json_unexpected", None, Some(at(2, 7)))]
    );
}

#[test]
fn related_guides_are_looked_at_as_far_as_the_page_knows() {
    let found = findings(
        &good(",\n  \"related_jobs\": [\"b\", \"a\", \"c\", \"d\", \"e\", \"f\", \"g\"]"),
        "# 題\n",
    );
    assert_eq!(
        found,
        [
            (
                Level::Warn,
                "related_too_many",
                Some("/related_jobs".to_owned()),
                Some(at(7, 19))
            ),
            (
                Level::Warn,
                "related_self",
                Some("/related_jobs/1".to_owned()),
                Some(at(7, 25))
            ),
        ]
    );
}

#[test]
fn findings_are_serialised_for_the_panel() {
    let schema = schema();
    let alone = Surroundings::default();
    let text = b"---json\n{\"title\": \"x\"}\n---\n# x\xe2\x80\xae\n";
    let found = check_bytes(text, &schema, &alone, &Dictionary::default());
    let json = |code: &str| {
        let finding = found.iter().find(|finding| finding.code == code).unwrap();
        serde_json::to_value(finding).unwrap()
    };
    assert_eq!(
        json("field_missing"),
        json!({"level": "error", "code": "field_missing", "pointer": "/slug",
            "position": {"line": 2, "column": 1}, "end": {"line": 2, "column": 2},
            "arguments": {"key": "slug"}})
    );
    assert_eq!(
        json("character_bidi_control"),
        json!({"level": "error", "code": "character_bidi_control", "pointer": null,
            "position": {"line": 4, "column": 4}, "end": {"line": 4, "column": 5},
            "arguments": {"character": "U+202E"},
            "fix": [{"start": {"line": 4, "column": 4}, "end": {"line": 4, "column": 5}, "text": ""}]})
    );
}
