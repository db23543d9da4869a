use super::*;

const BODY: &str =
    "平均年収は六百万円です[^1]。\n\n[^1]: 厚生労働省「賃金構造基本統計調査」による。\n";

#[test]
fn a_footnote_stands_at_the_end_and_leads_back() {
    assert_html(
        BODY,
        "<p>平均年収は六百万円です<sup id=\"fnref:1\"><a href=\"#fn:1\">1</a></sup>。</p>\n\
         <section class=\"footnotes\">\n<ol>\n<li id=\"fn:1\">\n\
         <p>厚生労働省「賃金構造基本統計調査」による。 <a href=\"#fnref:1\">↩</a></p>\n</li>\n</ol>\n</section>\n",
    );
    let page = render(BODY, Profile::Guide).unwrap();
    assert_eq!(
        page.plain_text,
        "平均年収は六百万円です。\n\n厚生労働省「賃金構造基本統計調査」による。"
    );
    assert!(page.links.is_empty());
    assert_eq!(page.places, ["fnref:1", "fn:1"]);
}

#[test]
fn notes_are_numbered_by_their_first_reference() {
    let html = guide("[^b]: 二番\n[^a]: 一番\n\n甲[^a]乙[^b]丙[^A]\n");
    let marks: Vec<_> = html
        .match_indices("<sup id=\"")
        .map(|(at, _)| &html[at + 9..at + 18])
        .collect();
    assert_eq!(
        marks,
        ["fnref:1\"><", "fnref:2\"><", "fnref:1-2"].map(|mark| &mark[..9])
    );
    let (first, second) = (html.find("一番").unwrap(), html.find("二番").unwrap());
    assert!(first < second, "{html}");
    assert!(
        html.contains("<a href=\"#fnref:1\">↩</a> <a href=\"#fnref:1-2\">↩</a>"),
        "{html}"
    );
}

#[test]
fn no_note_loses_its_text() {
    let html = guide("本文\n\n[^x]: 参照のない注\n\n[^y]: 一\n[^y]: 二\n");
    for text in ["参照のない注", "一", "二"] {
        assert!(html.contains(text), "{html}");
    }
    assert_html("本文[^無]\n", "<p>本文[^無]</p>\n");
}

#[test]
fn a_note_may_hold_blocks() {
    let html = guide("本文[^1]\n\n[^1]: 一\n\n    - 項\n");
    assert!(html.contains("<ul>\n<li>項</li>\n</ul>\n"), "{html}");
    assert!(
        html.ends_with("<p><a href=\"#fnref:1\">↩</a></p>\n</li>\n</ol>\n</section>\n"),
        "{html}"
    );
}

#[test]
fn the_excerpt_is_of_the_page_and_of_no_note() {
    let page = render("[^1]: 注\n\n本文[^1]\n", Profile::Guide).unwrap();
    assert_eq!(page.excerpt, "本文");
}
