//! Emphasis next to Japanese text.
//!
//! CommonMark's flanking rule leaves `**…（…）**です` literal: a closing run after punctuation must be
//! followed by a blank or more punctuation, and Japanese writes neither. Where a `*` or `~~` run
//! touches CJK text, this pass inserts an invisible *letter* between the run and the punctuation
//! next to it, so that the parser sees a word on that side. [`Marked::strip`] removes it from every
//! string that the parser returns. Its companion is a *stop*, for a neighbour that is itself a
//! delimiter and must keep seeing punctuation. Both are code points that the text contains neither
//! directly nor as a numeric entity.
//!
//! A marker never stands next to a blank, at the start of a line, or between `\` and the character
//! it escapes. So it cannot create or break a block, a code span, a link or an escape.
//!
//! The rule itself comes from the CommonMark amendment proposed by the `markdown-cjk-friendly`
//! specification: a run that touches CJK text can open and close unless a blank stands on that
//! side.

use std::borrow::Cow;
use std::collections::HashSet;

use super::insertions::Insertions;
use super::prepare::{Boxes, Prepared, prepare};

/// A text with its markers.
pub(crate) struct Marked<'a> {
    /// The text to parse.
    pub(crate) text: Cow<'a, str>,
    /// The lines of boxes in the body.
    pub(crate) boxes: Boxes,
    /// The bytes that preparing the body inserted.
    prepared: Insertions,
    /// The markers in `text`.
    inserted: Insertions,
    markers: Option<[char; 2]>,
}

impl<'a> Marked<'a> {
    /// Prepares the body of a guide and inserts markers; borrows it when nothing is to be changed.
    pub(crate) fn guide(body: &'a str) -> Self {
        let Prepared {
            text,
            inserted: prepared,
            boxes,
        } = prepare(body);
        Self {
            boxes,
            prepared,
            // In a table `|` may be the edge of a cell. It then does not count as a neighbour,
            // because a marker next to it would hide it from the parser.
            ..Self::with_markers(text, body, true)
        }
    }

    /// Inserts markers into the text of a profile without tables.
    pub(crate) fn new(text: &'a str) -> Self {
        Self::with_markers(Cow::Borrowed(text), text, false)
    }

    /// Wraps `text` without markers, for the plain CommonMark profile.
    pub(crate) fn plain(text: &'a str) -> Self {
        Self::unmarked_text(Cow::Borrowed(text))
    }

    fn unmarked_text(text: Cow<'a, str>) -> Self {
        Self {
            text,
            boxes: Boxes::default(),
            prepared: Insertions::default(),
            inserted: Insertions::default(),
            markers: None,
        }
    }

    /// Inserts markers that `body` does not contain: titles of boxes stand there alone.
    fn with_markers(text: Cow<'a, str>, body: &str, tables: bool) -> Self {
        if !text.contains('*') && !text.contains("~~") {
            return Self::unmarked_text(text);
        }
        let Some((letter, stop)) = free_markers(body) else {
            return Self::unmarked_text(text);
        };
        let mut pass = Pass {
            text: &text,
            output: String::new(),
            inserted: Insertions::default(),
            copied: 0,
            letter,
            stop,
            tables,
        };
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            pass.line(start, line);
            start += line.len();
        }
        if pass.copied == 0 {
            return Self::unmarked_text(text);
        }
        pass.output.push_str(&text[pass.copied..]);
        let Pass {
            output, inserted, ..
        } = pass;
        Self {
            inserted,
            markers: Some([letter, stop]),
            ..Self::unmarked_text(Cow::Owned(output))
        }
    }

    /// Converts an offset in [`text`](Self::text) to an offset in the original text.
    ///
    /// An offset inside markers becomes the place where they were inserted.
    pub(crate) fn unmarked(&self, offset: usize) -> usize {
        self.prepared.original(self.inserted.original(offset))
    }

    /// Returns whether `letter` is a marker.
    pub(crate) fn is_marker(&self, letter: char) -> bool {
        self.markers
            .is_some_and(|markers| markers.contains(&letter))
    }

    /// Returns `text` without markers.
    pub(crate) fn strip<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.markers {
            Some(markers) if text.contains(markers) => Cow::Owned(text.replace(markers, "")),
            _ => Cow::Borrowed(text),
        }
    }
}

