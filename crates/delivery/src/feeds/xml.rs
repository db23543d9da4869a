/// Escapes text for an XML element or a quoted attribute. A character that XML 1.0 does not allow
/// becomes U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Unescaped, a reader turns them into spaces.
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_taken_for_markup() {
        let text = "<a href=\"x\">&amp; ]]>\u{0}\u{b}\u{ffff}\t日本😀'";
        let escaped = escape(text);
        assert_eq!(
            escaped,
            "&lt;a href=&quot;x&quot;&gt;&amp;amp; ]]&gt;\u{fffd}\u{fffd}\u{fffd}&#9;日本😀'"
        );
    }
}
