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

/// Returns an address as a Markdown link can hold it.
pub(crate) fn markdown_address(address: &str) -> String {
    let encoded = utf8_percent_encode(address, ADDRESS_ESCAPED).to_string();
    let encoded = encoded.replace('&', "&amp;");
    if encoded.contains(['(', ')']) {
        format!("<{encoded}>")
    } else {
        encoded
    }
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
