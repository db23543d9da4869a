//! The places that readers see otherwise than they were meant.

use std::ops::Range;

use super::{Reader, Reading};
use crate::markdown::{COMMENT, HtmlTag};

impl Reader<'_> {
    /// Ends the reading with what the whole body decides.
    pub(super) fn finish(mut self, open_comments: &[Range<usize>]) -> Reading {
        self.reading.prose.close();
        let place = |at: &Range<usize>| {
            let start = self.body_start + self.marked.unmarked(at.start);
            start..start + COMMENT.len()
        };
        let hiding: Vec<_> = open_comments.iter().map(place).collect();
        self.reading.open_comments.extend(hiding);
        self.reading
            .open_comments
            .sort_unstable_by_key(|at| at.start);
        let unused = self
            .footnotes
            .iter()
            .filter(|(label, _)| !self.referred.contains(label));
        let first_line = |note: &Range<usize>| {
            let line = self.source[note.clone()].lines().next().unwrap_or_default();
            note.start..note.start + line.len()
        };
        self.reading.unused_footnotes = unused.map(|(_, note)| first_line(note)).collect();
        self.reading
    }

    /// Records a tag that readers see as it was typed.
    pub(super) fn tag(&mut self, tag: &str, range: &Range<usize>) {
        let tag = self.marked.strip(tag);
        if HtmlTag::parse(&tag).is_some() {
            return;
        }
        self.fill_cell();
        self.reading.prose.skip(range.clone());
        // The tags of one block of HTML come with the range of the block, and a tag of several lines
        // may hold the marks of a quotation.
        let from = range.start.max(self.tag_end);
        let rest = self.source.get(from..range.end).unwrap_or_default();
        let name = &tag[..tag.len() - tag.trim_start_matches(is_of_name).len()];
        let Some(place) = rest.find(name) else { return };
        let is_whole = rest[place..].starts_with(&*tag);
        let length = if is_whole { tag.len() } else { name.len() };
        self.tag_end = from + place + length;
        self.reading.shown_tags.push(from + place..self.tag_end);
    }

    /// Records the beginning of a comment that readers see.
    pub(super) fn shown_comment(&mut self, text: &str, range: &Range<usize>) {
        let Some(at) = text.find('<') else { return };
        let start = range.start + at;
        let before = self.source.as_bytes().get(start.wrapping_sub(1));
        let is_escaped = before == Some(&b'\\');
        let rest = self.source.get(start..).unwrap_or_default();
        if rest.starts_with(COMMENT) && !is_escaped {
            let place = start..start + COMMENT.len();
            self.reading.open_comments.push(place);
        }
    }
}

/// Returns whether `letter` may stand before the attributes of a tag.
fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '<' | '/' | '-')
}
