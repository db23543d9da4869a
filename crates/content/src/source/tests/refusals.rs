use super::*;
use rstest::rstest;

fn refusal(bytes: impl Into<Vec<u8>>) -> (&'static str, u32, u32) {
    let error = GuideSource::parse(bytes).unwrap_err();
    assert!(error.to_string().starts_with("line "), "{error}");
    (error.code(), error.position.line, error.position.column)
}

#[rstest]
#[case("---js\n{}\n---\n", ("front_matter_unsupported_engine", 1, 4))]
#[case("---yaml\na: 1\n---\n", ("front_matter_unsupported_engine", 1, 4))]
#[case("---toml\na = 1\n---\n", ("front_matter_unsupported_engine", 1, 4))]
#[case("---\na: 1\n---\n", ("front_matter_unsupported_engine", 1, 4))]
#[case("---json5\n{}\n---\n", ("front_matter_unsupported_engine", 1, 4))]
#[case("---json {}\n---\n", ("front_matter_unsupported_engine", 1, 4))]
#[case("---", ("front_matter_unsupported_engine", 1, 4))]
#[case("---json\n{}\n", ("front_matter_unclosed", 1, 1))]
#[case("---json\n{}\n --- \n", ("front_matter_unclosed", 1, 1))]
#[case("---json", ("front_matter_unclosed", 1, 1))]
#[case("---json\n{}\n----\n", ("front_matter_text_after_fence", 3, 4))]
#[case("---json\n{}\n---  x\n", ("front_matter_text_after_fence", 3, 6))]
#[case("---json\n---\n", ("front_matter_not_an_object", 1, 8))]
#[case("---json\n\n---\n", ("front_matter_not_an_object", 2, 1))]
#[case("---json\n[]\n---\n", ("front_matter_not_an_object", 2, 1))]
#[case("---json\n \"a\"\n---\n", ("front_matter_not_an_object", 2, 2))]
#[case("---json\nnull\n---\n", ("front_matter_not_an_object", 2, 1))]
#[case("---json\n{} {}\n---\n", ("front_matter_text_after_object", 2, 4))]
#[case("---json\n{}}\n---\n", ("front_matter_text_after_object", 2, 3))]
#[case("---json\n{\"a\": 1,}\n---\n", ("json_trailing_comma", 2, 9))]
#[case("---json\n{\"a\": [1,\n]}\n---\n", ("json_trailing_comma", 3, 1))]
#[case("---json\n{\"a\": 1 // 一\n}\n---\n", ("json_comment", 2, 9))]
#[case("---json\n/* x */ {}\n---\n", ("json_comment", 2, 1))]
#[case("---json\n{} # x\n---\n", ("json_comment", 2, 4))]
#[case("---json\n{\"a\": 1, \"b\": 2, \"a\": 3}\n---\n", ("json_duplicate_key", 2, 18))]
#[case("---json\n{\"x\": [{\"a\": 1,\n\"\\u0061\": 2}]}\n---\n", ("json_duplicate_key", 3, 1))]
#[case("---json\n{\"案内\": \"x\\u0000\"}\n---\n", ("json_escaped_nul", 2, 10))]
#[case("---json\n{\"a\": \"\\ud800\"}\n---\n", ("json_lone_surrogate", 2, 8))]
#[case("---json\n{\"a\": \"\\ud800\\u0041\"}\n---\n", ("json_lone_surrogate", 2, 8))]
#[case("---json\n{\"a\": \"\\udc00\"}\n---\n", ("json_lone_surrogate", 2, 8))]
#[case("---json\n{\"\\ud83d\": 1}\n---\n", ("json_lone_surrogate", 2, 3))]
#[case("---json\n{\"a\": \"\\x\"}\n---\n", ("json_bad_escape", 2, 8))]
#[case("---json\n{\"a\": \"\\u12\"}\n---\n", ("json_bad_escape", 2, 8))]
#[case("---json\n{\"a\": \"b\n---\n", ("json_unclosed_string", 2, 7))]
#[case("---json\n{\"a\": \"\t\"}\n---\n", ("json_control_character", 2, 8))]
#[case("---json\n{\"a\": 01}\n---\n", ("json_bad_number", 2, 7))]
#[case("---json\n{\"a\": 1.}\n---\n", ("json_bad_number", 2, 7))]
#[case("---json\n{\"a\": -}\n---\n", ("json_bad_number", 2, 7))]
#[case("---json\n{\"a\": 1e}\n---\n", ("json_bad_number", 2, 7))]
#[case("---json\n{\"a\": 1e999}\n---\n", ("json_number_out_of_range", 2, 7))]
#[case("---json\n{\"a\": -1e999}\n---\n", ("json_number_out_of_range", 2, 7))]
#[case("---json\n{\"a\": NaN}\n---\n", ("json_unexpected", 2, 7))]
#[case("---json\n{\"a\": nulll}\n---\n", ("json_unexpected", 2, 7))]
#[case("---json\n{\"a\" 1}\n---\n", ("json_unexpected", 2, 6))]
#[case("---json\n{a: 1}\n---\n", ("json_unexpected", 2, 2))]
#[case("---json\n{'a': 1}\n---\n", ("json_unexpected", 2, 2))]
#[case("---json\n{\"a\": 1\n---\n", ("json_unexpected", 2, 8))]
#[case("---json\r{}\r---\r", ("source_carriage_return_only", 1, 8))]
#[case("# a\rb", ("source_carriage_return_only", 1, 4))]
#[case("# a\nb\0c", ("source_nul_byte", 2, 2))]
#[case("\u{feff}---json\r\n{\"a\": }\r\n---\r\n", ("json_unexpected", 2, 7))]
fn text_outside_the_dialect_is_refused_with_its_position(
    #[case] text: &str,
    #[case] expected: (&'static str, u32, u32),
) {
    assert_eq!(refusal(text), expected, "{text:?}");
}

#[test]
fn bytes_that_are_not_utf8_are_refused_where_they_begin() {
    assert_eq!(
        refusal(b"---json\n{}\n---\n\xe3\x81\x82\xe3\x81".to_vec()),
        ("source_not_utf8", 4, 2)
    );
    assert_eq!(refusal(b"\xff\xfea\0".to_vec()), ("source_not_utf8", 1, 1));
}

#[test]
fn a_guide_has_at_most_512_kib() {
    assert!(GuideSource::parse(vec![b'a'; 512 * 1024]).is_ok());
    assert_eq!(
        refusal(vec![b'a'; 512 * 1024 + 1]),
        ("source_too_large", 1, 1)
    );
}

#[test]
fn objects_and_lists_may_be_64_deep_and_no_deeper() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
        GuideSource::parse(format!("---json\n{{\"a\": {open}{close}}}\n---\n"))
    };
    assert!(nested(64).is_ok());
    let error = nested(65).unwrap_err();
    assert_eq!(
        (error.code(), error.position),
        (
            "json_too_deep",
            Position {
                line: 2,
                column: 70
            }
        )
    );
    assert_eq!(nested(100_000).unwrap_err().code(), "json_too_deep");
}

#[test]
fn an_error_is_serialised_as_its_code_and_place() {
    let error = GuideSource::parse("---js\n{}\n---\n").unwrap_err();
    assert_eq!(
        serde_json::to_string(&error).unwrap(),
        r#"{"kind":"front_matter_unsupported_engine","position":{"line":1,"column":4}}"#
    );
}
