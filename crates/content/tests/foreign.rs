//! Files of other site generators, read as guides.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use annai_content::{Dialect, GuideSource, Position, in_dialect, read_file};
use annai_domain::FileDialect;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::json;

fn code(text: &str, dialect: Option<FileDialect>) -> (String, String) {
    let error = read_file(text.into(), dialect).unwrap_err();
    (error.code().to_owned(), error.position.to_string())
}

#[rstest]
#[case::yaml(
    "---\ntitle: 見本\ndate: 2019-04-01\ntags:\n  - a\n  - \"1\"\ndraft: true\nweight: 3\nnone: ~\n---\n本文\n",
    FileDialect::Yaml
)]
#[case::yaml_named(
    "---yaml\ntitle: 見本\ndate: 2019-04-01\ntags: [a, '1']\ndraft: true\nweight: 3\nnone: null\n---\n本文\n",
    FileDialect::Yaml
)]
#[case::hugo(
    "{\n\"title\": \"見本\", \"date\": \"2019-04-01\", \"tags\": [\"a\", \"1\"], \"draft\": true, \"weight\": 3, \"none\": null }\n本文\n",
    FileDialect::HugoJson
)]
fn every_dialect_gives_the_same_guide(#[case] text: &str, #[case] dialect: FileDialect) {
    let read = read_file(text.into(), None).unwrap();
    assert_eq!(read.dialect, dialect);
    assert_eq!(read.source.body(), "本文\n");
    let expected = json!({"title": "見本", "date": "2019-04-01", "tags": ["a", "1"], "draft": true, "weight": 3, "none": null});
    assert_eq!(json!(read.source.front_matter()), expected);
    let keys: Vec<_> = read.source.front_matter().keys().collect();
    assert_eq!(keys, ["title", "date", "tags", "draft", "weight", "none"]);
}

#[test]
fn toml_keeps_its_order_and_dates_as_texts() {
    let text = "+++\ntitle = '見本' # 注\ndate = 2019-04-01T10:00:00+09:00\nbig = 0x7fff_ffff_ffff_ffff\n[params]\nratio = 1.5\n+++\n\n本文";
    let read = read_file(text.into(), None).unwrap();
    assert_eq!(
        read.source.as_str(),
        "---json\n{\n  \"title\": \"見本\",\n  \"date\": \"2019-04-01T10:00:00+09:00\",\n  \"big\": 9223372036854775807,\n  \"params\": {\n    \"ratio\": 1.5\n  }\n}\n---\n\n本文"
    );
}

#[rstest]
#[case("---json\n{\"title\": 1}\n---\n本文", FileDialect::Json)]
#[case("本文だけ", FileDialect::None)]
#[case("{{< figure >}}\n", FileDialect::None)]
#[case("----\n本文", FileDialect::None)]
#[case("\n---\n区切り線\n", FileDialect::None)]
#[case("\u{feff}# BOM\n", FileDialect::None)]
fn a_file_that_is_a_source_keeps_its_bytes(#[case] text: &str, #[case] dialect: FileDialect) {
    let read = read_file(text.into(), None).unwrap();
    assert_eq!((read.dialect, read.source.as_str()), (dialect, text));
}

#[test]
fn a_file_without_front_matter_may_begin_with_a_thematic_break() {
    let read = read_file("---\n本文\n".into(), Some(FileDialect::None)).unwrap();
    assert_eq!(read.source.as_str(), "---json\n{}\n---\n---\n本文\n");
}

#[rstest]
#[case("---\ntitle: [a\n---\n", "front_matter_not_yaml", "3:1")]
#[case("---\ntitle: a\n title: b\n---\n", "front_matter_not_yaml", "3:7")]
#[case("---\na: 1\nb:\n  a: 1\n  a: 2\n---\n", "json_duplicate_key", "4:3")]
#[case("---\n- a\n---\n", "front_matter_not_fields", "2:1")]
#[case("---\n2019: a\n---\n", "front_matter_key_not_text", "2:1")]
#[case(
    "---\nn: 123456789012345678901234567890\n---\n",
    "front_matter_integer_too_large",
    "2:4"
)]
#[case("---\nn: .inf\n---\n", "front_matter_not_finite", "2:4")]
#[case(
    "---\na: &a {x: 1}\nb:\n  <<: *a\n---\n",
    "front_matter_merge_key",
    "4:3"
)]
#[case("---\ntitle: a\n", "front_matter_fence_missing", "1:1")]
#[case(
    "+++\ntitle = \"a\"\nn = 9223372036854775808\n+++\n",
    "front_matter_integer_too_large",
    "3:5"
)]
#[case("+++\nn = nan\n+++\n", "front_matter_not_finite", "2:5")]
#[case("+++\ntitle = \n+++\n", "front_matter_not_toml", "2:9")]
#[case("+++\ntitle = 1\n", "front_matter_fence_missing", "1:1")]
#[case("{\"a\": 1,}\n", "json_trailing_comma", "1:9")]
#[case("{\"a\": 1} 本文\n", "front_matter_text_after_object", "1:10")]
#[case(" ---json\n{}\n---\n", "front_matter_not_first", "1:1")]
#[case("\n---json\n{}\n---\n", "front_matter_not_first", "1:1")]
#[case("\n+++\n+++\n", "front_matter_not_first", "1:1")]
#[case("---ruby\n---\n", "front_matter_unsupported_engine", "1:4")]
fn a_fault_has_its_name_and_its_place(#[case] text: &str, #[case] name: &str, #[case] place: &str) {
    assert_eq!(code(text, None), (name.to_owned(), place.to_owned()));
}