struct Pass<'a> {
    text: &'a str,
    output: String,
    inserted: Insertions,
    copied: usize,
    letter: char,
    stop: char,
    tables: bool,
}

/// The class of a character next to a run, as the flanking rule sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Neighbour {
    /// A blank, or the edge of a line or cell.
    Blank,
    /// A letter, digit or mark outside CJK.
    Letter,
    /// `*`, `_` or `~`.
    Delimiter,
    /// Other punctuation or a symbol.
    Punctuation,
    /// A CJK letter.
    CjkLetter,
    /// CJK punctuation such as `（`.
    CjkPunctuation,
}

impl Neighbour {
    fn of(character: char) -> Self {
        match character {
            '*' | '_' | '~' => Self::Delimiter,
            _ if character.is_whitespace() => Self::Blank,
            _ if is_cjk(character) && character.is_alphanumeric() => Self::CjkLetter,
            _ if is_cjk(character) => Self::CjkPunctuation,
            _ if character.is_alphanumeric() => Self::Letter,
            _ => Self::Punctuation,
        }
    }

    fn is_cjk(self) -> bool {
        matches!(self, Self::CjkLetter | Self::CjkPunctuation)
    }
}

impl Pass<'_> {
    /// Marks the runs of `line`, which begins at byte `start`.
    fn line(&mut self, start: usize, line: &str) {
        let bytes = line.as_bytes();
        let Some(mut at) = line.find(['*', '~']) else {
            return;
        };
        let prefix = block_prefix(bytes);
        while at < bytes.len() {
            if !matches!(bytes[at], b'*' | b'~') {
                // Escapes are read from the first run of the line on; a backslash before it is
                // checked from there.
                at += if bytes[at] == b'\\' { 2 } else { 1 };
                continue;
            }
            let run_start = if is_escaped(bytes, at) { at + 1 } else { at };
            let delimiter = bytes[at];
            let length = bytes[at..]
                .iter()
                .take_while(|byte| **byte == delimiter)
                .count();
            let run_end = at + length;
            at = run_end;
            // A single `~` is a wave dash in Japanese (9時~18時), so the parser decides.
            if run_start < run_end && (delimiter == b'*' || run_end - run_start == 2) {
                self.run(start, line, run_start..run_end, prefix);
            }
        }
    }

    fn run(&mut self, start: usize, line: &str, run: std::ops::Range<usize>, prefix: usize) {
        let before = if run.start <= prefix {
            Neighbour::Blank
        } else {
            self.cell_edge(before(&line[..run.start]), line[..run.start].ends_with('|'))
        };
        let after = line[run.end..]
            .chars()
            .next()
            .map_or(Neighbour::Blank, Neighbour::of);
        let after = self.cell_edge(after, line[run.end..].starts_with('|'));
        if !before.is_cjk() && !after.is_cjk() {
            return;
        }
        match before {
            Neighbour::Delimiter => self.insert(start + run.start, &[self.stop, self.letter]),
            Neighbour::Punctuation | Neighbour::CjkPunctuation => {
                self.insert(start + run.start, &[self.letter]);
            }
            Neighbour::Blank | Neighbour::Letter | Neighbour::CjkLetter => {}
        }
        match after {
            Neighbour::Delimiter => self.insert(start + run.end, &[self.letter, self.stop]),
            Neighbour::Punctuation | Neighbour::CjkPunctuation => {
                self.insert(start + run.end, &[self.letter]);
            }
            Neighbour::Blank | Neighbour::Letter | Neighbour::CjkLetter => {}
        }
    }

    fn cell_edge(&self, neighbour: Neighbour, is_bar: bool) -> Neighbour {
        if is_bar && self.tables {
            Neighbour::Blank
        } else {
            neighbour
        }
    }

    fn insert(&mut self, at: usize, markers: &[char]) {
        self.output.push_str(&self.text[self.copied..at]);
        self.output.extend(markers);
        self.inserted.push(self.output.len(), at);
        self.copied = at;
    }
}

