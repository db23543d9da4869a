//! Merges the bodies of three texts, sentence by sentence.

use std::collections::HashMap;
use std::ops::Range;

use super::hunks::{Hunk, hunks};
use super::outline::Outline;
use super::sentences::sentences;
use super::units::{join_units, units};
use super::{Conflict, ConflictPlace, Piece};

/// A numbering of tokens in which equal tokens have equal numbers.
struct Tokens<'a> {
    numbers: HashMap<&'a str, u32>,
}

impl<'a> Tokens<'a> {
    fn of(&mut self, text: &'a str) -> (Vec<&'a str>, Vec<u32>) {
        let tokens = sentences(text);
        let numbers = tokens.iter().map(|token| {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            *self.numbers.entry(token).or_insert(next)
        });
        let numbers = numbers.collect();
        (tokens, numbers)
    }
}

/// The side that made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Ours,
    Theirs,
}

/// Merges both sides of `base` into pieces in order; nothing of either side is left out.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Vec<Piece> {
    let mut tokens = Tokens {
        numbers: HashMap::new(),
    };
    let (base_tokens, base_numbers) = tokens.of(base);
    let (our_tokens, our_numbers) = tokens.of(ours);
    let (their_tokens, their_numbers) = tokens.of(theirs);
    let mut our_hunks = hunks(&base_numbers, &our_numbers);
    let mut their_hunks = hunks(&base_numbers, &their_numbers);
    let base_units = units(base);
    join_units(&mut our_hunks, &base_units, &units(ours));
    join_units(&mut their_hunks, &base_units, &units(theirs));
    let mut changes: Vec<(Hunk, Side)> = Vec::new();
    changes.extend(our_hunks.into_iter().map(|hunk| (hunk, Side::Ours)));
    changes.extend(their_hunks.into_iter().map(|hunk| (hunk, Side::Theirs)));
    changes.sort_by_key(|(hunk, _)| (hunk.base.start, hunk.base.end));

    let mut pieces = Pieces::new(ours);
    let mut at = 0;
    let mut rest = changes.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut group = vec![first];
        // Hunks of one side are ordered and apart, so only the last of the other side can collide.
        while let Some(next) = rest.next_if(|(next, side)| {
            let mut others = group.iter().rev().filter(|(_, other)| other != side);
            others
                .next()
                .is_some_and(|(last, _)| last.collides_with(next))
        }) {
            group.push(next);
        }
        let start = group[0].0.base.start;
        let end = group.iter().map(|(hunk, _)| hunk.base.end).max();
        let span = start..end.unwrap_or(start);
        let of = |side: Side| group.iter().filter(move |(_, whose)| *whose == side);
        pieces.agreed(base_tokens[at..span.start].concat());
        pieces.changed(
            &base_tokens[span.clone()],
            &applied(&base_tokens, span.clone(), &our_tokens, of(Side::Ours)),
            &applied(&base_tokens, span.clone(), &their_tokens, of(Side::Theirs)),
        );
        at = span.end;
    }
    pieces.agreed(base_tokens[at..].concat());
    pieces.list
}

/// Returns the text that one side has in place of `span`.
fn applied<'a, 'h>(
    base: &[&'a str],
    span: Range<usize>,
    side: &[&'a str],
    hunks: impl Iterator<Item = &'h (Hunk, Side)>,
) -> Vec<&'a str> {
    let mut text = Vec::new();
    let mut from = span.start;
    for (hunk, _) in hunks {
        text.extend_from_slice(&base[from..hunk.base.start]);
        text.extend_from_slice(&side[hunk.side.clone()]);
        from = hunk.base.end;
    }
    text.extend_from_slice(&base[from..span.end]);
    text
}

/// The pieces under construction.
struct Pieces<'a> {
    list: Vec<Piece>,
    outline: Outline<'a>,
}

impl<'a> Pieces<'a> {
    fn new(ours: &'a str) -> Self {
        Self {
            list: Vec::new(),
            outline: Outline::new(ours),
        }
    }

    fn agreed(&mut self, text: String) {
        self.outline.pass(text.len());
        match self.list.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Agreed(last)) => last.push_str(&text),
            _ => self.list.push(Piece::Agreed(text)),
        }
    }

    /// Adds a stretch that at least one side changed.
    ///
    /// A beginning or end that both sides share is agreed.
    fn changed(&mut self, base: &[&str], ours: &[&str], theirs: &[&str]) {
        let head = alike(ours.iter().zip(theirs));
        let base = &base[alike(base.iter().zip(&ours[..head]))..];
        let (agreed_head, ours) = ours.split_at(head);
        let theirs = &theirs[head..];
        let tail = alike(ours.iter().rev().zip(theirs.iter().rev()));
        let (ours, agreed_tail) = ours.split_at(ours.len() - tail);
        let theirs = &theirs[..theirs.len() - tail];
        let base_tail = alike(base.iter().rev().zip(agreed_tail.iter().rev()));
        let base = &base[..base.len() - base_tail];

        self.agreed(agreed_head.concat());
        self.differing(base.concat(), ours.concat(), theirs.concat());
        self.agreed(agreed_tail.concat());
    }

    fn differing(&mut self, base: String, ours: String, theirs: String) {
        let length = ours.len();
        let piece = if ours == theirs {
            return self.agreed(ours); // the same text can be cut into different sentences by a fence
        } else if base == ours {
            Piece::OnlyTheirs { base, theirs }
        } else if base == theirs {
            Piece::OnlyOurs { base, ours }
        } else {
            Piece::Conflict(Conflict {
                place: ConflictPlace::Body {
                    headings: self.outline.headings(),
                    line: self.outline.line(),
                },
                base: Some(base),
                ours: Some(ours),
                theirs: Some(theirs),
            })
        };
        self.list.push(piece);
        self.outline.pass(length);
    }
}

/// Returns the number of equal pairs before the first unequal one.
fn alike<'a>(pairs: impl Iterator<Item = (&'a &'a str, &'a &'a str)>) -> usize {
    pairs.take_while(|(left, right)| left == right).count()
}
