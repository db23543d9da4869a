//! Escapes text and addresses for HTML.

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
    const HEXADECIMAL: &[u8; 16] = b"0123456789ABCDEF";
    for byte in address.bytes() {
        match byte {
            b'&' => html.push_str("&amp;"),
            b'\'' => html.push_str("&#x27;"),
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => html.push(char::from(byte)),
            _ if b"-_.+!*(),%#@?=;:/$~".contains(&byte) => html.push(char::from(byte)),
            _ => {
                html.push('%');
                html.push(char::from(HEXADECIMAL[usize::from(byte >> 4)]));
                html.push(char::from(HEXADECIMAL[usize::from(byte & 15)]));
            }
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
