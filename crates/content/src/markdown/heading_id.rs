//! Heading ids: emoji and keycaps stripped, Japanese kept, `-2` on repeats.

use std::collections::HashMap;

use unicode_normalization::char::is_combining_mark;

/// A generator of heading ids that are unique within one page.
#[derive(Default)]
pub(crate) struct HeadingIds {
    /// Every id used so far, with the number for its next repeat.
    given: HashMap<String, usize>,
}

impl HeadingIds {
    /// Takes `id` for a place that names its own; returns whether it was free.
    pub(crate) fn take(&mut self, id: &str) -> bool {
        if self.given.contains_key(id) {
            return false;
        }
        self.given.insert(id.to_owned(), 2);
        true
    }

    /// Returns the id of a heading with `text`.
    pub(crate) fn next(&mut self, text: &str) -> String {
        let base = match slugify(text) {
            empty if empty.is_empty() => "section".to_owned(),
            slug => slug,
        };
        let mut number = self.given.get(&base).copied().unwrap_or(1);
        let mut id = if number == 1 {
            base.clone()
        } else {
            format!("{base}-{number}")
        };
        while self.given.contains_key(&id) {
            number += 1;
            id = format!("{base}-{number}");
        }
        self.given.insert(base, number + 1);
        self.given.entry(id.clone()).or_insert(2);
        id
    }
}

/// Makes an id of a text: letters, digits and `_` in lower case, their runs joined by one `-`.
fn slugify(text: &str) -> String {
    let mut slug = String::new();
    let mut gap = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        // A keycap is a digit, `#` or `*`, a variation selector, and U+20E3.
        let is_keycap = matches!(characters.peek(), Some('\u{fe0f}' | '\u{20e3}'))
            && (character.is_ascii_digit() || matches!(character, '#' | '*'));
        if is_keycap {
            continue;
        }
        let is_mark = is_combining_mark(character) && !is_invisible_mark(character);
        if character.is_alphanumeric() || character == '_' || (is_mark && !gap && !slug.is_empty())
        {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.extend(character.to_lowercase());
        } else if !is_invisible_mark(character) {
            gap = true;
        }
    }
    slug
}

/// Returns whether the character is part of an emoji: a variation selector, keycap mark or joiner.
fn is_invisible_mark(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        "🚀 序章：なぜ今、Platform Engineerが必要なのか？",
        "序章-なぜ今-platform-engineerが必要なのか"
    )]
    #[case("1️⃣ Platform Engineerとは？", "platform-engineerとは")]
    #[case("🔟 まとめ", "まとめ")]
    #[case(
        "1. Internal Developer Platform (IDP) の設計と構築",
        "1-internal-developer-platform-idp-の設計と構築"
    )]
    #[case("🏷️ #推奨タグ", "推奨タグ")]
    #[case("サーバー", "サーバー")]
    #[case("か\u{3099}く", "か\u{3099}く")]
    #[case("👩‍💻 CI/CD", "ci-cd")]
    #[case("snake_case", "snake_case")]
    #[case("🚀", "section")]
    fn an_id_keeps_the_spoken_part_of_a_heading(#[case] text: &str, #[case] id: &str) {
        assert_eq!(HeadingIds::default().next(text), id);
    }

    #[test]
    fn repeated_headings_are_numbered_and_never_clash() {
        let mut ids = HeadingIds::default();
        let given: Vec<_> = ["a", "a", "a 2", "a", "a-2", "A"]
            .into_iter()
            .map(|text| ids.next(text))
            .collect();
        assert_eq!(given, ["a", "a-2", "a-2-2", "a-3", "a-2-3", "a-4"]);
    }
}
