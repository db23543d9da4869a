//! The links of a body, with the addresses of now.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;

use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::guide_link::{GuideAddresses, GuideLink};
use crate::markdown::{Rendered, events, mark_guide, markdown_address, parser_events};

/// Lists the addresses of a body's links as the text spells them, in order, with repeats; none for a
/// body that is nested too deep to be shown. The alternative text of an image has no links.
#[must_use]
pub fn body_links(body: &str) -> Vec<String> {
    let Ok(marked) = mark_guide(body) else {
        return Vec::new();
    };
    let mut images = 0;
    let mut links = Vec::new();
    for (event, _) in events(&marked) {
        match event {
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images -= 1,
            Event::Start(Tag::Link { dest_url, .. }) if images == 0 => {
                links.push(marked.strip(&dest_url).into_owned());
            }
            _ => {}
        }
    }
    links
}

/// The anchors of a page: the ids of its headings and of other places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Anchors(HashSet<String>);

impl Anchors {
    /// Returns the anchors of a rendered body.
    #[must_use]
    pub fn of(rendered: &Rendered) -> Self {
        let toc = rendered.toc.iter().map(|entry| &entry.slug);
        let ids = toc.chain(&rendered.heading_id).chain(&rendered.places);
        Self(ids.cloned().collect())
    }

    /// Returns whether a browser finds `anchor`, which has no `#`. Every page has a top.
    #[must_use]
    pub fn have(&self, anchor: &str) -> bool {
        let decoded = percent_decode_str(anchor).decode_utf8_lossy();
        decoded.is_empty()
            || decoded.eq_ignore_ascii_case("top")
            || self.0.contains(anchor)
            || self.0.contains(decoded.as_ref())
    }
}

/// A reference that is being read.
struct Open {
    range: Range<usize>,
    /// The text of the link as the body spells it.
    text: Range<usize>,
    address: Option<String>,
    title: String,
}

/// Returns a body whose references to guides lead to `addresses`. A reference without an address
/// becomes its text. Every other byte stays.
#[must_use]
pub fn with_addresses<'a>(body: &'a str, addresses: &GuideAddresses) -> Cow<'a, str> {
    let Ok(marked) = mark_guide(body) else {
        return Cow::Borrowed(body);
    };
    let mut written = String::new();
    let mut copied = 0;
    let mut open: Option<Open> = None;
    for (event, range) in parser_events(&marked) {
        let range = marked.unmarked(range.start)..marked.unmarked(range.end);
        match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                let target = marked.strip(&dest_url);
                let title = marked.strip(&title).into_owned();
                let range = with_label(body, link_type, range);
                open = GuideLink::reference(&target).map(|link| Open {
                    text: text_of(link_type, &range),
                    range,
                    address: addresses.of(&link),
                    title,
                });
            }
            Event::End(TagEnd::Link) => {
                if let Some(link) = open.take() {
                    written.push_str(&body[copied..link.range.start]);
                    copied = link.range.end;
                    link.write(body, &mut written);
                    // Brackets in the text must not make another link of what follows.
                    if link.address.is_none() && body[copied..].starts_with(['(', '[']) {
                        written.push('\\');
                    }
                }
            }
            _ => {
                if let Some(link) = &mut open {
                    link.text.end = link.text.end.max(range.end);
                }
            }
        }
    }
    if copied == 0 {
        return Cow::Borrowed(body);
    }
    written.push_str(&body[copied..]);
    Cow::Owned(written)
}

/// Returns the range of a link with its empty label, as in `[text][]`.
fn with_label(body: &str, kind: LinkType, link: Range<usize>) -> Range<usize> {
    let is_collapsed = matches!(kind, LinkType::Collapsed | LinkType::CollapsedUnknown);
    if is_collapsed && body[link.end..].starts_with("[]") {
        return link.start..link.end + 2;
    }
    link
}

/// Returns where the text of a link begins. It has no end yet, unless it is the address itself.
fn text_of(kind: LinkType, link: &Range<usize>) -> Range<usize> {
    match kind {
        LinkType::Autolink | LinkType::Email => link.start + 1..link.end - 1,
        _ => link.start + 1..link.start + 1,
    }
}

