//! A body for readers outside Annai, who know no references to guides.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::markdown::{events, mark_guide, markdown_address};
use crate::{GuideAddresses, GuideLink};

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
    for (event, range) in events(&marked) {
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
        written.push_str(&format!("[{text}]({address}"));
        if !self.title.is_empty() {
            let title = self.title.replace('\\', "\\\\").replace('"', "\\\"");
            written.push_str(&format!(" \"{title}\""));
        }
        written.push(')');
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{Profile, render, render_linked};

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
}
