//! Bare addresses in running text.
//!
//! The rule is that of GitHub Flavored Markdown for `http://` and `https://`. In Japanese no blank
//! follows an address, so kana and full-width punctuation end it too.

use std::ops::Range;

/// Returns the first bare address in `text`.
pub(super) fn find_address(text: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(colon) = text[from..].find("://").map(|index| from + index) {
        from = colon + "://".len();
        let Some(start) = scheme_start(&text[..colon]) else {
            continue;
        };
        if text[from..].starts_with(is_part_of_host) {
            return Some(start..from + address_length(&text[from..]));
        }
    }
    None
}

/// Returns where the scheme before a colon begins, unless it is the end of a longer word.
fn scheme_start(before: &str) -> Option<usize> {
    let schemes = ["https", "http"];
    let start = schemes.iter().find_map(|scheme| {
        let start = before.len().checked_sub(scheme.len())?;
        let spelt = before.get(start..)?;
        spelt.eq_ignore_ascii_case(scheme).then_some(start)
    })?;
    let is_word = before[..start].ends_with(|letter: char| letter.is_ascii_alphanumeric());
    (!is_word).then_some(start)
}

/// Returns the length of the address, without the punctuation of the sentence around it.
fn address_length(rest: &str) -> usize {
    let end = rest.find(ends_address).unwrap_or(rest.len());
    let mut address = &rest[..end];
    let count = |letter| address.matches(letter).count();
    let (opened, mut closed) = (count('('), count(')'));
    loop {
        match address.as_bytes().last() {
            Some(b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' | b'"') => {}
            // A bracket that was opened inside belongs to the address.
            Some(b')') if closed > opened => closed -= 1,
            _ => return address.len(),
        }
        address = &address[..address.len() - 1];
    }
}

fn is_part_of_host(letter: char) -> bool {
    letter.is_alphanumeric() && !ends_address(letter)
}

/// Returns whether a reader sees the end of an address before `letter`.
fn ends_address(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || letter == '<'
        || matches!(letter,
            '\u{2018}'..='\u{201f}' // quotation marks
            | '\u{2026}' // …
            | '\u{3000}'..='\u{303f}' // 、。「」
            | '\u{3040}'..='\u{30ff}' // kana
            | '\u{ff00}'..='\u{ffef}') // full-width and half-width forms
}
