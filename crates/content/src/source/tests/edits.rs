use super::round_trip::guide_text;
use super::*;
use proptest::prelude::*;

fn set(text: &str, key: &str, value: &Value) -> String {
    let edited = parse(text).with_field(key, value).unwrap();
    assert_eq!(&edited.front_matter()[key], value);
    edited.as_str().to_owned()
}

#[test]
fn setting_a_text_changes_only_its_line() {
    let edited = set(GUIDE, "title", &json!("基盤構築の\"専門家\""));
    assert_eq!(
        changed_lines(GUIDE, &edited),
        (
            vec!["  \"title\": \"基盤\""],
            vec!["  \"title\": \"基盤構築の\\\"専門家\\\"\""]
        )
    );
}

#[test]
fn an_equal_value_changes_nothing_whatever_its_spelling() {
    let text =
        "---json\n{\"a\": \"\\u3042\", \"n\": 1.0e1, \"o\": {\"x\": 1, \"y\": [ 2 ]}}\n---\n";
    assert_eq!(set(text, "a", &json!("あ")), text);
    assert_eq!(
        parse(text).with_field("n", &json!(10)).unwrap().as_str(),
        text
    );
    assert_eq!(
        parse(text)
            .with_field("o", &json!({"y": [2.0], "x": 1}))
            .unwrap()
            .as_str(),
        text
    );
}

#[test]
fn a_new_field_adds_one_line_and_touches_no_other() {
    let edited = set(GUIDE, "author", &json!("佐藤"));
    assert_eq!(
        changed_lines(GUIDE, &edited),
        (vec![], vec!["  \"author\": \"佐藤\","])
    );
    let crlf = GUIDE.replace('\n', "\r\n");
    let edited = set(&crlf, "author", &json!("佐藤"));
    assert_eq!(
        changed_lines(&crlf, &edited),
        (vec![], vec!["  \"author\": \"佐藤\",\r"])
    );
}

#[test]
fn a_list_over_several_lines_gains_and_loses_lines() {
    let edited = set(GUIDE, "keywords", &json!(["SRE", "DevOps", "自動化"]));
    assert_eq!(
        changed_lines(GUIDE, &edited),
        (vec![], vec!["    \"DevOps\","])
    );
    let edited = set(GUIDE, "keywords", &json!(["自動化"]));
    assert_eq!(
        changed_lines(GUIDE, &edited),
        (vec!["    \"SRE\","], vec![])
    );
    let edited = set(GUIDE, "keywords", &json!([]));
    assert!(edited.contains("\"keywords\": [],\n"));
    let edited = set(GUIDE, "related_jobs", &json!(["a", "b"]));
    assert!(
        edited.contains("  \"related_jobs\": [\n    \"a\",\n    \"b\"\n  ],\n"),
        "{edited}"
    );
}

#[test]
fn a_list_on_one_line_stays_on_one_line() {
    let text = "---json\n{\n\t\"tags\": [ \"a\",\"\\u0062\" ],\n\t\"empty\": []\n}\n---\n";
    assert!(
        set(text, "tags", &json!(["a", "b", "c"]))
            .contains("\t\"tags\": [ \"a\",\"\\u0062\",\"c\" ],\n")
    );
    assert!(set(text, "tags", &json!(["b"])).contains("\t\"tags\": [ \"\\u0062\" ],\n"));
    assert!(
        set(text, "empty", &json!(["x", "y"])).contains("\t\"empty\": [\"x\", \"y\"]\n"),
        "as the other list"
    );
    assert!(set(text, "tags", &json!("text")).contains("\t\"tags\": \"text\",\n"));
}

#[test]
fn one_line_of_front_matter_stays_one_line() {
    let text = "---json\n{\"a\": 1, \"b\": {\"c\": 2}}\n---\nx";
    assert_eq!(
        set(text, "new", &json!(["x", "y"])),
        "---json\n{\"a\": 1, \"new\": [\"x\", \"y\"], \"b\": {\"c\": 2}}\n---\nx"
    );
    assert_eq!(
        set(text, "b", &json!({"c": 3})),
        "---json\n{\"a\": 1, \"b\": {\"c\": 3}}\n---\nx"
    );
    assert_eq!(
        set(text, "b", &json!({"d": 3, "e": []})),
        "---json\n{\"a\": 1, \"b\": {\"d\": 3, \"e\": []}}\n---\nx"
    );
}

#[test]
fn a_nested_object_changes_at_the_value_that_changed() {
    let text = "---json\n{\n  \"seo\": {\n    \"robots\": \"\\u0061ll\",\n    \"priority\": 1e0\n  }\n}\n---\n";
    let edited = set(text, "seo", &json!({"robots": "all", "priority": 2}));
    assert_eq!(
        changed_lines(text, &edited),
        (vec!["    \"priority\": 1e0"], vec!["    \"priority\": 2"])
    );
    let edited = set(text, "seo", &json!({"robots": "all", "other": {"a": [1]}}));
    assert!(
        edited.contains("    \"other\": {\n      \"a\": [\n        1\n      ]\n    }\n  }\n"),
        "{edited}"
    );
}

