//! Markdown of Japanese authors beyond CommonMark, by how often real pages hold it.

use rstest::rstest;

use super::*;

#[rstest]
#[case("参照です。<!-- 内部メモ：まだ公開しない -->", "<p>参照です。</p>\n")]
#[case("<!-- 社内メモ -->\n\n本文\n", "<p>本文</p>\n")]
#[case("<!-- 社内メモ\n\n長い -->\n本文\n", "<p>本文</p>\n")]
#[case("<!-- 一 --> 後ろ\n", "<p> 後ろ</p>\n")]
#[case("# 題<!-- 秘密 -->\n", "<h1 id=\"題\">題</h1>\n")]
#[case("- 項<!-- 秘密 -->目\n", "<ul>\n<li>項目</li>\n</ul>\n")]
#[case(
    "![絵<!-- 秘密 -->](/a.png)",
    "<p><img src=\"/a.png\" alt=\"絵\" /></p>\n"
)]
#[case("<div><!-- 秘密 -->箱</div>\n", "<p>&lt;div&gt;箱&lt;/div&gt;</p>\n")]
#[case("<!-- 終わらない\n\n秘密\n", "")]
#[case("`<!-- 符号 -->`", "<p><code>&lt;!-- 符号 --&gt;</code></p>\n")]
fn a_comment_is_never_shown(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
    let page = render(body, Profile::Guide).unwrap();
    for hidden in ["メモ", "秘密", "長い"] {
        assert!(!page.plain_text.contains(hidden), "{:?}", page.plain_text);
        assert!(!page.excerpt.contains(hidden), "{:?}", page.excerpt);
    }
}

#[rstest]
#[case(
    "H<sub>2</sub>O と x<SUP class=\"a\">2</SUP>",
    "<p>H<sub>2</sub>O と x<sup>2</sup></p>\n"
)]
#[case("<kbd>Ctrl</kbd>", "<p><kbd>Ctrl</kbd></p>\n")]
#[case("一<br>二<br/>三<br />四", "<p>一<br />\n二<br />\n三<br />\n四</p>\n")]
#[case("a <sub>b\n\nc", "<p>a <sub>b</sub></p>\n<p>c</p>\n")]
#[case(
    "- a <sub>b\n  ```\n  c\n  ```\n",
    "<ul>\n<li>a <sub>b</sub>\n<pre><code>c\n</code></pre>\n</li>\n</ul>\n"
)]
#[case("a </sub> b", "<p>a &lt;/sub&gt; b</p>\n")]
#[case("*a <sub>b* c</sub>", "<p><em>a <sub>b</sub></em> c&lt;/sub&gt;</p>\n")]
#[case("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n")]
#[case(
    "<a id=\"ここ\"></a>場所 [へ](#ここ)",
    "<p><a id=\"ここ\"></a>場所 <a href=\"#%E3%81%93%E3%81%93\">へ</a></p>\n"
)]
#[case("<a id=\"x\">一</a><a name='x'></a>", "<p><a id=\"x\"></a>一</p>\n")]
#[case(
    "<a id=\"x\" href=\"/\">一</a>",
    "<p>&lt;a id=&quot;x&quot; href=&quot;/&quot;&gt;一&lt;/a&gt;</p>\n"
)]
#[case("[<a id=\"x\"></a>一](/a)", "<p><a href=\"/a\">一</a></p>\n")]
#[case("a <details> b", "<p>a &lt;details&gt; b</p>\n")]
fn a_few_tags_are_tags_and_others_are_text(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
}

#[test]
fn a_line_break_in_a_cell_is_written_as_a_tag() {
    let body = "| 語 |\n|---|\n| 甲<br>乙 |\n";
    let page = render(body, Profile::Guide).unwrap();
    assert!(page.html.contains("<td>甲<br />\n乙</td>"), "{}", page.html);
    assert_eq!(page.plain_text, "語\n甲 乙");
}

const FOLDED: &str = "<details>\n<summary>開く</summary>\n<p>中身</p>\n</details>\n<p>後</p>\n";

#[rstest]
#[case(
    "<details><summary>開く</summary>\n\n中身\n\n</details>\n\n後\n",
    FOLDED
)]
#[case(
    "<details open>\n<summary>開く</summary>\n\n中身\n\n</details>\n\n後\n",
    FOLDED
)]
#[case("<details><summary>開く</summary>中身</details>\n\n後\n", FOLDED)]
#[case(":::details 開く\n中身\n:::\n後\n", FOLDED)]
#[case(
    "- <details>\n\n  一\n\n二\n",
    "<ul>\n<li>\n<details>\n<p>一</p>\n</details>\n</li>\n</ul>\n<p>二</p>\n"
)]
#[case("</details>\n", "<p>&lt;/details&gt;</p>\n")]
#[case(
    "<summary>一</summary>\n",
    "<p>&lt;summary&gt;一&lt;/summary&gt;</p>\n"
)]
#[case(
    "<details><summary>開く\n\n中身\n",
    "<details>\n<summary>開く</summary>\n<p>中身</p>\n</details>\n"
)]
fn details_fold_and_always_end(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
}

