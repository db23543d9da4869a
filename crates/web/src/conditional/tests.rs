use super::*;
use http::HeaderValue;
use rstest::rstest;

fn headers(name: &HeaderName, values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

#[rstest]
#[case::one(&["\"a\""], true)]
#[case::other(&["\"b\""], false)]
#[case::weak(&["W/\"a\""], true)]
#[case::list(&["\"x\", W/\"y\" ,\"a\""], true)]
#[case::list_without_blanks(&["\"x\",\"a\""], true)]
#[case::empty_elements(&[", ,\"a\",,"], true)]
#[case::two_headers(&["\"x\"", "\"a\""], true)]
#[case::any(&["*"], true)]
#[case::any_with_blanks(&["  *  "], true)]
#[case::a_comma_inside(&["\"x,a\""], false)]
#[case::missing(&[], false)]
#[case::unquoted(&["a"], false)]
#[case::broken_list(&["\"a\" \"b\""], false)]
#[case::any_in_a_list(&["*, \"a\""], false)]
fn the_tags_a_client_holds_are_compared_weakly(#[case] values: &[&str], #[case] matches: bool) {
    let condition = IfNoneMatch::from_headers(&headers(&header::IF_NONE_MATCH, values));
    assert_eq!(condition.matches(&EntityTag::strong("a").unwrap()), matches);
}

#[rstest]
#[case::one(&["\"a\""], true)]
#[case::weak(&["W/\"a\""], false)]
#[case::list(&["\"x\", \"a\""], true)]
#[case::any(&["*"], true)]
fn the_version_a_change_is_based_on_is_compared_strongly(
    #[case] values: &[&str],
    #[case] matches: bool,
) {
    let condition = IfMatch::from_headers(&headers(&header::IF_MATCH, values))
        .unwrap()
        .unwrap();
    assert_eq!(condition.matches(&EntityTag::strong("a").unwrap()), matches);
}

#[test]
fn a_malformed_basis_is_refused_and_a_missing_one_is_none() {
    assert!(IfMatch::from_headers(&headers(&header::IF_MATCH, &["abc"])).is_err());
    assert_eq!(IfMatch::from_headers(&HeaderMap::new()).unwrap(), None);
}

#[test]
fn only_a_single_strong_tag_names_the_version_a_text_is_based_on() {
    let single = |value: &str| {
        let condition = IfMatch::from_headers(&headers(&header::IF_MATCH, &[value])).unwrap();
        condition
            .unwrap()
            .single()
            .map(|tag| tag.opaque().to_owned())
    };
    assert_eq!(single("\"a\""), Some("a".to_owned()));
    assert_eq!(single("W/\"a\""), None);
    assert_eq!(single("\"a\", \"b\""), None);
    assert_eq!(single("*"), None);
}
