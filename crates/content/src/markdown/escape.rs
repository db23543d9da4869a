//! Escapes text and addresses for HTML.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The escaped characters of an address in `href` or `src`. HTML escapes `&` and `'` instead.
const ADDRESS_ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Appends `text`, escaped for an element and for a double-quoted attribute.
pub(crate) fn push_text(html: &mut String, text: &str) {
    let mut written = 0;
    for (index, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        html.push_str(&text[written..index]);
        html.push_str(replacement);
        written = index + 1;
    }
    html.push_str(&text[written..]);
}

/// Appends an address for `href` or `src`, percent-encoding the characters it may not contain.
///
/// `%` stays, so that an encoded address is not encoded twice.
pub(crate) fn push_address(html: &mut String, address: &str) {
    for letter in utf8_percent_encode(address, ADDRESS_ESCAPED).flat_map(str::chars) {
        match letter {
            '&' => html.push_str("&amp;"),
            '\'' => html.push_str("&#x27;"),
            letter => html.push(letter),
        }
    }
}

/// Returns whether a guide may link to `address`.
///
/// That is `http`, `https`, `mailto`, `tel`, or no scheme at all (a path, a query, a fragment).
pub(crate) fn is_safe_address(address: &str) -> bool {
    scheme(address)
        .is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel"))
}

/// Returns whether an image may come from `address`: `http`, `https` or no scheme.
pub(crate) fn is_safe_image(address: &str) -> bool {
    scheme(address).is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https"))
}

/// Returns whether `address` is fetched without encryption.
pub(crate) fn is_insecure_address(address: &str) -> bool {
    scheme(address).as_deref() == Some("http")
}

/// Returns the scheme that a browser would read, in lower case.
///
/// Like a browser it skips controls and blanks at the start, and tabs and line ends anywhere
/// (WHATWG URL).
fn scheme(address: &str) -> Option<String> {
    let mut scheme = String::new();
    for character in address.chars().filter(|character| *character > ' ') {
        match character {
            ':' => return Some(scheme),
            'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '-' | '.' => {
                scheme.push(character.to_ascii_lowercase());
            }
            _ => return None,
        }
    }
    None
}