/// Returns the neighbour at the end of `text`.
///
/// A variation selector counts as the letter that it varies, except U+FE0F, which makes an emoji.
fn before(text: &str) -> Neighbour {
    let mut characters = text.chars().rev();
    let Some(last) = characters.next() else {
        return Neighbour::Blank;
    };
    if matches!(last, '\u{fe00}'..='\u{fe0e}' | '\u{e0100}'..='\u{e01ef}') {
        let varied = characters.next().is_some_and(is_cjk);
        return if varied {
            Neighbour::CjkLetter
        } else {
            Neighbour::Letter
        };
    }
    Neighbour::of(last)
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    let backslashes = bytes[..at]
        .iter()
        .rev()
        .take_while(|byte| **byte == b'\\')
        .count();
    backslashes % 2 == 1
}

/// Returns the number of bytes of indentation, `>` and list markers: a run right after them begins
/// its line.
fn block_prefix(line: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match line.get(at) {
            Some(b' ' | b'\t' | b'>') => at += 1,
            Some(b'-' | b'+' | b'*') if matches!(line.get(at + 1), Some(b' ' | b'\t')) => at += 2,
            Some(b'0'..=b'9') => {
                let digits = line[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                match line.get(at + digits..at + digits + 2) {
                    Some([b'.' | b')', b' ' | b'\t']) => at += digits + 2,
                    _ => return at,
                }
            }
            _ => return at,
        }
    }
}

/// Returns whether `character` belongs to Chinese, Japanese or Korean writing.
///
/// That is East Asian width Wide, Fullwidth or Halfwidth, except emoji, and Hangul.
pub(crate) fn is_cjk(character: char) -> bool {
    matches!(u32::from(character),
        0x1100..=0x11ff
        | 0x20a9
        | 0x2329..=0x232a
        | 0x2630..=0x2637
        | 0x268a..=0x268f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xa960..=0xa97f
        | 0xac00..=0xd7ff
        | 0xf900..=0xfaff
        | 0xfe10..=0xfe19
        | 0xfe30..=0xfe6f
        | 0xff01..=0xffee
        | 0x16fe0..=0x18dff
        | 0x1aff0..=0x1b2ff
        | 0x1d300..=0x1d37f
        | 0x1f200
        | 0x1f202..=0x1f219
        | 0x1f21b..=0x1f22e
        | 0x1f230..=0x1f231
        | 0x1f237
        | 0x1f23b..=0x1f24f
        | 0x1f260..=0x1f265
        | 0x20000..=0x3fffd)
}

/// Returns a letter and a stop that `text` contains neither directly nor as `&#…;`.
fn free_markers(text: &str) -> Option<(char, char)> {
    let spelt = numeric_entities(text);
    // The lead byte 0xEE covers U+E000–U+EFFF: private use, which no rule counts as punctuation.
    let private: HashSet<char> = if text.as_bytes().contains(&0xee) {
        text.chars()
            .filter(|character| ('\u{e000}'..='\u{efff}').contains(character))
            .collect()
    } else {
        HashSet::new()
    };
    let letter = ('\u{e000}'..='\u{efff}')
        .find(|letter| !private.contains(letter) && !spelt.contains(letter))?;
    // Kharoshthi and Manichaean punctuation, Unicode category Po.
    let mut stops = ('\u{10a50}'..='\u{10a58}').chain('\u{10af0}'..='\u{10af6}');
    let stop = stops.find(|stop| !text.contains(*stop) && !spelt.contains(stop))?;
    Some((letter, stop))
}

/// Returns the characters that `text` spells as `&#…;`.
fn numeric_entities(text: &str) -> HashSet<char> {
    text.match_indices('&')
        .filter_map(|(index, _)| entity_character(text[index + 1..].strip_prefix('#')?))
        .collect()
}

fn entity_character(text: &str) -> Option<char> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    // CommonMark reads at most seven decimal or six hexadecimal digits.
    let length = digits
        .bytes()
        .take(8)
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    u32::from_str_radix(&digits[..length], radix)
        .ok()
        .and_then(char::from_u32)
}