impl Open {
    fn write(&self, body: &str, written: &mut String) {
        let text = &body[self.text.clone()];
        let Some(address) = &self.address else {
            written.push_str(text);
            return;
        };
        let address = markdown_address(address);
        // Writing to a String cannot fail.
        let _ = write!(written, "[{text}]({address}");
        if !self.title.is_empty() {
            written.push_str(" \"");
            for letter in self.title.chars() {
                // Line breaks would end the paragraph, and `&` might begin an entity.
                let _ = match letter {
                    '\\' | '"' => write!(written, "\\{letter}"),
                    '&' => write!(written, "&amp;"),
                    _ if letter.is_control() => write!(written, "&#{};", u32::from(letter)),
                    _ => write!(written, "{letter}"),
                };
            }
            written.push('"');
        }
        written.push(')');
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::guide_link::referenced_guides;
    use crate::markdown::{Profile, render, render_linked};

    fn addresses() -> GuideAddresses {
        let to = |slug: &str, address: &str| (slug.to_owned(), address.to_owned());
        GuideAddresses::from_iter([to("a", "/g/a"), to("odd", "https://e.jp/(x)?y=1&amp=2")])
    }

    #[rstest]
    #[case("前[一](guide:a#x)後\n", "前[一](/g/a#x)後\n")]
    #[case("[二](guide:draft) **[三](guide:draft)**", "二 **三**")]
    #[case(
        "[\\]**一**`]`](guide:a \"題\\\"\")",
        "[\\]**一**`]`](/g/a \"題\\\"\")"
    )]
    #[case(
        "[一][r] [r]\n\n[r]: guide:a\n",
        "[一](/g/a) [r](/g/a)\n\n[r]: guide:a\n"
    )]
    #[case("<guide:a> <guide:b>", "[guide:a](/g/a) guide:b")]
    #[case("[r][]\n\n[r]: guide:a\n", "[r](/g/a)\n\n[r]: guide:a\n")]
    #[case(
        "[[x]](guide:draft)(javascript:alert(1))",
        "[x]\\(javascript:alert(1))"
    )]
    #[case(
        "[一](guide:a \"上&#10;&#10;下 &amp;amp;\")",
        "[一](/g/a \"上&#10;&#10;下 &amp;amp;\")"
    )]
    #[case("[](guide:a)", "[](/g/a)")]
    #[case("[![図](/i.png)](guide:a)", "[![図](/i.png)](/g/a)")]
    #[case("| [a\\|b](guide:a) |\n|---|\n", "| [a\\|b](/g/a) |\n|---|\n")]
    #[case("**「[一](guide:a)」**です", "**「[一](/g/a)」**です")]
    #[case("[x](guide:odd)", "[x](<https://e.jp/(x)?y=1&amp;amp=2>)")]
    fn references_become_addresses_or_text(#[case] body: &str, #[case] expected: &str) {
        let written = with_addresses(body, &addresses());
        assert_eq!(written, expected);
        // It reads as the body does with its links.
        assert_eq!(
            render(&written, Profile::Guide).unwrap().html,
            render_linked(body, &addresses()).unwrap().html
        );
    }

    #[rstest]
    #[case("[一](/a) ![図](guide:a) `[x](guide:a)`\r\n")]
    #[case("    [x](guide:a)\n")]
    #[case("\\[x](guide:a)")]
    fn other_texts_stay_byte_for_byte(#[case] body: &str) {
        assert!(matches!(with_addresses(body, &addresses()), Cow::Borrowed(same) if same == body));
    }

    const BODY: &str = "[一](guide:a#x \"題\") [二](guide:b) [**三**][r] <guide:a> ![図](guide:a)\n\n[r]: guide:a\n";

    #[test]
    fn references_lead_to_public_guides_and_others_are_text() {
        let addresses = GuideAddresses::from_iter([("a".to_owned(), "/g/a?p#top".to_owned())]);
        let html = render_linked(BODY, &addresses).unwrap().html;
        assert_eq!(
            html,
            "<p><a href=\"/g/a?p#x\" title=\"題\">一</a> 二 <a href=\"/g/a?p#top\"><strong>三</strong></a> \
             <a href=\"/g/a?p#top\">guide:a</a> 図</p>\n"
        );
        assert_eq!(
            render(BODY, Profile::Guide).unwrap().html,
            "<p>一 二 <strong>三</strong> guide:a 図</p>\n"
        );
    }

    #[test]
    fn an_address_cannot_leave_its_attribute() {
        let addresses = GuideAddresses::from_iter([("a".to_owned(), "/g/a".to_owned())]);
        let html = render_linked("[x](<guide:a#\"><b onclick='x'>>)", &addresses);
        assert!(!html.unwrap().html.contains("<b"));
    }

    #[test]
    fn only_the_links_differ_between_the_two_ways_of_rendering() {
        let addresses = GuideAddresses::from_iter([("a".to_owned(), "/g/a".to_owned())]);
        let linked = render_linked(BODY, &addresses).unwrap();
        let alone = render(BODY, Profile::Guide).unwrap();
        assert_eq!(linked.plain_text, alone.plain_text);
        assert_eq!(linked.links, alone.links);
        assert_eq!(referenced_guides(&alone.links), ["a", "b"]);
    }

    #[rstest]
    #[case(BODY, &["guide:a#x", "guide:b", "guide:a", "guide:a"])]
    #[case("![図 [一](guide:a) 図](/i.png) [二](guide:b)", &["guide:b"])]
    #[case("[![図](/i.png)](guide:a)", &["guide:a"])]
    #[case("**「[一](guide:a)」**です", &["guide:a"])]
    #[case("`[x](guide:a)`", &[])]
    fn links_are_found_as_rendering_finds_them(#[case] body: &str, #[case] expected: &[&str]) {
        assert_eq!(body_links(body), expected);
        assert_eq!(render(body, Profile::Guide).unwrap().links, expected);
    }

    #[rstest]
    #[case("はじめに", true)]
    #[case("%E3%81%AF%E3%81%98%E3%82%81%E3%81%AB", true)]
    #[case("題", true)]
    #[case("題-2", true)]
    #[case("", true)]
    #[case("top", true)]
    #[case("おわりに", false)]
    fn an_anchor_is_the_id_of_a_heading(#[case] anchor: &str, #[case] is_there: bool) {
        let page = render("# 題\n\n## はじめに\n\n# 題\n", Profile::Guide).unwrap();
        assert_eq!(Anchors::of(&page).have(anchor), is_there);
    }
}