#[test]
fn a_file_of_another_dialect_is_refused_where_one_is_named() {
    let refused = ("front_matter_other_dialect".to_owned(), "1:1".to_owned());
    assert_eq!(code("+++\na = 1\n+++\n", Some(FileDialect::Json)), refused);
    assert_eq!(code("{\"a\": 1}\n", Some(FileDialect::Json)), refused);
    assert_eq!(code("---\na: 1\n---\n", Some(FileDialect::Toml)), refused);
    assert!(read_file("本文".into(), Some(FileDialect::Toml)).is_ok());
}

#[test]
fn aliases_cannot_make_a_small_file_large() {
    let scalar = format!(
        "---\na: &a {}\nb: [{}]\n---\n",
        "x".repeat(9_000),
        "*a,".repeat(9_000)
    );
    assert_eq!(code(&scalar, None).0, "front_matter_too_much_repeated");
    let mut laughs = "---\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{},", level - 1).repeat(10);
        writeln!(laughs, "a{level}: &a{level} [{below}]").unwrap();
    }
    laughs.push_str("---\n");
    assert_eq!(code(&laughs, None).0, "front_matter_too_much_repeated");
}

#[test]
fn a_fault_of_the_source_is_shown_in_the_file() {
    let text = "---\n# 注\ntitle: a\n\"meta\": b\n---\n本文\n二行目\n";
    let read = read_file(text.into(), None).unwrap();
    let at = |line, column| Some(Position { line, column });
    assert_eq!(read.place_in_file(Some("/meta"), at(4, 11)), at(4, 1));
    assert_eq!(read.place_in_file(Some("/title/0"), at(3, 12)), at(3, 1));
    assert_eq!(read.place_in_file(Some("/slug"), at(2, 1)), at(2, 1));
    let body = read.source.body_line();
    assert_eq!(read.place_in_file(None, at(body + 1, 2)), at(7, 2));
}

proptest! {
    #[test]
    fn what_is_written_in_a_dialect_is_read_back(
        title in "\\PC{0,20}", number in any::<i64>(), answer in any::<bool>(), body in "[a-z\\n]{0,40}",
        list in prop::collection::vec("\\PC{0,8}", 0..4),
    ) {
        let fields = json!({"title": title, "n": number, "b": answer, "list": list});
        let source = GuideSource::parse(format!("---json\n{fields}\n---\n{body}")).unwrap();
        for dialect in [Dialect::Yaml, Dialect::Toml, Dialect::HugoJson, Dialect::YamlJson] {
            let text = in_dialect(&source, dialect, &body);
            let read = read_file(text.clone().into(), None).unwrap();
            prop_assert_eq!(read.source.front_matter(), source.front_matter(), "{}", text);
            prop_assert_eq!(read.source.body(), &body);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        fence in prop::sample::select(vec!["---\n", "+++\n", "{\"", "---json\n", "\u{feff}---\n", " "]),
        text in "[\\PC\\n]{0,80}",
    ) {
        for dialect in FileDialect::ALL.map(Some).into_iter().chain([None]) {
            for end in ["", "\n---\n", "\n+++\n"] {
                let _ = read_file(format!("{fence}{text}{end}").into(), dialect);
            }
        }
    }
}

#[rstest]
#[case("---\n\n# A\n\n# B\n\n---\nrest\n")]
#[case("+++\n# 大事な見出し\n+++\n本文\n")]
fn headings_between_two_rules_are_no_comments(#[case] text: &str) {
    let read = read_file(text.into(), None).unwrap();
    assert_eq!(read.dialect, FileDialect::None);
    assert_eq!(read.source.body(), text);
    assert!(read.source.front_matter().is_empty());
}
