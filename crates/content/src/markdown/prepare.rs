//! Lines that the parser does not know: `:::` boxes, `$$` formulas, and delimiter rows of tables
//! with tabs or full-width blanks.
//!
//! Each is rewritten as a line that the parser knows, so that blocks end where an author expects.
//! A line of a box becomes a thematic break, which ends every open paragraph and list. A formula
//! becomes fenced code. Lines inside code and raw HTML stay. So does a pair of lines that the parser
//! then reads as something else, such as one line within a list and the other behind it.

mod lines;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, Event, Parser, Tag};

use super::insertions::Insertions;
use super::{GUIDE_OPTIONS, MAX_DEPTH};
use lines::{Unknown, unknown_lines};

/// The most times that the new text is parsed; a pair taken back may change the others.
const ROUNDS: usize = 3;

/// A body whose every line the parser knows.
pub(super) struct Prepared<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) inserted: Insertions,
    pub(super) boxes: Boxes,
}

/// The lines that open and close boxes, in the order of the body.
#[derive(Debug, Default)]
pub(crate) struct Boxes(Vec<(Range<usize>, BoxLine)>);

/// A line of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BoxLine {
    /// `:::note`, with a title or without.
    Note(BlockQuoteKind, Option<String>),
    /// `:::details`, with its summary.
    Details(String),
    /// `:::`.
    Close,
}

impl Boxes {
    /// Returns the line at `offset` of the body, if it belongs to a box.
    pub(crate) fn at(&self, offset: usize) -> Option<&BoxLine> {
        let after = self.0.partition_point(|(line, _)| line.start <= offset);
        let (line, found) = self.0.get(after.checked_sub(1)?)?;
        line.contains(&offset).then_some(found)
    }
}

/// Two lines that enclose blocks.
struct Pair {
    open: Range<usize>,
    close: Range<usize>,
    /// The first line of a box; `None` for a formula.
    of_box: Option<BoxLine>,
}

/// The new spelling of a line.
enum Rewrite {
    Box(BoxLine),
    /// The fence of a code block, with its language.
    Fence(&'static str),
    Delimiters,
}

/// Rewrites the lines that the parser does not know.
pub(super) fn prepare(body: &str) -> Prepared<'_> {
    let mut lines = unknown_lines(body);
    if lines.is_empty() {
        return write(body, &[], &[]).0;
    }
    let verbatim = verbatim_parts(body);
    lines.retain(|(line, _)| !is_within(&verbatim, line.start));
    let (rows, mut pairs) = paired(lines);
    for _ in 0..ROUNDS {
        let (prepared, places) = write(body, &rows, &pairs);
        let mut are_held = held(&prepared.text, &pairs, &places).into_iter();
        let before = pairs.len();
        pairs.retain(|_| are_held.next() == Some(true));
        if pairs.len() == before {
            return prepared;
        }
    }
    write(body, &rows, &[]).0
}

/// Writes the new text, and returns where the two lines of each pair stand in it.
fn write<'a>(
    body: &'a str,
    rows: &[Range<usize>],
    pairs: &[Pair],
) -> (Prepared<'a>, Vec<[Range<usize>; 2]>) {
    let mut prepared = Prepared {
        text: Cow::Borrowed(body),
        inserted: Insertions::default(),
        boxes: Boxes::default(),
    };
    let mut places = vec![[0..0, 0..0]; pairs.len()];
    let rewrites = rewrites(rows, pairs);
    if rewrites.is_empty() {
        return (prepared, places);
    }
    let mut text = String::with_capacity(body.len() + pairs.len() * "`math`".len());
    let mut copied = 0;
    for (line, rewrite, place) in rewrites {
        text.push_str(&body[copied..line.start]);
        copied = line.end;
        let start = text.len();
        let old = &body[line.clone()];
        let indent = old.len() - old.trim_start_matches([' ', '\t']).len();
        match rewrite {
            Rewrite::Delimiters => {
                text.push_str(&old.replace('\t', " ").replace('\u{3000}', "   "));
            }
            Rewrite::Fence(language) => {
                let marks = indent + "$$".len();
                text.push_str(&old[..indent]);
                text.push_str("```");
                text.push_str(language);
                prepared.inserted.push(text.len(), line.start + marks);
                text.push_str(&old[marks..]);
            }
            Rewrite::Box(found) => {
                text.push_str(&old[..indent]);
                text.push_str("___");
                text.extend(std::iter::repeat_n(' ', old.len() - indent - "___".len()));
                prepared.boxes.0.push((line, found));
            }
        }
        if let Some((pair, side)) = place {
            places[pair][side] = start..text.len();
        }
    }
    text.push_str(&body[copied..]);
    prepared.text = Cow::Owned(text);
    (prepared, places)
}

/// A line with its new spelling, and the pair and side that it belongs to.
type Rewritten = (Range<usize>, Rewrite, Option<(usize, usize)>);

