//! Pages of any text have whole elements.

use proptest::prelude::*;

use super::*;
use crate::diff::render_diff;
use crate::{GuideAddresses, GuideSource, Reading};

/// Pieces of every construct that the events of a guide know, and what may tear them apart.
const PIECES: &[&str] = &[
    "あ",
    "a",
    " ",
    "\n",
    "\n\n",
    "- ",
    "> ",
    "  ",
    "    ",
    "*",
    "**",
    "~",
    "~~",
    "`",
    "```\n",
    "| a | b |\n",
    "|---\t|---|\n",
    "|",
    "# ",
    "## ",
    "{#x}",
    "{/*y*/}",
    "===\n",
    "---\n",
    "___\n",
    ":::note\n",
    ":::details 題\n",
    ":::x\n",
    ":::\n",
    "::::tip\n",
    "::::\n",
    "> [!TIP]\n",
    "$$\n",
    "[^a]",
    "[^a]: ",
    "<!-- ",
    " -->",
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<sub>",
    "</sub>",
    "<kbd>",
    "</kbd>",
    "<br>",
    "<a id=\"p\">",
    "</a>",
    "<div>",
    "</p>",
    "[",
    "](/x)",
    "![",
    "https://e.jp/",
    "。",
    "「",
    "）",
    "\\",
    "&amp;",
    "\u{3000}",
    "1. ",
    "- [ ] ",
];

/// The elements without an end tag.
const EMPTY: &[&str] = &["br", "hr", "img", "input"];

fn body() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(PIECES);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Returns the first tag that does not close the innermost open element.
fn torn(html: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next()?;
        let name = tag.trim_start_matches('/').split([' ', '/']).next()?;
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Some(format!("</{name}> in {html}"));
            }
        } else if !EMPTY.contains(&name) {
            open.push(name);
        }
    }
    open.pop().map(|name| format!("<{name}> is open in {html}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn every_element_ends_where_it_began(body in body()) {
        let page = render(&body, Profile::Guide).unwrap();
        prop_assert_eq!(torn(&page.html), None);
        let preview = render_preview(&body, &GuideAddresses::default()).unwrap();
        prop_assert_eq!(torn(&preview.html), None);
        prop_assert_eq!(preview.plain_text, page.plain_text);
    }

    #[test]
    fn a_comparison_has_whole_elements_too(old in body(), new in body()) {
        let html = render_diff(&old, &new, &GuideAddresses::default()).unwrap();
        prop_assert_eq!(torn(&html), None);
    }

    #[test]
    fn places_in_the_body_lie_within_it(body in body()) {
        let source = GuideSource::parse(format!("---json\n{{}}\n---\n{body}")).unwrap();
        let reading = Reading::of(&source);
        let places = reading.shown_tags.iter().chain(&reading.unused_footnotes).chain(&reading.open_comments);
        let headings = reading.headings.iter().map(|heading| &heading.range);
        for place in places.chain(headings) {
            prop_assert!(source.as_str().get(place.clone()).is_some(), "{place:?}");
        }
        for passage in reading.prose.passages() {
            let place = reading.prose.source_of(passage.range.clone());
            prop_assert!(source.as_str().get(place.clone()).is_some(), "{place:?}");
        }
    }

    /// Comments, tables with cells beyond their head, and the language of code may hide a word.
    #[test]
    fn no_word_is_lost(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let hides = |piece: &&str| piece.contains(['|', '`']) || piece.contains("<!--");
        let pieces: Vec<_> = pieces.into_iter().filter(|piece| !hides(piece)).collect();
        let words = pieces.iter().enumerate().map(|(number, piece)| format!("{piece}語{number}終"));
        let body: String = words.collect();
        let html = render(&body, Profile::Guide).unwrap().html;
        for number in 0..pieces.len() {
            prop_assert!(html.contains(&format!("語{number}終")), "語{number} of {body:?} in {html}");
        }
    }
}
