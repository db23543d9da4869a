//! Tables, fenced code and boxes: lines that mean something else without their edges.

use std::ops::Range;

use super::hunks::Hunk;
use super::sentences::{Line, fence_of, lines, tokens_of};

/// The most times that changes grow; a unit that grew may reach into another.
const MAX_ROUNDS: usize = 8;

/// A block that its edges make: a table by its delimiter row, code and boxes by their first and last
/// line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// The tokens of the block.
    span: Range<usize>,
    /// The tokens of its edges.
    edges: Vec<usize>,
}

/// Lists the units of `body` by their tokens.
pub(super) fn units(body: &str) -> Vec<Unit> {
    let lines = lines(body);
    let mut starts = vec![0];
    for line in &lines {
        let before = starts.last().copied().unwrap_or_default();
        starts.push(before + tokens_of(line).len());
    }
    let unit = |lines: Range<usize>, edges: &[usize]| Unit {
        span: starts[lines.start]..starts[lines.end],
        edges: edges.iter().map(|line| starts[*line]).collect(),
    };
    let (mut found, mut boxes) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < lines.len() {
        let text = lines[at].text.trim();
        let end = if let Some(close) = code_end(&lines, at) {
            found.push(unit(at..close + 1, &[at, close]));
            close + 1
        } else if is_row(&lines[at]) {
            let rows = lines[at..].iter().take_while(|line| is_row(line)).count();
            if lines.get(at + 1).is_some_and(is_delimiter_row) {
                found.push(unit(at..at + rows, &[at + 1]));
            }
            at + rows
        } else {
            if text == ":::" {
                found.extend(boxes.pop().map(|open| unit(open..at + 1, &[open, at])));
            } else if text.starts_with(":::") {
                boxes.push(at);
            }
            at + 1
        };
        at = end;
    }
    found
}

/// Makes one change of all that one side changed in a unit that it made or unmade. Half of such a
/// change would leave an open fence, or rows without a table.
pub(super) fn join_units(hunks: &mut Vec<Hunk>, base: &[Unit], side: &[Unit]) {
    for _ in 0..MAX_ROUNDS {
        let of_base = base
            .iter()
            .filter_map(|unit| whole(hunks, unit, |hunk| &hunk.base));
        let of_side = side
            .iter()
            .filter_map(|unit| whole(hunks, unit, |hunk| &hunk.side));
        let wholes = of_base.chain(of_side);
        let grown = joined(wholes.chain(hunks.iter().cloned()).collect());
        if grown == *hunks {
            return;
        }
        *hunks = grown;
    }
}

/// Returns the change of the whole `unit` if its edges changed.
fn whole(hunks: &[Hunk], unit: &Unit, part: fn(&Hunk) -> &Range<usize>) -> Option<Hunk> {
    let is_changed = |token: &usize| {
        let after = hunks.partition_point(|hunk| part(hunk).end <= *token);
        let hunk = hunks.get(after);
        hunk.is_some_and(|hunk| part(hunk).contains(token))
    };
    if !unit.edges.iter().any(is_changed) {
        return None;
    }
    let first = hunks.partition_point(|hunk| part(hunk).end < unit.span.start);
    let end = hunks.partition_point(|hunk| part(hunk).start <= unit.span.end);
    let (first, last) = (hunks.get(first)?, hunks[..end].last()?);
    // Outside the changes both texts are the same, so their places grow alike.
    let before = part(first).start.saturating_sub(unit.span.start);
    let after = unit.span.end.saturating_sub(part(last).end);
    Some(Hunk {
        base: first.base.start - before..last.base.end + after,
        side: first.side.start - before..last.side.end + after,
        is_whole: true,
    })
}

/// Joins changes that overlap or touch.
fn joined(mut hunks: Vec<Hunk>) -> Vec<Hunk> {
    hunks.sort_by_key(|hunk| (hunk.base.start, hunk.side.start));
    hunks.dedup_by(|next, last| {
        let overlaps = next.base.start < last.base.end || next.side.start < last.side.end;
        let touches = next.base.start == last.base.end && next.side.start == last.side.end;
        let are_one = overlaps || touches;
        if are_one {
            last.base.end = last.base.end.max(next.base.end);
            last.side.start = last.side.start.min(next.side.start);
            last.side.end = last.side.end.max(next.side.end);
            last.is_whole |= next.is_whole;
        }
        are_one
    });
    hunks
}

/// Returns the last line of the closed code that begins at a line.
fn code_end(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let fence = fence_of(lines[at].text)?;
    let mut rest = lines[at + 1..].iter();
    let length = rest.position(|line| line.text.trim_start().starts_with(fence))?;
    Some(at + 1 + length)
}

fn is_row(line: &Line<'_>) -> bool {
    line.text.trim_start().starts_with('|')
}

fn is_delimiter_row(line: &Line<'_>) -> bool {
    let text = line.text.trim();
    text.starts_with('|')
        && text.contains('-')
        && text.chars().all(|letter| "|:- \t".contains(letter))
}
