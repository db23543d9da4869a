//! Finds the changes of one side, as stretches of tokens.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, capture_diff_slices};

/// The maximum number of pairs compared where no token is an anchor.
///
/// A longer stretch counts as rewritten. This bounds the time for hostile texts, and is
/// deterministic: the preview of a merge and the saved merge are computed separately.
const MAX_PAIRS: usize = 40_000;
/// The maximum depth of the search for anchors between anchors.
const MAX_ROUNDS: u32 = 8;

/// A stretch of the base that one side replaced; empty for a pure insertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    pub(super) base: Range<usize>,
    pub(super) side: Range<usize>,
    /// Whether it makes or unmakes a table, code or a box. Nothing can be added at its edges then.
    pub(super) is_whole: bool,
}

impl Hunk {
    /// Returns whether it adds more tokens than it removes: then it also inserts at either end.
    fn grows(&self) -> bool {
        self.side.len() > self.base.len()
    }

    /// Returns whether applying both needs a person's decision.
    ///
    /// That is so when they share a token of the base, or both insert at the same point. A change of
    /// a whole block shares its edges too.
    pub(super) fn collides_with(&self, other: &Self) -> bool {
        let start = self.base.start.max(other.base.start);
        let end = self.base.end.min(other.base.end);
        let is_inside = |point: &Range<usize>, span: &Range<usize>| {
            point.is_empty() && span.start < point.start && point.start < span.end
        };
        start < end
            || (start == end && (self.is_whole || other.is_whole))
            || is_inside(&self.base, &other.base)
            || is_inside(&other.base, &self.base)
            || (start == end && self.grows() && other.grows())
    }
}

/// Returns the stretches that differ, in order and never adjacent.
pub(super) fn hunks(base: &[u32], side: &[u32]) -> Vec<Hunk> {
    let mut found = Vec::new();
    compare(base, side, 0..base.len(), 0..side.len(), 0, &mut found);
    found.dedup_by(|next, last| {
        let is_beside = last.base.end == next.base.start && last.side.end == next.side.start;
        if is_beside {
            last.base.end = next.base.end;
            last.side.end = next.side.end;
        }
        is_beside
    });
    found
}

fn compare(
    base: &[u32],
    side: &[u32],
    mut old: Range<usize>,
    mut new: Range<usize>,
    round: u32,
    found: &mut Vec<Hunk>,
) {
    while !old.is_empty() && !new.is_empty() && base[old.start] == side[new.start] {
        old.start += 1;
        new.start += 1;
    }
    while !old.is_empty() && !new.is_empty() && base[old.end - 1] == side[new.end - 1] {
        old.end -= 1;
        new.end -= 1;
    }
    if old.is_empty() && new.is_empty() {
        return;
    }
    let anchors = if round < MAX_ROUNDS {
        anchors(&base[old.clone()], &side[new.clone()])
    } else {
        Vec::new()
    };
    if anchors.is_empty() {
        search(base, side, old, new, found);
        return;
    }
    let (mut old_at, mut new_at) = (old.start, new.start);
    for (old_anchor, new_anchor) in anchors {
        let (old_anchor, new_anchor) = (old.start + old_anchor, new.start + new_anchor);
        let gap = (old_at..old_anchor, new_at..new_anchor);
        compare(base, side, gap.0, gap.1, round + 1, found);
        (old_at, new_at) = (old_anchor + 1, new_anchor + 1);
    }
    compare(
        base,
        side,
        old_at..old.end,
        new_at..new.end,
        round + 1,
        found,
    );
}

/// Compares a stretch token by token, unless it is too long.
fn search(base: &[u32], side: &[u32], old: Range<usize>, new: Range<usize>, found: &mut Vec<Hunk>) {
    if old.len().saturating_mul(new.len()) > MAX_PAIRS {
        found.push(Hunk {
            base: old,
            side: new,
            is_whole: false,
        });
        return;
    }
    let operations = capture_diff_slices(Algorithm::Myers, &base[old.clone()], &side[new.clone()]);
    let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
    for operation in operations {
        if !matches!(operation, similar::DiffOp::Equal { .. }) {
            found.push(Hunk {
                base: shift(operation.old_range(), old.start),
                side: shift(operation.new_range(), new.start),
                is_whole: false,
            });
        }
    }
}

/// Returns the tokens that are unique in each text and in the same order in both (patience diff).
fn anchors(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    // Maps each token to its number of occurrences in each text and its last place.
    let mut places: HashMap<u32, [(usize, usize); 2]> = HashMap::new();
    for (text, which) in [(old, 0), (new, 1)] {
        for (index, token) in text.iter().enumerate() {
            let (count, place) = &mut places.entry(*token).or_default()[which];
            *count += 1;
            *place = index;
        }
    }
    let mut pairs: Vec<(usize, usize)> = places
        .into_values()
        .filter_map(|[old, new]| (old.0 == 1 && new.0 == 1).then_some((old.1, new.1)))
        .collect();
    pairs.sort_unstable();
    longest_rising(&pairs)
}

/// Returns the longest subsequence of `pairs` whose second numbers increase.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut ends: Vec<usize> = Vec::new(); // by length: the pair with the lowest end
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, new)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *new);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut rising = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        rising.push(pairs[index]);
        at = before[index];
    }
    rising.reverse();
    rising
}
