//! The places that readers see otherwise than they were meant.

use std::ops::Range;

use super::{Reader, Reading};
use crate::markdown::HtmlTag;

impl Reader<'_> {
    /// Ends the reading with what the whole body decides.
    pub(super) fn finish(mut self) -> Reading {
        self.reading.prose.close();
        let begin = self.source.rfind("<!--");
        self.reading.open_comment = begin
            .filter(|at| *at >= self.visible_end && !self.source[*at..].contains("-->"))
            .map(|at| at..at + "<!--".len());
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
        // The tags of one block of HTML come with the range of the block.
        let from = range.start.max(self.tag_end);
        let place = self
            .source
            .get(from..range.end)
            .and_then(|rest| rest.find(&*tag));
        if let Some(place) = place {
            self.tag_end = from + place + tag.len();
            self.reading.shown_tags.push(from + place..self.tag_end);
        }
    }
}
