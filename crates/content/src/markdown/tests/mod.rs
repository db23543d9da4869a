mod authors;
mod emphasis;
mod footnotes;
mod hostile;
mod lines;
mod nesting;
mod pages;
mod safety;
mod torn;

use super::*;
use pretty::assert_html;

mod pretty {
    /// Compares two pieces of HTML; a failure shows each on lines of its own.
    #[track_caller]
    pub(super) fn assert_html(body: &str, expected: &str) {
        assert_eq!(super::guide(body), expected, "\n{body}\n");
    }
}

fn guide(body: &str) -> String {
    render(body, Profile::Guide).unwrap().html
}

#[test]
fn a_rendered_page_has_its_toc_excerpt_and_counts() {
    let body = "# 🚀 題 *A*\n\n最初の**段落**です。\n続き。\n\n## 節\n\n- [x] 済\n- 未 [案内](/a)\n\n| a | b |\n|:-:|--|\n| 1 | `x` |\n\n### 節\n\n![絵](/i.png \"t\") <https://example.com>\n";
    let page = render(body, Profile::Guide).unwrap();
    assert_eq!(page.heading.as_deref(), Some("🚀 題 A"));
    let toc: Vec<_> = page
        .toc
        .iter()
        .map(|entry| (entry.depth, entry.slug.as_str(), entry.text.as_str()))
        .collect();
    assert_eq!(toc, [(2, "節", "節"), (3, "節-2", "節")]);
    assert_eq!(page.excerpt, "最初の段落です。続き。");
    assert_eq!(
        page.plain_text,
        "🚀 題 A\n\n最初の段落です。続き。\n\n節\n\n済\n未 案内\n\na\tb\n1\tx\n\n節\n\n絵 https://example.com"
    );
    assert_eq!(page.links, ["/a", "https://example.com"]);
    assert_eq!(page.images, ["/i.png"]);
    assert_eq!(
        page.stats,
        Stats {
            characters: 99,
            reading_minutes: 1,
            headings: 3,
            tables: 1
        }
    );
    assert!(
        page.html
            .starts_with("<h1 id=\"題-a\">🚀 題 <em>A</em></h1>\n"),
        "{}",
        page.html
    );
}

#[test]
fn tables_carry_their_alignment_as_classes() {
    assert_html(
        "|左|中|右|無|\n|:--|:-:|--:|---|\n|1|2|3|4|\n",
        "<table>\n<thead>\n<tr>\n<th class=\"align-left\">左</th>\n<th class=\"align-center\">中</th>\n<th class=\"align-right\">右</th>\n<th>無</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td class=\"align-left\">1</td>\n<td class=\"align-center\">2</td>\n<td class=\"align-right\">3</td>\n<td>4</td>\n</tr>\n</tbody>\n</table>\n",
    );
    assert_html(
        "|a|\n|-|\n",
        "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n",
    );
}

#[test]
fn strikethrough_and_task_lists_are_understood() {
    assert_html("~~古い~~新しい", "<p><del>古い</del>新しい</p>\n");
    assert_html(
        "- [ ] a\n- [x] b\n",
        "<ul>\n<li><input type=\"checkbox\" disabled=\"\" /> a</li>\n<li><input type=\"checkbox\" disabled=\"\" checked=\"\" /> b</li>\n</ul>\n",
    );
}

#[test]
fn a_single_tilde_between_times_is_not_strikethrough() {
    assert_html("9時~18時、10~20年", "<p>9時~18時、10~20年</p>\n");
}

#[test]
fn the_excerpt_ends_after_120_letters() {
    let page = render(&"あ".repeat(121), Profile::Guide).unwrap();
    assert_eq!(page.excerpt, format!("{}…", "あ".repeat(119)));
    let page = render(&"あ".repeat(120), Profile::Guide).unwrap();
    assert_eq!(page.excerpt, "あ".repeat(120));
}

#[test]
fn only_the_commonmark_profile_keeps_html() {
    let html = render("<b>x</b>\n\n<div>\n", Profile::CommonMark)
        .unwrap()
        .html;
    assert_eq!(html, "<p><b>x</b></p>\n<div>\n");
    assert_html(
        "<b>x</b>\n\n<div>\n",
        "<p>&lt;b&gt;x&lt;/b&gt;</p>\n<p>&lt;div&gt;</p>\n",
    );
}
