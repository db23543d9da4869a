//! Finds the headings above a place in a body.

use super::sentences::{LineKind, lines};

/// A place in a body that moves forward, with the headings above it.
pub(super) struct Outline<'a> {
    body: &'a str,
    offset: usize,
    line: u32,
    /// The remaining headings, each with the byte after which it applies.
    next: std::iter::Peekable<std::vec::IntoIter<(usize, &'a str)>>,
    /// The headings above, from the outermost: their level and words.
    above: Vec<(usize, &'a str)>,
}

impl<'a> Outline<'a> {
    /// Starts at the beginning of `body`.
    pub(super) fn new(body: &'a str) -> Self {
        let mut offset = 0;
        let mut headings = Vec::new();
        for line in lines(body) {
            offset += line.text.len();
            if line.kind == LineKind::Heading {
                headings.push((offset, line.text.trim()));
            }
            offset += line.end.len();
        }
        Self {
            body,
            offset: 0,
            line: 1,
            next: headings.into_iter().peekable(),
            above: Vec::new(),
        }
    }

    /// Moves forward by `length` bytes.
    pub(super) fn pass(&mut self, length: usize) {
        let end = self.offset + length;
        let passed = self.body[self.offset..end].replace("\r\n", "\n");
        let ends = passed.matches(['\n', '\r']).count();
        self.line = self
            .line
            .saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.offset = end;
        while let Some((_, heading)) = self.next.next_if(|(from, _)| *from <= end) {
            let words = heading.trim_start_matches('#');
            let depth = heading.len() - words.len();
            self.above.retain(|(above, _)| *above < depth);
            self.above.push((depth, words.trim()));
        }
    }

    /// Returns the line, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// Returns the headings above, the outermost first.
    pub(super) fn headings(&self) -> Vec<String> {
        self.above
            .iter()
            .map(|(_, words)| (*words).to_owned())
            .collect()
    }
}
