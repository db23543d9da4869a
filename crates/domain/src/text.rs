//! The control characters that texts of one line and of several lines may hold.

use std::borrow::Cow;

/// Returns the first character that breaks a text of one line: a line break, a tab or another
/// control character.
///
/// Terminals obey such characters, logs and mails break at them, and people do not see them.
#[must_use]
pub fn find_control(line: &str) -> Option<char> {
    line.chars().find(|character| is_control(*character))
}

/// Returns whether a text of one line may not hold `character`.
#[must_use]
pub fn is_control(character: char) -> bool {
    // Browsers and editors break lines at the last two.
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Returns whether a text of several lines may not hold `character`: a control character that is
/// neither a line break nor a tab.
#[must_use]
pub fn is_control_in_lines(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}

/// Removes the control characters from a text of several lines; line breaks and tabs stay.
#[must_use]
pub fn without_controls(lines: &str) -> Cow<'_, str> {
    if lines.contains(is_control_in_lines) {
        Cow::Owned(lines.replace(is_control_in_lines, ""))
    } else {
        Cow::Borrowed(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("案内 👨‍👩‍👧 a\u{3000}b", None)]
    #[case("a\r\nb\u{1b}[2J", Some('\r'))]
    #[case("a\tb", Some('\t'))]
    #[case("\0", Some('\0'))]
    #[case("a\u{7f}", Some('\u{7f}'))]
    #[case("a\u{9b}2J", Some('\u{9b}'))]
    #[case("a\u{2028}b", Some('\u{2028}'))]
    fn a_line_holds_no_control_character(#[case] line: &str, #[case] found: Option<char>) {
        assert_eq!(find_control(line), found);
    }

    #[test]
    fn lines_keep_their_breaks_and_lose_other_controls() {
        assert_eq!(without_controls("一\r\n\t二\n"), "一\r\n\t二\n");
        assert_eq!(without_controls("a\u{1b}[2J\0b\u{85}\n"), "a[2Jb\n");
    }
}
