use super::*;
use rstest::rstest;
use serde::Deserialize;

#[derive(Debug, Deserialize, PartialEq)]
struct Outer {
    name: String,
    #[serde(default)]
    inner: Vec<Inner>,
    colour: Option<Colour>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Inner {
    count: u8,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Red,
    Mixed { red: u8 },
}

fn outer(text: &str) -> Result<Outer, InputError> {
    from_value(parse(text.as_bytes()).unwrap())
}

#[test]
fn a_well_formed_body_becomes_its_type() {
    let value = outer(r#"{"name":"a","inner":[{"count":1}],"colour":"red"}"#).unwrap();
    let expected = Outer {
        name: "a".to_owned(),
        inner: vec![Inner { count: 1 }],
        colour: Some(Colour::Red),
    };
    assert_eq!(value, expected);
    let mixed = outer(r#"{"name":"a","colour":{"mixed":{"red":3}}}"#).unwrap();
    assert_eq!(mixed.colour, Some(Colour::Mixed { red: 3 }));
}

#[rstest]
#[case(r#"{"name":"a","innner":[]}"#, "/innner", "unknown", Some("inner"))]
#[case(
    r#"{"name":"a","inner":[{"count":1},{"count":1,"x":2}]}"#,
    "/inner/1/x",
    "unknown",
    None
)]
#[case(
    r#"{"name":"a","colour":{"mixed":{"red":3,"gren":1}}}"#,
    "/colour/mixed/gren",
    "unknown",
    None
)]
#[case(r#"{"name":1}"#, "/name", "wrong_type", None)]
#[case(
    r#"{"name":"a","inner":[{"count":300}]}"#,
    "/inner/0/count",
    "invalid",
    None
)]
#[case(r#"{"name":"a","colour":"rad"}"#, "/colour", "not_one_of", Some("red"))]
#[case("{}", "/name", "required", None)]
#[case(r#"["a"]"#, "", "wrong_type", None)]
fn an_error_has_its_place_and_a_suggestion(
    #[case] text: &str,
    #[case] pointer: &str,
    #[case] code: &str,
    #[case] suggestion: Option<&str>,
) {
    let error = outer(text).unwrap_err();
    assert_eq!(
        (error.pointer().as_str(), error.code),
        (pointer, code),
        "{error:?}"
    );
    assert_eq!(error.suggestion.as_deref(), suggestion);
}

#[rstest]
#[case("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, "given twice")]
#[case("{\"a\": }", 1, "expected value")]
#[case("{} x", 1, "trailing characters")]
#[case("", 1, "EOF")]
fn a_malformed_body_has_a_line(#[case] text: &str, #[case] line: u32, #[case] says: &str) {
    let malformed = parse(text.as_bytes()).unwrap_err();
    assert!(malformed.message.contains(says), "{malformed:?}");
    assert!(
        malformed.line.max(1) == line && malformed.column >= 1,
        "{malformed:?}"
    );
}

#[test]
fn a_body_may_be_nested_64_deep_and_no_deeper() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(64).as_bytes()).is_ok());
    assert!(
        parse(nested(65).as_bytes())
            .unwrap_err()
            .message
            .contains("deeper")
    );
    assert!(parse("[".repeat(1_000_000).as_bytes()).is_err());
}

#[derive(Debug, Deserialize, PartialEq)]
struct Parameters {
    limit: Option<u16>,
    #[serde(default)]
    tag: Vec<String>,
    sort: Option<Colour>,
}

#[test]
fn parameters_become_their_type() {
    let texts = UrlEncoded::read("limit=20&tag=%E6%A1%88+%E5%86%85&tag=b&sort=red").unwrap();
    let expected = Parameters {
        limit: Some(20),
        tag: vec!["案 内".to_owned(), "b".to_owned()],
        sort: Some(Colour::Red),
    };
    assert_eq!(texts.into::<Parameters>().unwrap(), expected);
}

#[rstest]
#[case("limit=20&limit=30", "limit", "repeated")]
#[case("limit=", "limit", "wrong_type")]
#[case("limit=-1", "limit", "wrong_type")]
#[case("limit=1000000", "limit", "wrong_type")]
#[case("limti=1", "limti", "unknown")]
#[case("sort=blue", "sort", "not_one_of")]
#[case("tag=%ff", "tag", "bad_encoding")]
#[case("tag=%4", "tag", "bad_encoding")]
#[case("tag=%zz", "tag", "bad_encoding")]
#[case("tag=a%00b", "tag", "invalid")]
fn a_wrong_parameter_is_named(#[case] query: &str, #[case] name: &str, #[case] code: &str) {
    let error = UrlEncoded::read(query)
        .and_then(UrlEncoded::into::<Parameters>)
        .unwrap_err();
    assert_eq!(
        (error.outermost(), error.code),
        (Some(name), code),
        "{error:?}"
    );
}

#[rstest]
#[case("categroy", Some("category"))]
#[case("tags", Some("tag"))]
#[case("Limit", Some("limit"))]
#[case("zzz", None)]
#[case("", None)]
fn the_nearest_known_word_is_suggested(#[case] word: &str, #[case] suggestion: Option<&str>) {
    assert_eq!(suggest(word, &["category", "tag", "limit"]), suggestion);
}
