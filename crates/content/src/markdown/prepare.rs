//! Lines that the parser does not know: `:::` boxes, `$$` formulas, and delimiter rows of tables
//! with tabs or full-width blanks.
//!
//! Each is rewritten as a line that the parser knows, so that blocks end where an author expects.
//! A line of a box becomes a thematic break, which ends every open paragraph and list. A formula
//! becomes fenced code. Lines inside code and raw HTML stay.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, Event, Parser, Tag};

use super::GUIDE_OPTIONS;
use super::insertions::Insertions;

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

/// A line that the parser does not know.
enum Unknown {
    /// `:::name`, by its number of colons; `None` for a name that no box has.
    Open(usize, Option<BoxLine>),
    /// `:::`, by its number of colons.
    Close(usize),
    /// `$$`.
    Formula,
    /// The row below the head of a table.
    Delimiters,
}

/// The new spelling of a line.
enum Rewrite {
    Box(BoxLine),
    /// The fence of a code block, with its language.
    Formula(&'static str),
    Delimiters,
}

type Line<T> = (Range<usize>, T);

/// Rewrites the lines that the parser does not know.
pub(super) fn prepare(body: &str) -> Prepared<'_> {
    let mut lines = unknown_lines(body);
    if !lines.is_empty() {
        let verbatim = verbatim_blocks(body);
        lines.retain(|(line, _)| !is_within(&verbatim, line.start));
    }
    let rewrites = paired(lines);
    let mut prepared = Prepared {
        text: Cow::Borrowed(body),
        inserted: Insertions::default(),
        boxes: Boxes::default(),
    };
    if rewrites.is_empty() {
        return prepared;
    }
    let mut text = String::with_capacity(body.len() + rewrites.len() * "`math".len());
    let mut copied = 0;
    for (line, rewrite) in rewrites {
        text.push_str(&body[copied..line.start]);
        copied = line.end;
        let old = &body[line.clone()];
        match rewrite {
            Rewrite::Delimiters => {
                text.push_str(&old.replace('\t', " ").replace('\u{3000}', "   "));
            }
            Rewrite::Formula(language) => {
                let indent = old.len() - old.trim_start().len();
                text.push_str(&old[..indent]);
                text.push_str("```");
                text.push_str(language);
                prepared
                    .inserted
                    .push(text.len(), line.start + indent + "$$".len());
                text.push_str(&old[indent + "$$".len()..]);
            }
            Rewrite::Box(found) => {
                let indent = old.len() - old.trim_start().len();
                text.push_str(&old[..indent]);
                text.push_str("___");
                text.extend(std::iter::repeat_n(' ', old.len() - indent - "___".len()));
                prepared.boxes.0.push((line, found));
            }
        }
    }
    text.push_str(&body[copied..]);
    prepared.text = Cow::Owned(text);
    prepared
}

/// Lists the lines that the parser does not know, in the order of the body.
fn unknown_lines(body: &str) -> Vec<Line<Unknown>> {
    let mut found = Vec::new();
    let (mut start, mut before) = (0, "");
    for line in body.split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        if let Some(unknown) = read(text, before) {
            found.push((start..start + text.len(), unknown));
        }
        start += line.len();
        before = text;
    }
    found
}

fn read(line: &str, before: &str) -> Option<Unknown> {
    let text = line.trim_start_matches([' ', '\t']);
    match text.as_bytes().first()? {
        b':' if text.starts_with(":::") => Some(box_line(text)),
        b'$' => (text.trim_end() == "$$").then_some(Unknown::Formula),
        b':' | b'|' | b'-' => {
            let is_row = text.contains(['\t', '\u{3000}'])
                && text.contains('-')
                && text.contains('|')
                && before.contains('|')
                && text.chars().all(|letter| "|:- \t\u{3000}".contains(letter));
            is_row.then_some(Unknown::Delimiters)
        }
        _ => None,
    }
}

/// Reads a line that begins with three colons.
fn box_line(line: &str) -> Unknown {
    let rest = line.trim_start_matches(':');
    let colons = line.len() - rest.len();
    let rest = rest.trim();
    if rest.is_empty() {
        return Unknown::Close(colons);
    }
    let end = rest
        .find([' ', '\t', '\u{3000}', '[', '{'])
        .unwrap_or(rest.len());
    let (name, title) = rest.split_at(end);
    let title = title.trim();
    let bracketed = title
        .strip_prefix('[')
        .and_then(|title| title.strip_suffix(']'));
    let title = bracketed.unwrap_or(title);
    Unknown::Open(colons, open_box(name, title))
}

/// Returns the box of `name`. Zenn, Qiita, Docusaurus and `VuePress` name theirs differently.
fn open_box(name: &str, title: &str) -> Option<BoxLine> {
    // Zenn and Qiita write the kind where others write the title.
    let (kind, title) = match (name, title) {
        ("note", "info") => (BlockQuoteKind::Note, ""),
        ("note", "warn") => (BlockQuoteKind::Warning, ""),
        ("note" | "message", "alert") => (BlockQuoteKind::Caution, ""),
        ("details", summary) => return Some(BoxLine::Details(summary.to_owned())),
        ("note" | "info" | "message", title) => (BlockQuoteKind::Note, title),
        ("tip" | "hint", title) => (BlockQuoteKind::Tip, title),
        ("important", title) => (BlockQuoteKind::Important, title),
        ("warning", title) => (BlockQuoteKind::Warning, title),
        ("caution" | "danger", title) => (BlockQuoteKind::Caution, title),
        _ => return None,
    };
    let title = (!title.is_empty()).then(|| title.to_owned());
    Some(BoxLine::Note(kind, title))
}

/// Returns the ranges of code and raw HTML. It ends where the body is nested too deep to be shown.
fn verbatim_blocks(body: &str) -> Vec<Range<usize>> {
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
            _ => {}
        }
        if depth > super::MAX_DEPTH {
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

/// Returns the lines that are rewritten. A box or formula that is never closed stays text.
fn paired(lines: Vec<Line<Unknown>>) -> Vec<Line<Rewrite>> {
    let mut rewrites: Vec<Line<Rewrite>> = Vec::new();
    let mut open: Vec<(usize, Line<Option<BoxLine>>)> = Vec::new();
    let mut formula: Option<Range<usize>> = None;
    for (line, unknown) in lines {
        match unknown {
            Unknown::Delimiters => rewrites.push((line, Rewrite::Delimiters)),
            Unknown::Formula => match formula.take() {
                Some(first) => {
                    rewrites.push((first, Rewrite::Formula("math")));
                    rewrites.push((line, Rewrite::Formula("")));
                }
                None => formula = Some(line),
            },
            Unknown::Open(colons, found) => open.push((colons, (line, found))),
            Unknown::Close(colons) => {
                let Some(partner) = open.iter().rposition(|(of, _)| *of == colons) else {
                    continue;
                };
                // Boxes that were opened after the partner and never closed stay text.
                let (_, (first, found)) = open.swap_remove(partner);
                open.truncate(partner);
                if let Some(found) = found {
                    rewrites.push((first, Rewrite::Box(found)));
                    rewrites.push((line, Rewrite::Box(BoxLine::Close)));
                }
            }
        }
    }
    rewrites.sort_unstable_by_key(|(line, _)| line.start);
    rewrites
}
