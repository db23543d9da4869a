use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("<script>alert(1)</script>")]
#[case("a <img src=x onerror=alert(1)> b")]
#[case("<!-- <b> --> <memo>")]
#[case("<div\n  onclick=alert(1)>\n")]
#[case("[<script>](/a)")]
#[case("# <script>")]
#[case("![<script>](/a)")]
#[case("|<script>|\n|-|\n|<script>|\n")]
#[case("```\"><script>\n<script>\n```")]
fn html_becomes_text(#[case] body: &str) {
    let html = guide(body);
    for tag in ["<script", "<img src=x", "<!--", "<div"] {
        assert!(!html.contains(tag), "{html}");
    }
    assert!(html.contains("&lt;"), "{html}");
}

#[rstest]
#[case("javascript:alert(1)")]
#[case("JaVaScRiPt:alert(1)")]
#[case("&#106;avascript:alert(1)")]
#[case("java&Tab;script:alert(1)")]
#[case("java&NewLine;script:alert(1)")]
#[case("&#1;javascript:alert(1)")]
#[case("vbscript:x")]
#[case("data:text/html,x")]
#[case("file:///etc/passwd")]
#[case("blob:x")]
#[case("//example.com/a")]
#[case("https://user:pw@example.com/a")]
#[case("../a.md")]
#[case("/a/%2e%2e/b")]
#[case("<https://a.example\\@b.example/>")]
fn an_unsafe_address_loses_its_link_and_keeps_its_text(#[case] address: &str) {
    let body = format!("[文字]({address}) ![絵]({address})\n");
    let page = render(&body, Profile::Guide).unwrap();
    assert_eq!(page.html, "<p>文字 絵</p>\n");
    assert_eq!(page.links.len(), 1, "the checks still see where it pointed");
}

#[rstest]
#[case("https://example.com/a?b=c&d#e")]
#[case("HTTP://example.com")]
#[case("mailto:a@example.com")]
#[case("tel:+81-3-0000-0000")]
#[case("/static/img/a.png")]
#[case("./a.md")]
#[case("#節")]
#[case("?q=a:b")]
#[case("a/b:c")]
fn a_harmless_address_keeps_its_link(#[case] address: &str) {
    let html = guide(&format!("[文字]({address})"));
    assert!(html.starts_with("<p><a href=\""), "{html}");
}

#[test]
fn an_image_comes_by_http_or_from_the_site() {
    assert_html("![a](mailto:b)", "<p>a</p>\n");
    assert_html(
        "![a *b* c](/d \"e\\\"\")",
        "<p><img src=\"/d\" alt=\"a b c\" title=\"e&quot;\" /></p>\n",
    );
}

#[test]
fn text_cannot_escape_an_attribute() {
    assert_html(
        "[a](/\"onclick=x \"'\\\"><b>\")",
        "<p><a href=\"/%22onclick=x\" title=\"'&quot;&gt;&lt;b&gt;\">a</a></p>\n",
    );
    assert_html(
        "[a](</\"onclick='x'>)",
        "<p><a href=\"/%22onclick=&#x27;x&#x27;\">a</a></p>\n",
    );
}

/// The names of the tags that a guide may contain.
const NAMES: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "code",
    "ul",
    "ol",
    "li",
    "hr",
    "br",
    "em",
    "strong",
    "del",
    "a",
    "img",
    "input",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "sub",
    "sup",
    "kbd",
    "details",
    "summary",
    "aside",
    "section",
];

/// Returns whether a guide may contain `tag` with these attributes.
fn is_allowed(tag: &str) -> bool {
    let name = tag
        .trim_start_matches('/')
        .split([' ', '/'])
        .next()
        .unwrap_or_default();
    let attributes = tag[tag.find(' ').unwrap_or(tag.len())..].trim_end_matches('/');
    let known = [
        "id=\"",
        "class=\"align-",
        "class=\"language-",
        "class=\"callout callout-",
        "class=\"footnotes\"",
        "href=\"",
        "src=\"",
        "alt=\"",
        "title=\"",
        "start=\"",
        "type=\"checkbox\"",
        "disabled=\"",
        "checked=\"",
    ];
    let attribute_names_known = attributes.split_inclusive('"').step_by(2).all(|start| {
        start.trim().is_empty()
            || known
                .iter()
                .any(|known| start.trim().starts_with(known) || known.starts_with(start.trim()))
    });
    NAMES.contains(&name) && attribute_names_known
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_input_creates_a_tag(body in "([<>\"'&/=a-z:()\\[\\]!*`\\\\ \n-]|javascript:|<script>|onerror=|<a href=\"|&quot;|あ){0,40}") {
        let html = render(&body, Profile::Guide).unwrap().html;
        for piece in html.split('<').skip(1) {
            let (tag, rest) = piece.split_once('>').expect("every tag is closed");
            prop_assert!(is_allowed(tag), "<{tag}> in {html}");
            prop_assert!(!rest.contains('>'), "{html}");
            prop_assert!(!tag.to_lowercase().contains("=\"javascript:"), "{html}");
        }
    }
}
