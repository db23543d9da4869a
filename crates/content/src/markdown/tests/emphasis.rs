use std::borrow::Cow;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case(
    "これは**Platform Engineer（プラットフォームエンジニア）**です。",
    "これは<strong>Platform Engineer（プラットフォームエンジニア）</strong>です。"
)]
#[case("**C#**や**F#**", "<strong>C#</strong>や<strong>F#</strong>")]
#[case(
    "比喩は、**「高速道路の設計者」**です",
    "比喩は、<strong>「高速道路の設計者」</strong>です"
)]
#[case("これは**\"foo\"**です", "これは<strong>&quot;foo&quot;</strong>です")]
#[case(
    "**リンク[あ](/a)**を",
    "<strong>リンク<a href=\"/a\">あ</a></strong>を"
)]
#[case("**[あ](/a)**を", "<strong><a href=\"/a\">あ</a></strong>を")]
#[case("は**`code`**です", "は<strong><code>code</code></strong>です")]
#[case("*（斜体）*です", "<em>（斜体）</em>です")]
#[case("は~~（取消）~~です", "は<del>（取消）</del>です")]
#[case("は**~~「両方」~~**です", "は<strong><del>「両方」</del></strong>です")]
#[case("は*_foo_*です", "は<em><em>foo</em></em>です")]
#[case("***「三つ」***です", "<em><strong>「三つ」</strong></em>です")]
#[case("**「一」****「二」**", "<strong>「一」****「二」</strong>")]
#[case("は ** 空白 ** です", "は ** 空白 ** です")]
#[case("\\*\\*「文字」\\*\\*です", "**「文字」**です")]
#[case("\\**「文字」*です", "*<em>「文字」</em>です")]
#[case("\\\\**「文字」**です", "\\<strong>「文字」</strong>です")]
#[case("5*3、10*20", "5<em>3、10</em>20")]
#[case("葛\u{e0100}**「城」**です", "葛\u{e0100}<strong>「城」</strong>です")]
fn emphasis_beside_japanese_opens_and_closes(#[case] body: &str, #[case] inner: &str) {
    assert_html(body, &format!("<p>{inner}</p>\n"));
}

#[rstest]
#[case("`**「あ」**です`", "<p><code>**「あ」**です</code></p>\n")]
#[case("    **「あ」**です\n", "<pre><code>**「あ」**です\n</code></pre>\n")]
#[case(
    "```**「あ」**\n**「あ」**です\n```\n",
    "<pre><code class=\"language-**「あ」**\">**「あ」**です\n</code></pre>\n"
)]
#[case(
    "[あ](/a**「い」** \"う**「え」**\")",
    "<p><a href=\"/a**%E3%80%8C%E3%81%84%E3%80%8D**\" title=\"う**「え」**\">あ</a></p>\n"
)]
#[case(
    "![は**「絵」**](/i**「)",
    "<p><img src=\"/i**%E3%80%8C\" alt=\"は「絵」\" /></p>\n"
)]
#[case(
    "<https://example.com/**「あ」**い>",
    "<p><a href=\"https://example.com/**%E3%80%8C%E3%81%82%E3%80%8D**%E3%81%84\">https://example.com/**「あ」**い</a></p>\n"
)]
#[case(
    "[あ**「い」**]\n\n[あ**「い」**]: /a**「\n",
    "<p><a href=\"/a**%E3%80%8C\">あ<strong>「い」</strong></a></p>\n"
)]
#[case(
    "<b title=\"**「あ」**\">",
    "<p>&lt;b title=&quot;**「あ」**&quot;&gt;</p>\n"
)]
#[case(
    ">**「引用」**です",
    "<blockquote>\n<p><strong>「引用」</strong>です</p>\n</blockquote>\n"
)]
#[case(
    "- **「項目」**です",
    "<ul>\n<li><strong>「項目」</strong>です</li>\n</ul>\n"
)]
#[case("は**&amp;**です", "<p>は<strong>&amp;</strong>です</p>\n")]
#[case("は**\\*あ\\***です", "<p>は<strong>*あ*</strong>です</p>\n")]
fn text_around_the_markers_is_left_unchanged(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
}