#[test]
fn a_file_without_front_matter_gets_a_block_with_its_own_line_ends() {
    assert_eq!(
        set("# x\n", "title", &json!("t")),
        "---json\n{\n  \"title\": \"t\"\n}\n---\n# x\n"
    );
    assert_eq!(
        set("\u{feff}# x\r\n", "title", &json!("t")),
        "\u{feff}---json\r\n{\r\n  \"title\": \"t\"\r\n}\r\n---\r\n# x\r\n"
    );
    assert_eq!(
        set("", "title", &json!("t")),
        "---json\n{\n  \"title\": \"t\"\n}\n---\n"
    );
}

#[test]
fn an_empty_object_gets_its_first_field_on_a_line() {
    assert_eq!(
        set("---json\n{}\n---\n", "a", &json!([1])),
        "---json\n{\n  \"a\": [\n    1\n  ]\n}\n---\n"
    );
}

#[test]
fn a_field_can_be_removed_from_any_place() {
    let without =
        |text: &str, key: &str| parse(text).without_field(key).unwrap().as_str().to_owned();
    let edited = without(GUIDE, "slug");
    assert_eq!(
        changed_lines(GUIDE, &edited),
        (vec!["  \"slug\": \"platform_engineer\","], vec![])
    );
    let edited = without(GUIDE, "category");
    assert_eq!(
        changed_lines(GUIDE, &edited),
        (vec!["  \"category\": \"cloud-infra\","], vec![])
    );
    assert!(without(GUIDE, "title").contains("\"platform_engineer\"\n}"));
    assert_eq!(without(GUIDE, "unknown"), GUIDE);
    assert_eq!(
        without("---json\n{\"a\": 1}\n---\n", "a"),
        "---json\n{}\n---\n"
    );
    assert_eq!(without("no block", "a"), "no block");
}

#[test]
fn a_new_guide_has_the_layout_of_the_customers_files() {
    let fields = parse(GUIDE).front_matter().clone();
    assert_eq!(
        GuideSource::new_guide(&fields, "# 見出し\n\n本文。\n")
            .unwrap()
            .as_str(),
        GUIDE
    );
}

#[test]
fn an_invalid_value_is_refused() {
    let error = parse(GUIDE)
        .with_field("title", &json!("a\0b"))
        .unwrap_err();
    assert_eq!(error.code(), "json_escaped_nul");
    let error = parse(GUIDE)
        .with_field("title", &json!("a".repeat(600_000)))
        .unwrap_err();
    assert_eq!(error.code(), "source_too_large");
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-zあ-ん\"\\\\\n\u{7f}\u{2028}🚀]{0,6}".prop_map(Value::from),
    ];
    scalar.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(inner, 0..4).prop_map(|items| {
                items
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| (format!("k{index}"), item))
                    .collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn setting_a_field_changes_no_byte_outside_its_value(text in guide_text(), choice in any::<prop::sample::Index>(), new in value()) {
        let source = parse(&text);
        prop_assume!(!source.front_matter().is_empty());
        let keys: Vec<_> = source.front_matter().keys().cloned().collect();
        let key = &keys[choice.index(keys.len())];
        let edited = source.with_field(key, &new).unwrap();
        prop_assert_eq!(&edited.front_matter()[key], &new, "in {}", edited.as_str());
        let raw = |source: &GuideSource| {
            let value = source.raw_field(key).unwrap();
            let start = value.as_ptr() as usize - source.as_str().as_ptr() as usize;
            (source.as_str()[..start].to_owned(), source.as_str()[start + value.len()..].to_owned())
        };
        prop_assert_eq!(raw(&source), raw(&edited));
        let again = edited.with_field(key, &new).unwrap();
        prop_assert_eq!(again.as_str(), edited.as_str());
    }

    #[test]
    fn a_field_added_and_removed_leaves_the_same_bytes(text in guide_text(), new in value()) {
        let source = parse(&text);
        prop_assume!(!source.front_matter().is_empty());
        let added = source.with_field("a new key", &new).unwrap();
        prop_assert_eq!(&added.front_matter()["a new key"], &new);
        let others: Vec<_> = added.front_matter().keys().filter(|key| *key != "a new key").collect();
        prop_assert_eq!(others, source.front_matter().keys().collect::<Vec<_>>());
        prop_assert_eq!(added.body(), source.body());
        let removed = added.without_field("a new key").unwrap();
        prop_assert_eq!(removed.as_str(), &text);
    }

    #[test]
    fn removing_a_field_keeps_the_spelling_of_the_others(text in guide_text(), choice in any::<prop::sample::Index>()) {
        let source = parse(&text);
        prop_assume!(!source.front_matter().is_empty());
        let keys: Vec<_> = source.front_matter().keys().cloned().collect();
        let gone = choice.index(keys.len());
        let edited = source.without_field(&keys[gone]).unwrap();
        prop_assert_eq!(edited.raw_field(&keys[gone]), None);
        for key in keys.iter().filter(|key| **key != keys[gone]) {
            prop_assert_eq!(edited.raw_field(key), source.raw_field(key));
        }
    }
}
