use proptest::prelude::*;
use serde_json::json;

use super::*;

const BODY: &str = "# 題\n\n---\n+++\n本文。\n";

fn source(fields: &Value) -> GuideSource {
    GuideSource::parse(format!("---json\n{fields}\n---\n{BODY}")).unwrap()
}

/// Splits `file` into the front matter between two lines of `fence` and the rest.
fn split<'a>(file: &'a str, fence: &str) -> (&'a str, &'a str) {
    let rest = file.strip_prefix(&format!("{fence}\n")).unwrap();
    if let Some(body) = rest.strip_prefix(&format!("{fence}\n")) {
        return ("", body);
    }
    rest.split_once(&format!("\n{fence}\n")).unwrap()
}

fn read(file: &str, dialect: Dialect) -> (Value, String) {
    let (fields, body) = match dialect {
        Dialect::YamlJson | Dialect::Yaml => {
            let (text, body) = split(file, "---");
            (serde_yaml_ng::from_str(text).unwrap(), body)
        }
        Dialect::Toml => {
            let (text, body) = split(file, "+++");
            let table: ::toml::Table = ::toml::from_str(text).unwrap();
            (serde_json::to_value(table).unwrap(), body)
        }
        Dialect::HugoJson => {
            let mut values = serde_json::Deserializer::from_str(file).into_iter::<Value>();
            let fields = values.next().unwrap().unwrap();
            let body = &file[values.byte_offset()..];
            (fields, body.strip_prefix('\n').unwrap())
        }
    };
    (fields, body.to_owned())
}

/// Removes nulls, which TOML does not have.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            let kept = values.iter().filter(|value| !value.is_null());
            Value::Array(kept.map(without_nulls).collect())
        }
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(_, value)| !value.is_null());
            let kept = kept.map(|(name, value)| (name.clone(), without_nulls(value)));
            Value::Object(kept.collect())
        }
        simple => simple.clone(),
    }
}

fn assert_round_trip(fields: &Value) {
    let source = source(fields);
    for dialect in [
        Dialect::YamlJson,
        Dialect::Yaml,
        Dialect::Toml,
        Dialect::HugoJson,
    ] {
        let file = in_dialect(&source, dialect, source.body());
        let (read, body) = read(&file, dialect);
        let expected = match dialect {
            Dialect::Toml => without_nulls(fields),
            Dialect::YamlJson | Dialect::Yaml | Dialect::HugoJson => fields.clone(),
        };
        assert_eq!(read, expected, "{dialect:?}\n{file}");
        assert_eq!(body, BODY, "{dialect:?}");
    }
}

#[test]
fn every_dialect_contains_the_same_values() {
    assert_round_trip(&json!({
        "title": "Platform Engineerとは：\"引用\" \\ #注",
        "slug": "platform_engineer",
        "yes": "no", "null": null, "": "empty name", "a b": "x: y", "日本": ["東京", "- 大阪", null],
        "date": "2026-01-02", "version": "1.10", "octal": "0777", "number": "1e3",
        "count": 7, "negative": -3, "ratio": 1.5, "great": 1e300, "small": 1e-7, "whole": 2.0,
        "yet": true, "empty": [], "none": {},
        "deep": {"list": [{"a": 1, "b": [1, [2, 3]]}, {"c": {"d": "e"}}], "n": null},
        "controls": "\u{1}\u{7f}\u{85}\u{9f}\u{2028}\u{feff}\t\n\r😀\u{ffff}---\n+++\n",
    }));
    assert_round_trip(&json!({}));
}

#[test]
fn each_dialect_looks_as_its_readers_write_it() {
    let source = source(&json!({"title": "題", "tags": ["a", "b"], "extra": {"n": 1}, "x": null}));
    let all = [
        Dialect::YamlJson,
        Dialect::Yaml,
        Dialect::Toml,
        Dialect::HugoJson,
    ];
    let files = all.map(|dialect| in_dialect(&source, dialect, source.body()).replace(BODY, "…\n"));
    insta::assert_snapshot!(files.join("\n"), @r#"
    ---
    {
      "title": "題",
      "tags": [
        "a",
        "b"
      ],
      "extra": {
        "n": 1
      },
      "x": null
    }
    ---
    …

    ---
    title: "題"
    tags:
      - "a"
      - "b"
    extra:
      "n": 1
    x: null
    ---
    …

    +++
    title = "題"
    tags = ["a", "b"]
    extra = { n = 1 }
    +++
    …

    {
      "title": "題",
      "tags": [
        "a",
        "b"
      ],
      "extra": {
        "n": 1
      },
      "x": null
    }
    …
    "#);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no other", |f| f.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[-0-9:.eE+_ ~#yn]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_front_matter_reads_back(
        members in prop::collection::vec(("[a-zA-Z_\\-. あ\"]{0,8}", any_value()), 0..5),
    ) {
        assert_round_trip(&Value::Object(members.into_iter().collect()));
    }
}