#[rstest]
#[case("見よ https://e.jp/a。次", "https://e.jp/a", "。次")]
#[case("（https://e.jp/a）", "https://e.jp/a", "）")]
#[case("(https://e.jp/a)", "https://e.jp/a", ")")]
#[case("https://e.jp/a_(b)c", "https://e.jp/a_(b)c", "")]
#[case("https://e.jp/aを見る", "https://e.jp/a", "を見る")]
#[case("https://e.jp/a_b_c*d", "https://e.jp/a_b_c*d", "")]
#[case("https://ja.e.jp/wiki/日本", "https://ja.e.jp/wiki/日本", "")]
#[case("https://e.jp/?a=1&b=2.", "https://e.jp/?a=1&amp;b=2", ".")]
#[case("詳細はhttps://e.jp/、", "https://e.jp/", "、")]
fn a_bare_address_is_a_link(#[case] body: &str, #[case] address: &str, #[case] after: &str) {
    let html = guide(body);
    let link = format!("\">{address}</a>{after}");
    assert!(
        html.contains("<a href=\"https://") && html.contains(&link),
        "{html}"
    );
    let page = render(body, Profile::Guide).unwrap();
    assert_eq!(page.links, [address.replace("&amp;", "&")]);
}

#[rstest]
#[case("`https://e.jp/`")]
#[case("    https://e.jp/\n")]
#[case("```\nhttps://e.jp/\n```\n")]
#[case("https\\://e.jp/")]
#[case("xhttps://e.jp/")]
#[case("https://")]
#[case("https://。")]
#[case("javascript://e.jp/")]
#[case("![https://e.jp/](/a.png)")]
fn other_text_is_no_address(#[case] body: &str) {
    assert!(!guide(body).contains("<a "), "{}", guide(body));
}

#[test]
fn a_link_holds_no_second_link() {
    let html = guide("[https://e.jp/](/a) <https://e.jp/b>");
    assert_eq!(html.matches("<a ").count(), 2, "{html}");
    assert!(!guide("https://user:pw@e.jp/").contains("<a "));
}

#[rstest]
#[case(
    "日本語の段落は\n改行しても空白が入らない",
    "日本語の段落は改行しても空白が入らない"
)]
#[case("**強い**\n次", "<strong>強い</strong>次")]
#[case("前\n**強い**", "前<strong>強い</strong>")]
#[case("終わり。\n「次」", "終わり。「次」")]
#[case("日本\nRust", "日本\nRust")]
#[case("Rust\n日本", "Rust\n日本")]
#[case("한국\n어", "한국\n어")]
#[case("図\n![絵](/a.png)", "図\n<img src=\"/a.png\" alt=\"絵\" />")]
#[case("一  \n二", "一<br />\n二")]
fn a_line_break_between_japanese_letters_is_no_blank(#[case] body: &str, #[case] html: &str) {
    assert_html(body, &format!("<p>{html}</p>\n"));
}

#[rstest]
#[case("> 一\n> 二\n", "<blockquote>\n<p>一二</p>\n</blockquote>\n")]
#[case("- 一\n  二\n", "<ul>\n<li>一二</li>\n</ul>\n")]
fn lines_are_joined_inside_other_blocks(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
}

#[test]
fn the_text_has_the_blanks_that_the_page_has() {
    let text = |body| render(body, Profile::Guide).unwrap().plain_text;
    assert_eq!(text("日本\n語"), "日本語");
    assert_eq!(text("日本\nRust\nと"), "日本 Rust と");
    assert_eq!(text("一  \n二"), "一\n二");
}

#[rstest]
#[case("## 見出し {#midashi}\n", "midashi", "見出し")]
#[case("## 見出し {/*midashi*/}\n", "midashi", "見出し")]
#[case(
    "## **強い** `x` {#a-b_c.d}\n",
    "a-b_c.d",
    "<strong>強い</strong> <code>x</code>"
)]
#[case("## 見出し {#midashi} ##\n", "midashi", "見出し")]
#[case("見出し {#midashi}\n---\n", "midashi", "見出し")]
#[case("## 見出し {midashi}\n", "見出し-midashi", "見出し {midashi}")]
#[case("## 見出し {#\"><b>}\n", "見出し-b", "見出し {#&quot;&gt;&lt;b&gt;}")]
#[case("## `{#x}`\n", "x", "<code>{#x}</code>")]
fn a_heading_names_its_place(#[case] body: &str, #[case] id: &str, #[case] text: &str) {
    assert_html(body, &format!("<h2 id=\"{id}\">{text}</h2>\n"));
}

