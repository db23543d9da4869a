//! Anchors: the place of a comment in a guide, a front matter field or a quotation from the body.
//!
//! A quotation is stored as its words and some of the text around them. Its place is worked out
//! from the current text alone, whatever happened in between:
//!
//! * Letters are compared, that is grapheme clusters, without white space and without regard to
//!   full and half width or to canonical composition. Nothing else is forgiven: if a letter of the
//!   quotation was replaced, the quotation is gone.
//! * Of several places the one with the best matching surroundings wins. This tells a single 漢字
//!   from all its other occurrences.
//! * The same words may already have stood inside the stored surroundings. A place whose neighbours
//!   match those other words is not the quotation.
//! * A short quotation is recognised only by its surroundings, and half of these have to match. If
//!   the text around it has closed up, it is gone, however often its words occur elsewhere.
//! * From [`SELF_EVIDENT`] letters on the words alone are enough, so a moved sentence is found.

mod letters;
#[cfg(test)]
mod tests;

use std::ops::Range;

use annai_domain::{Anchor, Quotation, limits};

use crate::GuideSource;
use letters::{Letters, occurrences};

/// The number of letters stored on either side of a quotation.
const CONTEXT: usize = 32;
/// The number of letters from which a quotation is recognised without its surroundings.
const SELF_EVIDENT: usize = 20;
/// The maximum number of places compared letter by letter with the surroundings.
///
/// If there are more, the ones with the best nearest surroundings are compared.
const COMPARED: usize = 64;

/// The place of an anchor in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// One place: bytes of the source, and the line of the file on which they begin, from 1.
    Found {
        /// The bytes of the source.
        range: Range<usize>,
        /// The line of the file, from 1.
        line: u32,
    },
    /// The first of several places that match equally well.
    Ambiguous {
        /// The bytes of the source.
        range: Range<usize>,
        /// The line of the file, from 1.
        line: u32,
    },
    /// The text no longer contains it.
    Gone,
}

impl Place {
    /// Returns the bytes in the source and their line, unless the anchor is gone.
    #[must_use]
    pub fn at(&self) -> Option<(Range<usize>, u32)> {
        match self {
            Self::Found { range, line } | Self::Ambiguous { range, line } => {
                Some((range.clone(), *line))
            }
            Self::Gone => None,
        }
    }
}

/// A text in which anchors are searched: prepared once, for any number of anchors.
#[derive(Debug)]
pub struct AnchoredText<'a> {
    source: &'a GuideSource,
    letters: Letters,
    line_starts: Vec<usize>,
}

/// The degree to which a place matches an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Agreement {
    /// The number of letters of the surroundings found in order.
    surroundings: usize,
    /// The number of matching letters next to the words, without a gap.
    adjacent: usize,
    /// Whether the words match byte by byte.
    is_exact: bool,
}

impl<'a> AnchoredText<'a> {
    /// Prepares `source` for the search.
    #[must_use]
    pub fn new(source: &'a GuideSource) -> Self {
        let ends = source.as_str().match_indices('\n');
        Self {
            source,
            letters: Letters::of(source.body()),
            line_starts: ends.map(|(index, _)| index + 1).collect(),
        }
    }

    /// Returns the place of `anchor`.
    #[must_use]
    pub fn place(&self, anchor: &Anchor) -> Place {
        match anchor {
            Anchor::Field(key) => self.found(self.source.field_span(key), true),
            Anchor::Quote(quotation) => match self.best(quotation) {
                Some((units, is_only)) => {
                    let body_start = self.source.as_str().len() - self.source.body().len();
                    let bytes = self.letters.bytes(units);
                    self.found(body_start + bytes.start..body_start + bytes.end, is_only)
                }
                None => Place::Gone,
            },
        }
    }

    /// Returns the quotation with the exact words and surroundings of this text.
    ///
    /// A browser changes line ends, so `rough` may differ from the file. Returns `None` when the
    /// place is not found or the quotation is too long.
    #[must_use]
    pub fn quotation(&self, rough: &Quotation) -> Option<Quotation> {
        let (units, _) = self.best(rough)?;
        let before = units.start.saturating_sub(CONTEXT)..units.start;
        let behind = units.end..self.letters.len().min(units.end + CONTEXT);
        let (body, words) = (self.source.body(), self.letters.bytes(units));
        let before = &body[self.letters.bytes(before).start.min(words.start)..words.start];
        let behind = &body[words.end..self.letters.bytes(behind).end.max(words.end)];
        let quote = body[words].to_owned();
        (quote.chars().count() <= limits::QUOTE).then(|| Quotation {
            revision_id: rough.revision_id,
            quote,
            prefix: last(before, limits::QUOTE_CONTEXT).to_owned(),
            suffix: first(behind, limits::QUOTE_CONTEXT).to_owned(),
        })
    }

