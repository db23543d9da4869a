use super::*;
use rstest::rstest;

#[rstest]
#[case(TokenKind::Reader)]
#[case(TokenKind::Preview)]
#[case(TokenKind::PreviewLink)]
#[case(TokenKind::Setup)]
#[case(TokenKind::Invite)]
#[case(TokenKind::Reset)]
fn a_generated_token_is_recognised_with_its_kind(#[case] kind: TokenKind) {
    let token = Token::generate(kind);

    let parsed = Token::parse(token.expose()).unwrap();

    assert_eq!(parsed, token);
    assert_eq!(parsed.kind(), kind);
    assert_eq!(parsed.hash(), token.hash());
    assert!(token.expose().starts_with(kind.prefix()));
}

#[test]
fn what_lists_show_of_a_token_is_its_kind_and_six_of_its_49_digits() {
    let token = Token::generate(TokenKind::PreviewLink);
    assert_eq!(token.hint().len(), "annai_l_".len() + 6);
    assert!(token.expose().starts_with(token.hint()));
}

#[test]
fn two_tokens_differ() {
    let first = Token::generate(TokenKind::Reader);
    assert_ne!(first, Token::generate(TokenKind::Reader));
}

#[test]
fn the_form_of_a_token_never_changes() {
    assert_eq!(
        Token::of(TokenKind::Reader, &[0; 32]).expose(),
        "annai_r_00000000000000000000000000000000000000000001gNmVJ"
    );
    // 2²⁵⁶ − 1 in base 62, from Python's integers.
    assert_eq!(
        base62(&[0xff; 32], 43),
        "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1"
    );
}

#[test]
fn a_changed_letter_is_told_from_an_unknown_token() {
    let token = Token::generate(TokenKind::Reader);
    let mut text = token.expose().to_owned();
    let wrong = if text.remove(20) == 'a' { 'b' } else { 'a' };
    text.insert(20, wrong);

    assert_eq!(Token::parse(&text), Err(TokenError::Checksum));
}

#[rstest]
#[case("")]
#[case("annai_r_")]
#[case("annai_r_short")]
#[case("annai_z_0000000000000000000000000000000000000000000000000")]
#[case("annai_r_00000000000000000000000000000000000000000000000-0")]
#[case("annai_r_あいうえおかきくけこさしすせそた0")]
fn what_is_not_a_token_is_refused(#[case] text: &str) {
    assert_eq!(Token::parse(text), Err(TokenError::Malformed));
}

#[test]
fn printing_a_token_for_debugging_keeps_it_secret() {
    let token = Token::generate(TokenKind::Preview);
    assert_eq!(format!("{token:?}"), "Token(Preview, …)");
}
