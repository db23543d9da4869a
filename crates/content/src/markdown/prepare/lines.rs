//! The lines of a body that the parser does not know.

use std::ops::Range;

use pulldown_cmark::BlockQuoteKind;

use super::super::html_tag::{Piece, pieces};
use super::BoxLine;

/// A line that the parser does not know.
pub(super) enum Unknown {
    /// `:::name`, by its number of colons; `None` for a name that no box has.
    Open(usize, Option<BoxLine>),
    /// `:::`, by its number of colons.
    Close(usize),
    /// `$$`.
    Formula,
    /// The row below the head of a table.
    Delimiters,
}

/// Lists the lines that the parser does not know, in the order of the body.
pub(super) fn unknown_lines(body: &str) -> Vec<(Range<usize>, Unknown)> {
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

/// Reads a line; `None` for one that the parser knows.
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
    let title = without_comments(bracketed.unwrap_or(title));
    Unknown::Open(colons, open_box(name, title.trim()))
}

/// Returns a title without its comments, which no reader may see.
fn without_comments(title: &str) -> String {
    let seen = pieces(title).into_iter().map(|piece| match piece {
        Piece::Comment | Piece::OpenComment => String::new(),
        Piece::Text(text) | Piece::Unknown(text) => text.to_owned(),
        Piece::Tag(tag) => tag.to_string(),
    });
    seen.collect()
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