#[test]
fn of_two_headings_with_one_name_the_second_gets_another() {
    let ids = guide("## 一 {#x}\n\n## 二 {#x}\n\n## X\n");
    assert!(ids.contains("id=\"x\"") && ids.contains("id=\"二\"") && ids.contains("id=\"x-2\""));
}

fn boxed(kind: &str, inner: &str) -> String {
    format!("<aside class=\"callout callout-{kind}\">\n{inner}</aside>\n")
}

#[rstest]
#[case("> [!NOTE]\n> 本文\n", "note")]
#[case(":::message\n本文\n:::\n", "note")]
#[case(":::note\n本文\n:::\n", "note")]
#[case(":::note info\n本文\n:::\n", "note")]
#[case(":::note warn\n本文\n:::\n", "warning")]
#[case(":::message alert\n本文\n:::\n", "caution")]
#[case("::: tip\n本文\n:::\n", "tip")]
#[case(":::danger\n\n本文\n\n:::\n", "caution")]
fn every_way_to_write_a_box_makes_one_kind_of_box(#[case] body: &str, #[case] kind: &str) {
    assert_html(body, &boxed(kind, "<p>本文</p>\n"));
}

#[test]
fn a_box_holds_every_block_and_other_boxes() {
    assert_html(
        ":::note[題]\n- 一\n- 二\n:::\n後\n",
        &(boxed(
            "note",
            "<p><strong>題</strong></p>\n<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n",
        ) + "<p>後</p>\n"),
    );
    assert_html(
        "::::note\n:::tip\n一\n:::\n::::\n",
        &boxed("note", &boxed("tip", "<p>一</p>\n")),
    );
    assert_html(
        "- 項\n  :::note\n  一\n  :::\n\n後\n",
        &format!(
            "<ul>\n<li>項\n{}</li>\n</ul>\n<p>後</p>\n",
            boxed("note", "一\n")
        ),
    );
}

#[rstest]
#[case(":::note\n本文\n", "<p>:::note\n本文</p>\n")]
#[case("本文\n\n:::\n", "<p>本文</p>\n<p>:::</p>\n")]
#[case(":::unknown\n本文\n:::\n", "<p>:::unknown\n本文\n:::</p>\n")]
#[case("```\n:::note\n:::\n```\n", "<pre><code>:::note\n:::\n</code></pre>\n")]
#[case("___\n", "<hr />\n")]
fn what_is_no_box_stays_text(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
}

#[rstest]
#[case("|---\t|---|")]
#[case("|\t---|---|")]
#[case("|---|---|\t")]
#[case("---|\t---")]
#[case("|---\u{3000}|---|")]
fn a_table_survives_odd_blanks_below_its_head(#[case] row: &str) {
    let html = guide(&format!("| 名前 | 値 |\n{row}\n| 甲 | 一 |\n"));
    assert!(html.contains("<td>甲</td>"), "{html}");
    let code = format!("```\n| 名前 | 値 |\n{row}\n```\n");
    assert!(guide(&code).contains(row), "code stays as it is");
}

#[rstest]
#[case(
    "学習量は前者（~**62B**）と後者（~**13B**）です。",
    "<p>学習量は前者（~<strong>62B</strong>）と後者（~<strong>13B</strong>）です。</p>\n"
)]
#[case("~（笑）と~（泣）", "<p>~（笑）と~（泣）</p>\n")]
#[case("~~消す~~", "<p><del>消す</del></p>\n")]
fn one_tilde_strikes_nothing(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
}

#[rstest]
#[case(
    "$$\na = b\n===\n$$\n",
    "<pre><code class=\"language-math\">a = b\n===\n</code></pre>\n"
)]
#[case(
    "- 式\n\n  $$\n  x\n  $$\n",
    "<ul>\n<li>\n<p>式</p>\n<pre><code class=\"language-math\">x\n</code></pre>\n</li>\n</ul>\n"
)]
#[case("$$\n開いたまま\n", "<p>$$\n開いたまま</p>\n")]
#[case("```\n$$\n$$\n```\n", "<pre><code>$$\n$$\n</code></pre>\n")]
#[case(
    "```mermaid\ngraph\n---\n```\n",
    "<pre><code class=\"language-mermaid\">graph\n---\n</code></pre>\n"
)]
fn formulas_and_diagrams_are_code(#[case] body: &str, #[case] html: &str) {
    assert_html(body, html);
}