#[test]
fn emphasis_works_in_every_cell_of_a_table() {
    let html = guide("|**「あ」**|**い（う）**え|は**お**|\n|-|-|-|\n|**「か」**|a|**「き」**|\n");
    assert_eq!(html.matches("<strong>").count(), 5, "{html}");
    assert!(!html.contains('*'));
}

#[test]
fn text_that_holds_the_markers_themselves_is_kept() {
    let body = "\u{e000}\u{e001}\u{10a50}は**「あ」**です&#xE002;&#57347;&#x10A51;";
    assert_html(
        body,
        "<p>\u{e000}\u{e001}\u{10a50}は<strong>「あ」</strong>です\u{e002}\u{e003}\u{10a51}</p>\n",
    );
    let taken: String = ('\u{e000}'..='\u{efff}').collect();
    assert_html(
        &format!("{taken}は**「あ」**です"),
        &format!("<p>{taken}は**「あ」**です</p>\n"),
    );
}

#[test]
fn text_without_japanese_is_not_copied() {
    assert!(matches!(
        Marked::guide("**bold**, *it*").text,
        Cow::Borrowed(_)
    ));
    assert!(matches!(Marked::guide("日本語").text, Cow::Borrowed(_)));
    assert!(
        matches!(Marked::guide("は**太字**です").text, Cow::Borrowed(_)),
        "no punctuation, no marker"
    );
}

/// Generates Markdown in which Japanese, punctuation and delimiters meet in every way.
fn markdown() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "あ",
        "漢",
        "「",
        "」",
        "（",
        "。",
        "　",
        "*",
        "**",
        "***",
        "~~",
        "~",
        "_",
        "`",
        "\\",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "|",
        "\n",
        "\n\n",
        "\n|-|-|\n",
        "- ",
        "> ",
        "#",
        "# ",
        "    ",
        "```\n",
        "a",
        "1. ",
        "!",
        "&amp;",
        ":",
        "/",
        "\u{fe0f}",
        "\r\n",
        "<b>",
        "<!--",
        "-->",
        "](/x)",
        "[a]: /x",
        "===",
    ]);
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Returns the text of a page without markup, delimiters and blanks, which emphasis cannot change.
fn letters(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for character in html.chars() {
        match character {
            '<' => in_tag = true,
            '>' => in_tag = false,
            '*' | '~' | '_' => {}
            _ if in_tag || character.is_whitespace() => {}
            _ => text.push(character),
        }
    }
    text
}

/// Returns the block structure of a page.
fn block_tags(html: &str) -> Vec<&str> {
    let blocks = [
        "<p", "<h", "<ul", "<ol", "<li", "<block", "<pre", "<hr", "<table", "<tr", "<td", "<th",
        "</",
    ];
    html.split_inclusive('>')
        .filter_map(|piece| piece.rfind('<').map(|index| &piece[index..]))
        .filter(|tag| blocks.iter().any(|block| tag.starts_with(block)))
        .filter(|tag| {
            !["</em", "</st", "</del", "</a", "</co"]
                .iter()
                .any(|inline| tag.starts_with(inline))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_marker_pass_leaves_no_trace(body in markdown()) {
        let html = render(&body, Profile::Guide).unwrap().html;
        prop_assert!(!html.contains('\u{e000}') && !html.contains('\u{10a50}'), "{html}");
        prop_assert!(!html.contains("%EE%80%80") && !html.contains("%F0%90%A9%90"), "{html}");
    }

    #[test]
    fn the_marker_pass_changes_no_letter_and_no_block(body in markdown()) {
        // Emphasis may swallow or release characters that other inline markup makes special.
        let body = body.replace(['_', '[', '<', '`', '!'], "");
        let plain = render(&body, Profile::CommonMark).unwrap();
        let marked = render(&body, Profile::CommonMarkCjk).unwrap();
        prop_assert_eq!(letters(&plain.html), letters(&marked.html));
        prop_assert_eq!(block_tags(&plain.html), block_tags(&marked.html));
    }

    #[test]
    fn text_without_cjk_renders_the_same_with_the_pass(body in "[a-z*_~`\\[\\]()<>!\\\\ .,\n|#>-]{0,40}") {
        let plain = render(&body, Profile::CommonMark);
        prop_assert_eq!(plain, render(&body, Profile::CommonMarkCjk));
    }
}
