use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::fold::fold_onto;
use super::word::Word;
use super::{SearchQuery, fold};
use crate::markdown::push_text;

/// The maximum length of an excerpt, in letters.
const EXCERPT_LETTERS: usize = 120;
/// The number of letters before the first match of an excerpt.
const LEADING_LETTERS: usize = 30;

/// Returns `text` as safe HTML with the words of `query` inside `<mark>`.
///
/// Returns `None` when no word occurs.
#[must_use]
pub fn highlight(text: &str, query: &SearchQuery) -> Option<String> {
    let marks = find_marks(text, query);
    (!marks.is_empty()).then(|| write(text, &marks))
}

/// Returns the part of `text` with the most words of `query`, marked as by [`highlight`].
///
/// It comes from one line and has at most 120 letters, with `…` where it was cut.
#[must_use]
pub fn excerpt(text: &str, query: &SearchQuery) -> Option<String> {
    let count = |line: &str| {
        let folded = fold(line);
        let has = |word: &&Word| word.occurs_in(&folded);
        query.words().iter().filter(has).count()
    };
    let mut best = (0, "");
    for line in text.split('\n').filter(|line| !line.is_empty()) {
        let found = count(line);
        if found > best.0 {
            best = (found, line);
        }
        if found == query.words().len() {
            break;
        }
    }
    let line = best.1;
    let marks = find_marks(line, query);
    let first = marks.first()?;
    let part = part_around(line, first);
    let inside = marks
        .iter()
        .filter(|mark| mark.start < part.end && mark.start >= part.start)
        .map(|mark| mark.start - part.start..mark.end.min(part.end) - part.start)
        .collect::<Vec<_>>();
    let before = if part.start > 0 { "…" } else { "" };
    let after = if part.end < line.len() { "…" } else { "" };
    Some(format!("{before}{}{after}", write(&line[part], &inside)))
}

/// Returns about 120 letters of `line`, with `mark` near their beginning.
fn part_around(line: &str, mark: &Range<usize>) -> Range<usize> {
    let mut lead = line[..mark.start].grapheme_indices(true).rev();
    let start = lead.nth(LEADING_LETTERS - 1).map_or(0, |(start, _)| start);
    let mut letters = line[start..].grapheme_indices(true);
    let end = letters.nth(EXCERPT_LETTERS);
    start..end.map_or(line.len(), |(end, _)| start + end)
}

/// Returns the places of the words in `text`, in order and without overlap.
///
/// Words are found in the folded text, which may be longer or shorter. A letter is marked as a
/// whole when a part of its folded form is found (`㍿` for `式`).
fn find_marks(text: &str, query: &SearchQuery) -> Vec<Range<usize>> {
    let mut folded = String::with_capacity(text.len());
    let mut letters = Vec::new(); // the end of each letter, folded and original
    for (start, letter) in text.grapheme_indices(true) {
        fold_onto(&mut folded, letter);
        letters.push((folded.len(), start, start + letter.len()));
    }
    let letter_at = |byte: usize| {
        let position = letters.partition_point(|&(end, ..)| end <= byte);
        letters.get(position)
    };
    let mut marks: Vec<Range<usize>> = Vec::new();
    for word in query.words() {
        for place in word.places_in(&folded) {
            let ends = (letter_at(place.start), letter_at(place.end - 1));
            if let (Some(&(_, start, _)), Some(&(_, _, end))) = ends {
                marks.push(start..end);
            }
        }
    }
    marks.sort_unstable_by_key(|mark| (mark.start, mark.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match joined.last_mut() {
            Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
            _ => joined.push(mark),
        }
    }
    joined
}

/// Writes `text` as HTML in which everything but our own `<mark>` is escaped.
fn write(text: &str, marks: &[Range<usize>]) -> String {
    let mut html = String::with_capacity(text.len() + marks.len() * 13);
    let mut written = 0;
    for mark in marks {
        push_text(&mut html, &text[written..mark.start]);
        html.push_str("<mark>");
        push_text(&mut html, &text[mark.clone()]);
        html.push_str("</mark>");
        written = mark.end;
    }
    push_text(&mut html, &text[written..]);
    html
}