/// Lists the lines to be rewritten, in the order of the body.
fn rewrites(rows: &[Range<usize>], pairs: &[Pair]) -> Vec<Rewritten> {
    let rows = rows
        .iter()
        .map(|row| (row.clone(), Rewrite::Delimiters, None));
    let mut all: Vec<_> = rows.collect();
    for (number, pair) in pairs.iter().enumerate() {
        let (open, close) = match &pair.of_box {
            Some(line) => (Rewrite::Box(line.clone()), Rewrite::Box(BoxLine::Close)),
            None => (Rewrite::Fence("math"), Rewrite::Fence("")),
        };
        all.push((pair.open.clone(), open, Some((number, 0))));
        all.push((pair.close.clone(), close, Some((number, 1))));
    }
    all.sort_unstable_by_key(|(line, ..)| line.start);
    all
}

/// Returns for each pair whether the parser reads its lines as they were meant: the breaks of a box
/// in one block, the fences of a formula as one block of code.
fn held(text: &str, pairs: &[Pair], places: &[[Range<usize>; 2]]) -> Vec<bool> {
    let mut lines: Vec<_> = places.iter().enumerate().collect();
    let mut starts = Vec::with_capacity(lines.len() * 2);
    for (number, [open, close]) in lines.drain(..) {
        starts.push((open.start, number, 0));
        starts.push((close.start, number, 1));
    }
    starts.sort_unstable();
    let line_at = |offset: usize| {
        let after = starts.partition_point(|(start, ..)| *start <= offset);
        let (_, number, side) = starts[after.checked_sub(1)?];
        places[number][side]
            .contains(&offset)
            .then_some((number, side))
    };
    let mut parents = vec![[None, None]; pairs.len()];
    let mut code = vec![None; pairs.len()];
    let (mut open, mut blocks) = (vec![0_usize], 0);
    for (event, range) in Parser::new_ext(text, GUIDE_OPTIONS).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if matches!(tag, Tag::CodeBlock(_))
                    && let Some((number, 0)) = line_at(range.start)
                {
                    code[number] = Some(range.end);
                }
                blocks += 1;
                open.push(blocks);
            }
            Event::End(_) => drop(open.pop()),
            Event::Rule => {
                if let Some((number, side)) = line_at(range.start) {
                    parents[number][side] = open.last().copied();
                }
            }
            _ => {}
        }
        if open.len() > MAX_DEPTH + 1 {
            break; // such a body is refused
        }
    }
    let pairs = pairs.iter().enumerate();
    let is_held = pairs.map(|(number, pair)| match (&pair.of_box, &places[number]) {
        (Some(_), _) => matches!(parents[number], [Some(open), Some(close)] if open == close),
        (None, [_, close]) => code[number].is_some_and(|end| {
            let line_end = close.end + "\r\n".len();
            close.start < end && end <= line_end
        }),
    });
    is_held.collect()
}

/// Returns the ranges of code and raw HTML, in blocks and in lines. It ends where the body is nested
/// too deep to be shown.
fn verbatim_parts(body: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut depth = 0;
    for (event, range) in Parser::new_ext(body, GUIDE_OPTIONS).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                depth += 1;
                if matches!(tag, Tag::CodeBlock(_) | Tag::HtmlBlock) {
                    found.push(range);
                }
            }
            Event::End(_) => depth -= 1,
            Event::Code(_) | Event::InlineHtml(_) => found.push(range),
            _ => {}
        }
        if depth > MAX_DEPTH {
            break;
        }
    }
    found
}

fn is_within(ranges: &[Range<usize>], offset: usize) -> bool {
    let after = ranges.partition_point(|range| range.start <= offset);
    after
        .checked_sub(1)
        .is_some_and(|last| ranges[last].contains(&offset))
}

/// Returns the delimiter rows, and the lines that belong together. A box or formula that is never
/// closed stays text.
fn paired(lines: Vec<(Range<usize>, Unknown)>) -> (Vec<Range<usize>>, Vec<Pair>) {
    let (mut rows, mut pairs) = (Vec::new(), Vec::new());
    let mut open: Vec<(usize, Range<usize>, Option<BoxLine>)> = Vec::new();
    // The places in `open` by the number of colons; those behind its end are stale.
    let mut by_colons: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut formula: Option<Range<usize>> = None;
    for (line, unknown) in lines {
        match unknown {
            Unknown::Delimiters => rows.push(line),
            Unknown::Formula => match formula.take() {
                Some(open) => pairs.push(Pair {
                    open,
                    close: line,
                    of_box: None,
                }),
                None => formula = Some(line),
            },
            Unknown::Open(colons, found) => {
                by_colons.entry(colons).or_default().push(open.len());
                open.push((colons, line, found));
            }
            Unknown::Close(colons) => {
                let places = by_colons.entry(colons).or_default();
                let is_open = |at: &usize| open.get(*at).is_some_and(|(of, ..)| *of == colons);
                while places.pop_if(|at| !is_open(at)).is_some() {}
                let Some(partner) = places.pop() else {
                    continue;
                };
                // Boxes that were opened after the partner and never closed stay text.
                open.truncate(partner + 1);
                if let Some((_, open, Some(found))) = open.pop() {
                    pairs.push(Pair {
                        open,
                        close: line,
                        of_box: Some(found),
                    });
                }
            }
        }
    }
    (rows, pairs)
}
