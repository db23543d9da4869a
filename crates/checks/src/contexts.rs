//! The places of a text where Latin letters are no words: addresses, paths, file names, identifiers,
//! commands and English sentences. A name is spelt there as programs want it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::letters::Script;

/// The number of Latin words from which a line without Japanese is a sentence.
const SENTENCE_WORDS: usize = 4;

/// The places of one text that have a spelling of their own.
pub(crate) struct Contexts<'a> {
    text: &'a str,
    addresses: Vec<Range<usize>>,
    /// The lines that are sentences without Japanese letters.
    foreign: Vec<Range<usize>>,
}

impl<'a> Contexts<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let addresses = ADDRESSES.find_iter(text).map(|found| found.range());
        let mut start = 0;
        let lines = text.split_inclusive('\n').map(|line| {
            let range = start..start + line.len();
            start = range.end;
            range
        });
        let is_foreign = |line: &Range<usize>| {
            let words = &text[line.clone()];
            words.split_whitespace().nth(SENTENCE_WORDS - 1).is_some()
                && !words.chars().any(is_japanese)
        };
        Self {
            text,
            addresses: addresses.collect(),
            foreign: lines.filter(is_foreign).collect(),
        }
    }

    /// Returns whether a program or another language decides the spelling of `range`.
    pub(crate) fn hold(&self, range: &Range<usize>) -> bool {
        if overlap(&self.addresses, range) {
            return true;
        }
        let (before, word, behind) = (
            &self.text[..range.start],
            &self.text[range.clone()],
            &self.text[range.end..],
        );
        if is_quoted(before, behind) || is_part_of_path(before, behind) {
            return true;
        }
        let is_latin = |letter: Option<char>| letter.is_some_and(is_latin);
        let (begins, ends) = (
            is_latin(word.chars().next()),
            is_latin(word.chars().next_back()),
        );
        (begins && joins_before(before))
            || (ends && joins_behind(behind))
            || ((begins || ends)
                && (is_command(before, word, behind) || overlap(&self.foreign, range)))
    }
}

/// Returns whether one of `places`, in order and apart from each other, overlaps `range`.
fn overlap(places: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = places.partition_point(|place| place.end <= range.start);
    places
        .get(next)
        .is_some_and(|place| place.start < range.end)
}

fn is_japanese(letter: char) -> bool {
    Script::of(letter).is_some_and(Script::is_japanese)
}

fn is_latin(letter: char) -> bool {
    Script::of(letter) == Some(Script::Latin)
}

/// Returns whether a letter joins a name to a path, an identifier or a compound.
fn is_joint(letter: char) -> bool {
    matches!(
        letter,
        '/' | '-'
            | '.'
            | '_'
            | '#'
            | '@'
            | '{'
            | '}'
            | ':'
            | '\\'
            | '='
            | '~'
            | '$'
            | '%'
            | '&'
            | '+'
            | '<'
            | '>'
            | '\u{2010}'..='\u{2014}' | '\u{2212}'
    )
}

/// Returns whether a word stands alone in quotation marks: a text that shows how it is written.
fn is_quoted(before: &str, behind: &str) -> bool {
    let (before, behind) = (before.chars().next_back(), behind.chars().next());
    let pair = before.zip(behind);
    matches!(
        pair,
        Some(('「', '」') | ('『', '』') | ('“', '”') | ('‘', '’') | ('"', '"') | ('\'', '\''))
    )
}

/// Returns whether a word, of any script, is a part of a path, a file name or an identifier.
fn is_part_of_path(before: &str, behind: &str) -> bool {
    let is_sign = |letter: char| matches!(letter, '/' | '\\' | '_' | '@' | '$' | '#' | '=' | '&');
    let mut next = behind.chars();
    before.chars().next_back().is_some_and(is_sign)
        || match next.next() {
            Some('.') => next.next().is_some_and(is_latin),
            Some(letter) => is_sign(letter),
            None => false,
        }
}

fn joins_before(before: &str) -> bool {
    before.chars().next_back().is_some_and(is_joint)
}

fn joins_behind(behind: &str) -> bool {
    let mut letters = behind.chars();
    match letters.next() {
        // A full stop joins nothing.
        Some('.') => letters
            .next()
            .is_some_and(|next| is_latin(next) || is_joint(next)),
        Some(letter) => is_joint(letter),
        None => false,
    }
}

/// Returns whether a word in small letters stands beside another one, as in `docker run`.
fn is_command(before: &str, word: &str, behind: &str) -> bool {
    let is_small = |letter: char| letter.is_ascii_lowercase() || " -".contains(letter);
    let begins = |letter: char| letter.is_ascii_lowercase() || "-./$".contains(letter);
    let next = behind
        .strip_prefix(' ')
        .and_then(|rest| rest.chars().next());
    let last = before
        .strip_suffix(' ')
        .and_then(|rest| rest.chars().next_back());
    word.chars().all(is_small)
        && (next.is_some_and(begins)
            || last.is_some_and(|letter| letter.is_ascii_lowercase() || "$".contains(letter)))
}

/// Addresses, host names and paths.
static ADDRESSES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)
        [A-Za-z][A-Za-z0-9+.-]*://[!-~]+
      | [\w.+-]+@[A-Za-z0-9.-]+
      | (?:[A-Za-z0-9-]+\.)+(?:com|org|net|io|dev|jp|app|ai|cloud|edu|gov|me|sh)(?-u:\b)[!-~]*
      | [~.]{0,2}/[A-Za-z0-9_.-]+/[!-~]+
      | [A-Za-z0-9_-]+\.(?:ya?ml|json|toml|md|tf|sh|py|js|ts|rs|conf|lock)(?-u:\b)
    ";
    Regex::new(pattern).expect("the pattern is well-formed")
});
