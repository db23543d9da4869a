use super::*;
use rstest::rstest;

#[test]
fn a_tag_is_a_function_of_the_bytes() {
    assert_eq!(EntityTag::of(b"a"), EntityTag::of(b"a"));
    assert_ne!(EntityTag::of(b"a"), EntityTag::of(b"b"));
    assert_eq!(
        EntityTag::of(b"").to_string(),
        "\"e3b0c44298fc1c149afbf4c8996fb924\""
    );
}

#[rstest]
#[case("\"abc\"", false, "abc")]
#[case("W/\"abc\"", true, "abc")]
#[case("\"\"", false, "")]
#[case("\"a,b\"", false, "a,b")]
#[case("\"案内\"", false, "案内")]
fn a_well_formed_tag_is_read_and_written_back(
    #[case] text: &str,
    #[case] weak: bool,
    #[case] opaque: &str,
) {
    let tag: EntityTag = text.parse().unwrap();
    assert_eq!((tag.is_weak(), tag.opaque()), (weak, opaque));
    assert_eq!(tag.to_string(), text);
}

#[rstest]
#[case("abc")]
#[case("\"abc")]
#[case("abc\"")]
#[case("w/\"abc\"")]
#[case("\"a b\"")]
#[case("\"a\"b")]
#[case("*")]
fn a_text_that_is_not_a_tag_is_refused(#[case] text: &str) {
    assert_eq!(text.parse::<EntityTag>(), Err(EntityTagError));
}
