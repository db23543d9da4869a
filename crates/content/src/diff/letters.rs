//! Differences by grapheme cluster: one changed 漢字 marks one 漢字.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use super::{Segment, SegmentKind};

/// Between the first and the last difference at most so many pairs of letters are compared (the
/// time of the search grows with them); beyond that the whole stretch counts as rewritten.
const MOST_PAIRS: usize = 16_000_000;

/// `old` and `new` as one sequence of kept, removed and added runs.
pub(super) fn segments(old: &str, new: &str) -> Vec<Segment> {
    let old: Vec<&str> = old.graphemes(true).collect();
    let new: Vec<&str> = new.graphemes(true).collect();
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let start = old.iter().zip(&new).take_while(same).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(same)
        .count();
    let old_middle = &old_rest[..old_rest.len() - tail];
    let new_middle = &new_rest[..new_rest.len() - tail];

    let mut segments = Vec::new();
    push(&mut segments, SegmentKind::Kept, &old[..start]);
    if old_middle.len().saturating_mul(new_middle.len()) > MOST_PAIRS {
        push(&mut segments, SegmentKind::Removed, old_middle);
        push(&mut segments, SegmentKind::Added, new_middle);
    } else {
        compare(old_middle, new_middle, &mut segments);
    }
    push(&mut segments, SegmentKind::Kept, &old[old.len() - tail..]);
    segments
}

fn compare(old: &[&str], new: &[&str], segments: &mut Vec<Segment>) {
    for operation in capture_diff_slices(Algorithm::Myers, old, new) {
        if let DiffOp::Equal { .. } = operation {
            push(segments, SegmentKind::Kept, &new[operation.new_range()]);
        } else {
            push(segments, SegmentKind::Removed, &old[operation.old_range()]);
            push(segments, SegmentKind::Added, &new[operation.new_range()]);
        }
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

/// How alike two texts are, from 0 to 1: the share of letters they have in common, in whatever
/// order. Linear, because it is asked for many pairs.
pub(super) fn likeness(old: &str, new: &str) -> f64 {
    let mut counts: std::collections::HashMap<char, i64> = std::collections::HashMap::new();
    let mut total = 0_i64;
    for character in old.chars() {
        *counts.entry(character).or_default() += 1;
        total += 1;
    }
    let mut common = 0_i64;
    for character in new.chars() {
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
