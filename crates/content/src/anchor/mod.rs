//! Where in a guide a remark belongs: a front matter field, or a quotation from the body.
//!
//! A quotation is kept as its words and some of what stood around them. Where it stands in a text
//! is worked out from that text alone, whatever happened in between:
//!
//! * Letters are compared, that is grapheme clusters, without white space and without regard to
//!   full and half width or to canonical composition. Nothing else is forgiven: where a letter of
//!   the quotation was replaced, the quotation is gone.
//! * Of several places the one whose surroundings agree best wins. A single 漢字 is told apart
//!   from all the others in this way.
//! * Where the same words stood close by already, so within the surroundings that were kept, a
//!   place next to which those of the other words stand is the other words.
//! * A short quotation is known only by its surroundings: half of them have to agree, and where
//!   they have closed over the place it is gone, however often its words occur elsewhere. From
//!   [`SELF_EVIDENT`] letters on its words are enough, so a sentence that was moved is found.

mod letters;
#[cfg(test)]
mod tests;

use std::ops::Range;

use annai_domain::{Anchor, Quotation};

use crate::GuideSource;
use letters::{Letters, occurrences};

/// How many letters are kept of what stands on either side of a quotation.
const CONTEXT: usize = 32;
/// From how many letters on a quotation needs no surroundings to be known by.
const SELF_EVIDENT: usize = 20;
/// How many places are compared letter by letter with the surroundings; of more, those whose
/// nearest surroundings agree best.
const COMPARED: usize = 64;

/// Where an anchor stands in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// There: bytes of the source, and the line of the file on which they begin, from 1.
    Found {
        /// The bytes.
        range: Range<usize>,
        /// The line.
        line: u32,
    },
    /// At several places alike, of which this is the first.
    Ambiguous {
        /// The bytes.
        range: Range<usize>,
        /// The line.
        line: u32,
    },
    /// Not any more.
    Gone,
}

impl Place {
    /// Where it begins and ends in the source, and on which line, unless it is gone.
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

/// A text in which anchors are looked for: read once, asked as often as there are anchors.
#[derive(Debug)]
pub struct AnchoredText<'a> {
    source: &'a GuideSource,
    letters: Letters,
    line_starts: Vec<usize>,
}

/// How well a place agrees with what is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Agreement {
    /// Letters of the surroundings that are there in order.
    surroundings: usize,
    /// Letters that agree without a gap next to the words.
    adjacent: usize,
    /// Whether the words are the same byte by byte.
    is_exact: bool,
}

impl<'a> AnchoredText<'a> {
    /// Reads the text.
    #[must_use]
    pub fn new(source: &'a GuideSource) -> Self {
        let ends = source.as_str().match_indices('\n');
        Self {
            source,
            letters: Letters::of(source.body()),
            line_starts: ends.map(|(index, _)| index + 1).collect(),
        }
    }

    /// Where `anchor` stands.
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

    /// The same quotation with exactly the words and surroundings that this text has there: a
    /// browser's line ends are not those of the file. `None` where it is not there, or too long.
    #[must_use]
    pub fn quotation(&self, rough: &Quotation) -> Option<Quotation> {
        let (units, _) = self.best(rough)?;
        let before = units.start.saturating_sub(CONTEXT)..units.start;
        let behind = units.end..self.letters.len().min(units.end + CONTEXT);
        let (body, words) = (self.source.body(), self.letters.bytes(units));
        let before = &body[self.letters.bytes(before).start.min(words.start)..words.start];
        let behind = &body[words.end..self.letters.bytes(behind).end.max(words.end)];
        let quote = body[words].to_owned();
        (quote.chars().count() <= Quotation::MAX_QUOTE).then(|| Quotation {
            revision_id: rough.revision_id,
            quote,
            prefix: last(before, Quotation::MAX_CONTEXT).to_owned(),
            suffix: first(behind, Quotation::MAX_CONTEXT).to_owned(),
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

    /// The letters that agree best, and whether no others agree as well.
    fn best(&self, rough: &Quotation) -> Option<(Range<usize>, bool)> {
        let mut wanted = Wanted {
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

/// What is looked for, as the letters of the text.
struct Wanted {
    quote: Vec<u32>,
    prefix: Vec<u32>,
    suffix: Vec<u32>,
}

impl Wanted {
    /// Where the words stand in `text` and may be the ones that were quoted, with how many letters
    /// agree next to them: the most promising, in the order of the text.
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

    /// Whether so many letters of the surroundings are enough to know a short quotation by.
    fn is_known_by(&self, surroundings: usize, text: &[u32]) -> bool {
        let all = self.prefix.len() + self.suffix.len();
        let closed = [self.prefix.as_slice(), &self.suffix].concat();
        surroundings == all
            || surroundings * 2 >= all && occurrences(text, &closed).next().is_none()
    }
}

/// How many letters the two have in common, in order: their longest common subsequence. Both are
/// short.
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
