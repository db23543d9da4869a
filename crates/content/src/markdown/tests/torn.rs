//! Constructs that are torn apart, nested or half written: no words are lost, and none are shown that
//! were a comment.

use rstest::rstest;

use super::*;
use crate::linked_body::with_addresses;
use crate::{GuideAddresses, GuideSource, Reading};

#[rstest]
#[case("前の文\n\n[^1]: > [^2]: x\n", "前の文")]
#[case("前の文[^1][^2]\n\n[^1]: - [^2]: x\n", "前の文")]
#[case("前の文[^1]\n\n[^1]: > [^1]: 自分\n", "自分")]
#[case("$$\nx\n    $$\n\n# 残り **強い**\n", "<strong>強い</strong>")]
#[case("- a\n  $$\n  x\n\n段落\n$$\n\n# 残り\n", "<h1 id=\"残り\">")]
#[case("段落\n    $$\n    x\n    $$\n", "$$\nx\n$$")]
#[case("段落\n    :::note\n    x\n    :::\n", ":::note\nx\n:::")]
#[case(":::note\n    :::\n", "<p>:::note\n:::</p>")]
#[case(
    "$$\n:::note\n$$\nx\n:::\n",
    "<code class=\"language-math\">:::note\n</code>"
)]
#[case(":::note\n- a\n  :::\n\n# 残り\n", ":::note")]
#[case(":::note\n<br>\n本文\n:::\n後\n\n# 残り\n", ":::note")]
#[case("`a\n:::note\nb\n:::\nc`\n", "<code>a :::note b ::: c</code>")]
#[case("{#q}\n---\n", "<h2 id=\"q\"></h2>")]
#[case("> {#q}\n> ---\n", "<h2 id=\"q\"></h2>")]
#[case("## <kbd>Ctrl {#k}\n\nx\n", "<h2 id=\"k\"><kbd>Ctrl</kbd></h2>")]
fn a_torn_construct_loses_nothing(#[case] body: &str, #[case] part: &str) {
    let html = guide(body);
    assert!(html.contains(part), "{html}");
    assert!(!html.contains("___"), "{html}");
}

#[rstest]
#[case("x <!-- a\n:::note\nsecret\n:::\n--> z\n")]
#[case("x <!-- a\n$$\nsecret\n$$\n--> z\n")]
#[case(":::note <!-- secret -->\nx\n:::\n")]
#[case(":::details 題<!-- secret -->\nx\n:::\n")]
#[case("[一 <!-- secret -->](guide:g)\n")]
fn a_comment_among_other_constructs_is_not_shown(#[case] body: &str) {
    let page = render(body, Profile::Guide).unwrap();
    assert!(!page.html.contains("secret"), "{}", page.html);
    assert!(!page.plain_text.contains("secret"));
    assert!(open_comments(body).is_empty());
}

fn open_comments(body: &str) -> Vec<String> {
    let source = GuideSource::parse(format!("---json\n{{}}\n---\n{body}")).unwrap();
    let reading = Reading::of(&source);
    let shown = reading.open_comments.into_iter();
    shown.map(|at| source.as_str()[at].to_owned()).collect()
}

#[rstest]
#[case("<details>\n<summary>s</summary>\n<!-- memo\n\nsecret -->\n</details>\n")]
#[case("<!-- a --> text <!-- b\nsecret -->\n")]
#[case("a <!-- x\n\nsecret --> b\n")]
#[case("- a <!-- s\n\n  t -->\n")]
#[case("- <!-- s\n\nt -->\n")]
#[case("| 1 | 2 |\n|---|---|\n| 1 | 2 <!-- s | t --> |\n")]
#[case("text\n\n<pre>\n<!-- never\n\nlost\n\n# lost\n")]
#[case("<details>\nhello <!-- oops\nlost words\n\nafter\n")]
#[case("> <!-- open\n> lost\n\nrest\n")]
#[case("- <!-- open\n  lost\n\nvisible\n")]
#[case("<!-- 終わらない\n\n秘密\n")]
fn a_comment_that_is_cut_off_is_found(#[case] body: &str) {
    assert_eq!(open_comments(body), ["<!--"], "{}", guide(body));
}

#[rstest]
#[case("[x](/a \"<!--\")")]
#[case("`<!--`")]
#[case("\\<!-- a")]
#[case("```\n<!--\n```\n")]
#[case("a --> b")]
#[case("<!-- a --> b <!-- c -->")]
fn no_comment_is_cut_off_here(#[case] body: &str) {
    assert_eq!(open_comments(body), [""; 0], "{}", guide(body));
}

#[rstest]
#[case("[<sub>二](guide:g)", "[<sub>二](/g)")]
#[case("[一<sub>二](guide:nope)", "一<sub>二")]
#[case("[一 <!-- 残る -->](guide:g)", "[一 <!-- 残る -->](/g)")]
#[case("[三<a id=\"q\"></a>](guide:g)", "[三<a id=\"q\"></a>](/g)")]
#[case(
    "$$\nx\n$$\n\n:::note\n[一](guide:g)\n:::\n",
    "$$\nx\n$$\n\n:::note\n[一](/g)\n:::\n"
)]
fn an_export_changes_addresses_alone(#[case] body: &str, #[case] expected: &str) {
    let addresses = GuideAddresses::from_iter([("g".to_owned(), "/g".to_owned())]);
    assert_eq!(with_addresses(body, &addresses), expected);
}

#[test]
fn the_place_of_each_tag_is_found_in_quotations_too() {
    let source = GuideSource::parse("---json\n{}\n---\n> <div>\n> <b\n> c>\n> <i>\n").unwrap();
    let reading = Reading::of(&source);
    let shown = reading
        .shown_tags
        .iter()
        .map(|at| &source.as_str()[at.clone()]);
    assert_eq!(shown.collect::<Vec<_>>(), ["<div>", "<b", "<i>"]);
}

#[test]
fn a_private_letter_in_the_title_of_a_box_is_shown() {
    let html = guide(":::note \u{e000}題\n**「強い」**です\n:::\n");
    assert!(html.contains("\u{e000}題"), "{html}");
}
