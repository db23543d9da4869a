//! The page with its marks: visible changes are shown, and no input adds markup.

use proptest::prelude::*;

use crate::GuideAddresses;
use crate::markdown::{Profile, RenderError, render};

fn render_diff(old: &str, new: &str) -> Result<String, RenderError> {
    super::super::render_diff(old, new, &GuideAddresses::default())
}

fn page(old: &str, new: &str) -> String {
    render_diff(old, new)
        .unwrap()
        .replace(" class=\"diff\"", "")
        .replace('\n', "")
}

#[test]
fn letters_are_marked_where_readers_see_them() {
    assert_eq!(
        page("基盤の**設計者**です。", "基盤の**設置者**です。"),
        "<p>基盤の<strong>設<del>計</del><ins>置</ins>者</strong>です。</p>"
    );
    assert_eq!(
        page("`a` を使う", "`b` を使う"),
        "<p><del><code>a</code></del><ins><code>b</code></ins> を使う</p>"
    );
}

#[test]
fn blocks_rows_and_items_are_added_and_removed_whole() {
    assert_eq!(
        page("一。", "一。\n\n## 二"),
        "<p>一。</p><ins><h2 id=\"二\">二</h2></ins>"
    );
    assert_eq!(
        page("- あ\n- 別の話\n- う", "- あ\n- う"),
        "<ul><li>あ</li><li><del>別の話</del></li><li>う</li></ul>"
    );
    assert_eq!(
        page(
            "|名|年|\n|-|-|\n|SRE|3年|",
            "|名|年|\n|-|-|\n|SRE|4年|\n|PM|とても長い期間|"
        ),
        "<table><thead><tr><th>名</th><th>年</th></tr></thead><tbody><tr><td>SRE</td>\
         <td><del>3</del><ins>4</ins>年</td></tr><tr><td><ins>PM</ins></td>\
         <td><ins>とても長い期間</ins></td></tr></tbody></table>"
    );
}

#[test]
fn an_added_column_makes_another_table() {
    let html = page(
        "|名|年|\n|-|-|\n|SRE|3年|",
        "|名|年|地|\n|-|-|-|\n|SRE|3年|東京|",
    );
    assert!(
        html.starts_with("<del><table>") && html.ends_with("</table></ins>"),
        "{html}"
    );
}

#[test]
fn a_moved_section_is_marked_as_one() {
    let html = page(
        "## 甲\n\n長い本文の節です。\n\n## 乙\n\n短い。",
        "## 乙\n\n短い。\n\n## 甲\n\n長い本文の節です。",
    );
    assert!(
        html.starts_with("<div class=\"diff-moved\"><h2 id=\"乙\">乙</h2><p>短い。</p></div>"),
        "{html}"
    );
}

#[test]
fn hostile_text_stays_text_on_both_sides() {
    let hostile = [
        "<script>alert(1)</script>",
        "</ins><img src=x onerror=alert(1)>",
        "[押す](javascript:alert(1)) ![x](data:text/html,<script>)",
        "|<b>|\n|-|\n|\"><svg onload=alert(1)>|",
        "```\" onclick=\"alert(1)\n</code></pre><script>\n```",
        "- <iframe src=//e>\n- </li></ul><form>",
    ];
    for old in hostile {
        for new in hostile {
            let html = render_diff(old, new).unwrap();
            for tag in [
                "<script",
                "<img src=x",
                "<b>",
                "<svg",
                "<iframe",
                "<form",
                "javascript:",
                "data:text",
                " onclick=\"",
                "<img",
            ] {
                assert!(!html.contains(tag), "{tag} from {old:?} to {new:?}: {html}");
            }
        }
    }
}

#[test]
fn a_body_nested_too_deep_is_refused() {
    let deep = (0..80)
        .map(|depth| format!("{}- a", "  ".repeat(depth)))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(render_diff(&deep, "a").is_err());
    assert!(render_diff("a", &deep).is_err());
}

fn body() -> impl Strategy<Value = String> {
    let block = prop_oneof![
        "#{1,3} [あい一12]{1,3}",
        "[あいう一二。a*_`<>&\\[\\]()! ]{1,14}",
        "(- [あい一*]{1,4}\n){1,3}",
        "> [あい]{1,4}",
        "\\|[あい一]{0,3}\\|[う二]{0,3}\\|\n\\|-\\|-\\|\n(\\|[あ*]{0,3}\\|う{0,2}\\|\n){0,2}",
        "```\n[あい<]{1,3}\n```",
        "---",
    ];
    proptest::collection::vec(block, 0..8).prop_map(|blocks| blocks.join("\n\n"))
}

/// Returns whether each tag of a page is closed by its own end tag.
fn is_well_formed(html: &str) -> bool {
    let mut open = Vec::new();
    for part in html.split('<').skip(1) {
        let Some((tag, _)) = part.split_once('>') else {
            return false;
        };
        if tag.ends_with('/') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else {
            open.push(tag.split(' ').next().unwrap_or(tag));
        }
    }
    open.is_empty()
}

proptest! {
    #[test]
    fn without_differences_the_page_is_the_published_one(body in body()) {
        prop_assert_eq!(render_diff(&body, &body).unwrap(), render(&body, Profile::Guide).unwrap().html);
    }

    #[test]
    fn every_mark_is_closed_where_it_was_opened(old in body(), new in body()) {
        let html = render_diff(&old, &new).unwrap();
        prop_assert!(is_well_formed(&html), "{html}");
    }
}

#[test]
fn real_pages_are_rendered_as_published() {
    for page in super::pages() {
        let source = super::source(&page);
        let published = render(source.body(), Profile::Guide).unwrap().html;
        assert_eq!(
            render_diff(source.body(), source.body()).unwrap(),
            published
        );
    }
}

#[test]
fn a_paragraph_that_was_divided_or_joined_shows_the_break() {
    let whole = "一つめの長い**文**です。二つめの長い文です。";
    let halves = whole.replacen('。', "。\n\n", 1);
    assert_eq!(
        page(whole, &halves),
        "<p>一つめの長い<strong>文</strong>です。<ins>↵</ins></p><p>二つめの長い文です。</p>"
    );
    assert_eq!(
        page(&halves, whole),
        "<p>一つめの長い<strong>文</strong>です。<del>↵</del>二つめの長い文です。</p>"
    );
}

#[test]
fn a_line_put_into_code_is_marked_as_a_line() {
    let old = "```\nlet a = 1;\nlet b = 2;\n```\n";
    let html = render_diff(old, &old.replace("let b", "let c = 3;\nlet b")).unwrap();
    assert!(
        html.contains("let a = 1;\n<ins class=\"diff\">let c = 3;\n</ins>let b = 2;"),
        "{html}"
    );
}