    fn found(&self, range: Range<usize>, is_only: bool) -> Place {
        let lines = self.line_starts.partition_point(|at| *at <= range.start);
        let line = u32::try_from(lines + 1).unwrap_or(u32::MAX);
        if is_only {
            Place::Found { range, line }
        } else {
            Place::Ambiguous { range, line }
        }
    }

    /// Returns the best matching letters, and whether no others match equally well.
    fn best(&self, rough: &Quotation) -> Option<(Range<usize>, bool)> {
        let mut wanted = SearchedQuotation {
            quote: self.letters.look_up(&rough.quote),
            prefix: self.letters.look_up(&rough.prefix),
            suffix: self.letters.look_up(&rough.suffix),
        };
        let excess = wanted.prefix.len().saturating_sub(CONTEXT);
        wanted.prefix.drain(..excess);
        wanted.suffix.truncate(CONTEXT);
        let text = self.letters.symbols();
        let length = wanted.quote.len();
        let places = wanted.places(text);
        let agreement = |(adjacent, start): &(usize, usize)| {
            let end = start + length;
            let before = &text[start.saturating_sub(wanted.prefix.len())..*start];
            let behind = &text[end..text.len().min(end + wanted.suffix.len())];
            Agreement {
                surroundings: common(before, &wanted.prefix) + common(behind, &wanted.suffix),
                adjacent: *adjacent,
                is_exact: self.source.body()[self.letters.bytes(*start..end)] == rough.quote,
            }
        };
        let agreements: Vec<_> = places.iter().map(agreement).collect();
        let best = *agreements.iter().max()?;
        if length < SELF_EVIDENT && !wanted.is_known_by(best.surroundings, text) {
            return None;
        }
        let mut alike = places
            .iter()
            .zip(&agreements)
            .filter(|(_, one)| **one == best);
        let ((_, start), _) = alike.next()?;
        Some((*start..start + length, alike.next().is_none()))
    }
}

/// An anchor to search for, as letters of the text.
struct SearchedQuotation {
    quote: Vec<u32>,
    prefix: Vec<u32>,
    suffix: Vec<u32>,
}

impl SearchedQuotation {
    /// Returns the places in `text` that may be the quotation, with their matching neighbours.
    ///
    /// Only the most promising places are returned, in the order of the text.
    fn places(&self, text: &[u32]) -> Vec<(usize, usize)> {
        let adjacent = |start: usize, prefix: &[u32], suffix: &[u32]| {
            let before = text[..start].iter().rev().zip(prefix.iter().rev());
            let behind = text[start + self.quote.len()..].iter().zip(suffix);
            before.take_while(|(a, b)| a == b).count() + behind.take_while(|(a, b)| a == b).count()
        };
        let mut places: Vec<_> = occurrences(text, &self.quote)
            .map(|start| (adjacent(start, &self.prefix, &self.suffix), start))
            .collect();
        places.sort_unstable_by_key(|(adjacent, start)| (std::cmp::Reverse(*adjacent), *start));
        places.truncate(COMPARED);
        places.sort_unstable_by_key(|(_, start)| *start);

        let kept = [self.prefix.as_slice(), &self.quote, &self.suffix].concat();
        let twins: Vec<_> = occurrences(&kept, &self.quote)
            .filter(|at| *at != self.prefix.len())
            .map(|at| (&kept[..at], &kept[at + self.quote.len()..]))
            .collect();
        places.retain(|(own, start)| {
            let mut of_twins = twins
                .iter()
                .map(|(before, behind)| adjacent(*start, before, behind));
            of_twins.all(|of_twin| of_twin <= *own)
        });
        places
    }

    /// Returns whether this number of matching letters identifies a short quotation.
    fn is_known_by(&self, surroundings: usize, text: &[u32]) -> bool {
        let all = self.prefix.len() + self.suffix.len();
        let closed = [self.prefix.as_slice(), &self.suffix].concat();
        surroundings == all
            || surroundings * 2 >= all && occurrences(text, &closed).next().is_none()
    }
}

/// Returns the length of the longest common subsequence; both inputs are short.
fn common(a: &[u32], b: &[u32]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for one in a {
        let mut diagonal = 0;
        for (index, other) in b.iter().enumerate() {
            let above = row[index + 1];
            row[index + 1] = if one == other {
                diagonal + 1
            } else {
                above.max(row[index])
            };
            diagonal = above;
        }
    }
    row[b.len()]
}

fn first(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters);
    end.map_or(text, |(index, _)| &text[..index])
}

fn last(text: &str, characters: usize) -> &str {
    let excess = text.chars().count().saturating_sub(characters);
    let start = text.char_indices().nth(excess);
    start.map_or("", |(index, _)| &text[index..])
}
