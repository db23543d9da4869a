//! Differences by letter: one changed 漢字 marks one 漢字. A Latin word is one letter: half a
//! word says nothing.

use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::{Segment, SegmentKind};

/// The maximum number of letter pairs compared between the first and the last difference.
///
/// The time of the search grows with them; beyond the limit the whole stretch counts as rewritten.
const MAX_PAIRS: usize = 16_000_000;

/// The likeness below which two texts count as one removed and one added, not as one changed.
pub(super) const MIN_LIKENESS: f64 = 0.4;

/// Compares `old` and `new` as one sequence of kept, removed and added runs.
pub(super) fn segments(old: &str, new: &str) -> Vec<Segment> {
    let (old, new) = (letters(old), letters(new));
    let mut segments = Vec::new();
    for run in runs_by_line(&old, &new, |letter| letter.ends_with('\n')) {
        push(&mut segments, SegmentKind::Removed, &old[run.removed]);
        push(&mut segments, SegmentKind::Added, &new[run.added]);
        push(&mut segments, SegmentKind::Kept, &new[run.kept]);
    }
    segments
}

/// Cuts `text` into grapheme clusters; a word of letters and digits is one.
pub(crate) fn letters(text: &str) -> Vec<&str> {
    let mut letters = Vec::new();
    let mut word: Option<usize> = None;
    for (at, letter) in text.grapheme_indices(true) {
        if is_in_word(letter) {
            word.get_or_insert(at);
            continue;
        }
        letters.extend(word.take().map(|start| &text[start..at]));
        letters.push(letter);
    }
    letters.extend(word.map(|start| &text[start..]));
    letters
}

/// Returns whether a grapheme cluster is a letter or digit of the Latin, Greek or Cyrillic script.
/// Others write no blanks between words, or are read by syllable.
fn is_in_word(letter: &str) -> bool {
    let mut characters = letter.chars();
    let first = characters.next().is_some_and(|first| {
        matches!(first, '_' | '\0'..='\u{52f}' | '\u{1e00}'..='\u{1fff}')
            && (first == '_' || first.is_alphanumeric())
    });
    first && characters.all(|mark| matches!(mark, '\u{300}'..='\u{36f}'))
}

/// Returns the runs that lead from one sequence to the other: by whole lines first, then by letter
/// within lines that took the place of others.
pub(super) fn runs_by_line<T: Hash + Eq + Ord>(
    old: &[T],
    new: &[T],
    ends_line: impl Fn(&T) -> bool,
) -> Vec<Run> {
    let (old_lines, new_lines) = (
        old.split_inclusive(&ends_line).collect::<Vec<_>>(),
        new.split_inclusive(&ends_line).collect::<Vec<_>>(),
    );
    let (mut old_at, mut new_at) = (0, 0);
    let mut found = Vec::new();
    for run in runs(&old_lines, &new_lines) {
        let removed = old_at..old_at + letters_in(&old_lines[run.removed]);
        let added = new_at..new_at + letters_in(&new_lines[run.added]);
        let kept = letters_in(&new_lines[run.kept]);
        for inner in runs(&old[removed.clone()], &new[added.clone()]) {
            found.push(inner.shifted(removed.start, added.start));
        }
        if let Some(last) = found.last_mut() {
            last.kept.end += kept;
        }
        (old_at, new_at) = (removed.end + kept, added.end + kept);
    }
    found
}

fn letters_in<T>(lines: &[&[T]]) -> usize {
    lines.iter().map(|line| line.len()).sum()
}

/// A removed range, the range in its place, and the range that both texts keep after it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// Indices into the old sequence.
    pub(crate) removed: Range<usize>,
    /// Indices into the new sequence.
    pub(crate) added: Range<usize>,
    /// Indices into the new sequence.
    pub(crate) kept: Range<usize>,
}

impl Run {
    /// Returns the run with the places of a text that contains its own.
    fn shifted(self, old: usize, new: usize) -> Self {
        let by = |range: Range<usize>, by| range.start + by..range.end + by;
        Self {
            removed: by(self.removed, old),
            added: by(self.added, new),
            kept: by(self.kept, new),
        }
    }

    fn changes(&self) -> usize {
        self.removed.len().max(self.added.len())
    }
}

/// Returns the runs that lead from one sequence to the other.
pub(crate) fn runs<T: Hash + Eq + Ord>(old: &[T], new: &[T]) -> Vec<Run> {
    let same = |pair: &(&T, &T)| pair.0 == pair.1;
    let start = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (old[start..].iter().rev(), new[start..].iter().rev());
    let tail = old_rest.zip(new_rest).take_while(same).count();
    let (old_middle, new_middle) = (start..old.len() - tail, start..new.len() - tail);

    let mut way = RunsBuilder(vec![Run {
        kept: 0..start,
        ..Run::default()
    }]);
    if old_middle.len().saturating_mul(new_middle.len()) > MAX_PAIRS {
        way.change(old_middle, new_middle);
    } else {
        let shift = |range: Range<usize>| range.start + start..range.end + start;
        for operation in capture_diff_slices(Algorithm::Myers, &old[old_middle], &new[new_middle]) {
            let (old, new) = (shift(operation.old_range()), shift(operation.new_range()));
            match operation {
                DiffOp::Equal { .. } => way.keep(new),
                _ => way.change(old, new),
            }
        }
    }
    way.keep(new.len() - tail..new.len());
    way.tidy()
}

/// Runs under construction; there is always a last one.
struct RunsBuilder(Vec<Run>);

impl RunsBuilder {
    fn keep(&mut self, new: Range<usize>) {
        if let Some(last) = self.0.last_mut() {
            last.kept.end = new.end;
        }
    }

    fn change(&mut self, old: Range<usize>, new: Range<usize>) {
        self.0.push(Run {
            kept: new.end..new.end,
            removed: old,
            added: new,
        });
    }

    /// Joins changes that enclose less text than either of them changes.
    ///
    /// A rewritten sentence may share a letter with the old one by chance.
    fn tidy(self) -> Vec<Run> {
        let mut tidied: Vec<Run> = Vec::with_capacity(self.0.len());
        for run in self.0 {
            match tidied.last_mut() {
                Some(last) if last.kept.len() < last.changes().min(run.changes()) => {
                    last.removed.end = run.removed.end;
                    last.added.end = run.added.end;
                    last.kept = run.kept;
                }
                _ => tidied.push(run),
            }
        }
        tidied
    }
}

fn push(segments: &mut Vec<Segment>, kind: SegmentKind, letters: &[&str]) {
    if !letters.is_empty() {
        segments.push(Segment {
            kind,
            text: letters.concat(),
        });
    }
}

/// Returns how alike two texts are, from 0 to 1: their share of common letters, in any order.
///
/// It is linear, because it runs for many pairs.
pub(super) fn likeness(old: impl Iterator<Item = char>, new: impl Iterator<Item = char>) -> f64 {
    let mut counts: std::collections::HashMap<char, i64> = std::collections::HashMap::new();
    let mut total = 0_i64;
    for character in old {
        *counts.entry(character).or_default() += 1;
        total += 1;
    }
    let mut common = 0_i64;
    for character in new {
        total += 1;
        if let Some(count) = counts.get_mut(&character).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    if total == 0 {
        return 1.0;
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a guide has fewer than 2^52 letters"
    )]
    let likeness = (2 * common) as f64 / total as f64;
    likeness
}
