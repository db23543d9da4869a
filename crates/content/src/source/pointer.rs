use std::collections::HashMap;

use super::json::Scanner;
use super::{GuideSource, Position};

/// Finds where values stand, for many JSON pointers into one front matter: each object and list
/// on the way is read once.
pub(crate) struct PointerIndex<'a> {
    source: &'a GuideSource,
    /// The children of the object or list at a byte offset: name or index, and offset.
    children: HashMap<usize, HashMap<String, usize>>,
    /// Where each line begins that follows a `\n`, and how many lines stand before it.
    line_starts: Vec<(usize, u32)>,
}

impl<'a> PointerIndex<'a> {
    pub(crate) fn new(source: &'a GuideSource) -> Self {
        let mut line_starts = vec![(0, 0)];
        let mut lines = 0;
        for (index, line) in source.text[..source.body_start].match_indices('\n') {
            let (start, _) = line_starts[line_starts.len() - 1];
            lines =
                lines + Position::at(&source.text[start..], index + line.len() - start).line - 1;
            line_starts.push((index + 1, lines));
        }
        Self {
            source,
            children: HashMap::new(),
            line_starts,
        }
    }

    /// The guide that is indexed.
    pub(crate) fn source(&self) -> &'a GuideSource {
        self.source
    }

    /// Where the value at `pointer` begins, or the nearest value above it.
    pub(crate) fn position(&mut self, pointer: &str) -> Option<Position> {
        let mut at = self.source.block.as_ref()?.object.start;
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            match self.child(at, &step) {
                Some(offset) => at = offset,
                None => break,
            }
        }
        Some(self.position_of(at))
    }

    fn child(&mut self, at: usize, step: &str) -> Option<usize> {
        let text = &self.source.text;
        self.children
            .entry(at)
            .or_insert_with(|| children(text, at))
            .get(step)
            .copied()
    }

    fn position_of(&self, offset: usize) -> Position {
        let line = self
            .line_starts
            .partition_point(|(start, _)| *start <= offset)
            .saturating_sub(1);
        let (start, lines_before) = self.line_starts[line];
        let within = Position::at(&self.source.text[start..], offset - start);
        Position {
            line: within.line + lines_before,
            column: within.column,
        }
    }
}

/// The children of the object or list that begins at `at`; a scalar has none.
fn children(text: &str, at: usize) -> HashMap<String, usize> {
    let mut scanner = Scanner::new(text, at);
    match scanner.peek() {
        Some(b'{') => {
            let members = scanner.object().unwrap_or_default();
            members
                .into_iter()
                .map(|member| (member.key, member.value_span.start))
                .collect()
        }
        Some(b'[') => {
            let items = scanner.array().unwrap_or_default();
            let starts = items.into_iter().map(|item| item.span.start);
            starts
                .enumerate()
                .map(|(index, start)| (index.to_string(), start))
                .collect()
        }
        _ => HashMap::new(),
    }
}
