//! The few HTML tags that a guide may hold.

use std::fmt;

/// The beginning of a comment.
pub(crate) const COMMENT: &str = "<!--";

/// A part of raw HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Text(&'a str),
    /// A tag that no guide may hold: a reader sees it as it was typed.
    Unknown(&'a str),
    /// A comment, which no reader sees.
    Comment,
    /// A comment without an end, which hides the rest.
    OpenComment,
    /// A tag that a guide may hold.
    Tag(HtmlTag<'a>),
}

/// A tag that a guide may hold, without anything that could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HtmlTag<'a> {
    /// `<br>`.
    Break,
    /// `<a id="…">` with its end tag: a place to which links lead.
    Anchor(&'a str),
    /// The end tag `</a>` of such a place.
    AnchorEnd,
    Open(Element),
    Close(Element),
}

/// An element that a guide may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Sub,
    Sup,
    Kbd,
    Details,
    Summary,
}

impl Element {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "sub" => Self::Sub,
            "sup" => Self::Sup,
            "kbd" => Self::Kbd,
            "details" => Self::Details,
            "summary" => Self::Summary,
            _ => return None,
        })
    }

    /// Returns whether the element stands between words.
    pub(crate) fn is_inline(self) -> bool {
        matches!(self, Self::Sub | Self::Sup | Self::Kbd)
    }

    /// Returns the start tag.
    pub(crate) fn start_tag(self) -> &'static str {
        match self {
            Self::Sub => "<sub>",
            Self::Sup => "<sup>",
            Self::Kbd => "<kbd>",
            Self::Details => "<details>",
            Self::Summary => "<summary>",
        }
    }

    /// Returns the end tag.
    pub(crate) fn end_tag(self) -> &'static str {
        match self {
            Self::Sub => "</sub>",
            Self::Sup => "</sup>",
            Self::Kbd => "</kbd>",
            Self::Details => "</details>",
            Self::Summary => "</summary>",
        }
    }
}

impl fmt::Display for HtmlTag<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Break => formatter.write_str("<br>"),
            Self::Anchor(id) => write!(formatter, "<a id=\"{id}\">"),
            Self::AnchorEnd => formatter.write_str("</a>"),
            Self::Open(element) => formatter.write_str(element.start_tag()),
            Self::Close(element) => formatter.write_str(element.end_tag()),
        }
    }
}

/// The most letters of an anchor.
const LONGEST_ANCHOR: usize = 100;

impl<'a> HtmlTag<'a> {
    /// Reads one tag, from `<` to `>`. Attributes are dropped, except the `id` of an anchor.
    pub(crate) fn parse(tag: &'a str) -> Option<Self> {
        let inner = tag.strip_prefix('<')?.strip_suffix('>')?;
        let (inner, is_end) = match inner.strip_prefix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let end = inner.find(|letter: char| !letter.is_ascii_alphanumeric());
        let (name, attributes) = inner.split_at(end.unwrap_or(inner.len()));
        let name = name.to_ascii_lowercase();
        match (name.as_str(), is_end) {
            ("br", _) => Some(Self::Break),
            ("a", true) => Some(Self::AnchorEnd),
            ("a", false) => anchor_of(attributes).map(Self::Anchor),
            (name, false) => Element::of(name).map(Self::Open),
            (name, true) => Element::of(name).map(Self::Close),
        }
    }
}

/// Returns the anchor of a lone `id="…"` or `name="…"`.
fn anchor_of(attributes: &str) -> Option<&str> {
    let (name, value) = attributes.trim().split_once('=')?;
    if !matches!(name.trim_end(), "id" | "name") {
        return None;
    }
    let value = value.trim_start();
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    quoted.or(Some(value)).filter(|value| is_anchor(value))
}

/// Returns whether `text` may be the id of a heading or a place. Ids of ours hold a colon.
pub(crate) fn is_anchor(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= LONGEST_ANCHOR
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || "-_.".contains(letter))
}

/// Splits raw HTML into its pieces. A comment without an end reaches to the end.
pub(crate) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut text_start, mut at) = (0, 0);
    while let Some(start) = html[at..].find('<').map(|index| at + index) {
        let rest = &html[start..];
        let (length, piece) = if rest.starts_with(COMMENT) {
            match comment_length(rest) {
                Some(length) => (length, Piece::Comment),
                None => (rest.len(), Piece::OpenComment),
            }
        } else if let Some(length) = tag_length(rest) {
            let tag = &rest[..length];
            (
                length,
                HtmlTag::parse(tag).map_or(Piece::Unknown(tag), Piece::Tag),
            )
        } else {
            at = start + 1;
            continue;
        };
        if text_start < start {
            found.push(Piece::Text(&html[text_start..start]));
        }
        found.push(piece);
        at = start + length;
        text_start = at;
    }
    if text_start < html.len() {
        found.push(Piece::Text(&html[text_start..]));
    }
    found
}

/// Returns the length of a comment, as HTML reads it: `<!-->` and `<!--->` are whole ones. Returns
/// `None` for one without an end.
fn comment_length(html: &str) -> Option<usize> {
    for short in ["<!-->", "<!--->"] {
        if html.starts_with(short) {
            return Some(short.len());
        }
    }
    html.find("-->").map(|end| end + "-->".len())
}

/// Returns the length of the tag that `html` begins with.
fn tag_length(html: &str) -> Option<usize> {
    let is_tag =
        html[1..].starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '/');
    let end = 1 + html[1..].find(['<', '>'])?;
    (is_tag && html[end..].starts_with('>')).then_some(end + 1)
}
