//! Input that is short to write and could take long to render.
//!
//! No times are asserted, because a test that hangs is noticed.

use rstest::rstest;

use super::*;

const KIND: fn(Result<Rendered, RenderError>) -> Result<(), RenderErrorKind> =
    |result| result.map(|_| ()).map_err(|error| error.kind);

#[rstest]
#[case::quotations(">".repeat(20_000))]
#[case::spaced_quotations("> ".repeat(20_000))]
#[case::list_markers("- ".repeat(20_000) + "a")]
#[case::ordered_markers("1. ".repeat(20_000))]
#[case::mixed_markers("> - 1. ".repeat(5_000))]
#[case::nested_lists((0..400).map(|depth| "  ".repeat(depth) + "- a\n").collect())]
#[case::nested_emphasis(format!("{}a{}", "*b **c ".repeat(200), " c** b*".repeat(200)))]
fn nesting_beyond_64_is_refused(#[case] body: String) {
    assert_eq!(
        KIND(render(&body, Profile::Guide)),
        Err(RenderErrorKind::TooDeep)
    );
}

#[rstest]
#[case::stars("*".repeat(100_000))]
#[case::star_words("*a ".repeat(50_000))]
#[case::closing_stars("a** ".repeat(50_000))]
#[case::mixed_runs("*a_b**c__d~~".repeat(20_000))]
#[case::japanese_runs("は**「".repeat(30_000))]
#[case::japanese_stars("は*、".repeat(40_000))]
#[case::backslashes(format!("は{}**「", "\\".repeat(100_000)))]
#[case::brackets("[".repeat(50_000))]
#[case::images("![".repeat(50_000))]
#[case::closed_brackets(format!("{}{}", "[".repeat(25_000), "]".repeat(25_000)))]
#[case::links("[a](".repeat(30_000))]
#[case::angle_links("[a](<b".repeat(30_000))]
#[case::backticks((1..500).map(|length| "`".repeat(length) + " ").collect())]
#[case::angles("<".repeat(50_000))]
#[case::comments("<!--".repeat(50_000))]
#[case::processing("<?".repeat(50_000))]
#[case::declarations("<!A ".repeat(50_000))]
#[case::cdata("<![CDATA[".repeat(20_000))]
#[case::entities("&".repeat(100_000))]
#[case::definitions((0..10_000).map(|number| format!("[a{number}]: /b")).collect::<Vec<_>>().join("\n"))]
#[case::definition_uses(format!("[a]: /{}\n\n{}", "b".repeat(50_000), "[a] ".repeat(50_000)))]
#[case::same_headings("# a\n".repeat(30_000))]
#[case::setext("a\n=\n".repeat(30_000))]
#[case::thematic("***\n".repeat(50_000))]
#[case::blank_lines("\n".repeat(400_000))]
#[case::lines_of_quotation("> a\n".repeat(50_000))]
#[case::lazy_quotation(format!("{}a\n{}", ">".repeat(60), "b\n".repeat(50_000)))]
#[case::tabs("\t".repeat(100_000))]
#[case::fences("```\n".repeat(50_000))]
#[case::footnote_uses(format!("[^a]: b\n\n{}", "[^a]".repeat(50_000)))]
#[case::footnotes((0..20_000).map(|number| format!("[^{number}]: a[^{number}]")).collect::<Vec<_>>().join("\n"))]
#[case::nested_footnotes("[^a]: ".repeat(30_000))]
#[case::open_footnotes("[^".repeat(50_000))]
#[case::boxes(":::note\n".repeat(30_000))]
#[case::closed_boxes(format!("{}{}", ":::note\n".repeat(60), ":::\n".repeat(30_000)))]
#[case::other_boxes((3..700).map(|length| ":".repeat(length) + "note\n").collect())]
#[case::boxes_of_other_lengths(":::a\n".repeat(40_000) + &"::::\n".repeat(40_000))]
#[case::formulas("$$\n".repeat(50_000))]
#[case::delimiters("|a|\n|-\t|\n".repeat(20_000))]
#[case::addresses("http://a".repeat(30_000))]
#[case::open_addresses("http://(".repeat(30_000))]
#[case::closed_address(format!("http://a{}", ")".repeat(100_000)))]
#[case::tags("<sub>".repeat(50_000))]
#[case::details("<details>\n\n".repeat(60) + &"</details>\n\n".repeat(30_000))]
#[case::anchors("<a id=x>".repeat(50_000))]
#[case::headings_with_names("# a {#b}\n".repeat(30_000))]
#[case::braces(format!("# {}", "{#".repeat(50_000)))]
#[case::joined_lines("日\n".repeat(80_000))]
#[case::private_use(('\u{e000}'..='\u{efff}').chain("は**「あ」**".chars()).collect())]
fn hostile_text_is_read_in_bounded_time(#[case] body: String) {
    let body = &body[..body.floor_char_boundary(MAX_BODY_BYTES)];
    for profile in [Profile::Guide, Profile::CommonMark] {
        if let Ok(page) = render(body, profile) {
            assert!(page.html.len() <= MAX_HTML_BYTES + body.len());
        }
    }
}

#[test]
fn html_that_grows_beyond_its_bound_is_refused() {
    let error = render(&"#\n".repeat(MAX_BODY_BYTES / 2), Profile::Guide).unwrap_err();
    assert_eq!(error.kind, RenderErrorKind::TooLarge);
    assert!(error.line > 100_000, "it says where: line {}", error.line);
}

#[test]
fn a_wide_table_cannot_multiply() {
    let columns = 2_000;
    let body = format!(
        "{}|\n{}|\n{}",
        "|a".repeat(columns),
        "|-".repeat(columns),
        "|b\n".repeat(50_000)
    );
    let length = render(&body, Profile::Guide).map_or(MAX_HTML_BYTES, |page| page.html.len());
    assert!(length <= MAX_HTML_BYTES, "{length}");
}

#[test]
fn a_body_above_512_kib_is_refused() {
    assert_eq!(
        KIND(render(&"a".repeat(MAX_BODY_BYTES + 1), Profile::Guide)),
        Err(RenderErrorKind::TooLarge)
    );
}

#[test]
fn a_refusal_names_the_line() {
    let body = format!("# a\n\n{}x\n", "> ".repeat(65));
    assert_eq!(
        render(&body, Profile::Guide),
        Err(RenderError {
            kind: RenderErrorKind::TooDeep,
            line: 3
        })
    );
    let body = format!("# a\n\n{}x\n", "- ".repeat(40));
    assert_eq!(render(&body, Profile::Guide).unwrap_err().line, 3);
    assert!(render(&format!("{}x\n", "> ".repeat(60)), Profile::Guide).is_ok());
}
