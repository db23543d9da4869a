use std::ops::Range;

use crate::{GuideSource, Position};

/// The places of a file whose front matter was written anew.
#[derive(Debug)]
pub(super) struct Places {
    /// The first line of the body in the source, and in the file.
    body: (u32, u32),
    /// The start of the front matter.
    block: Position,
    /// The top-level keys in the file.
    keys: Vec<(String, Position)>,
}

impl Places {
    /// Notes the places of the file `text`, whose front matter is `block`.
    pub(super) fn of(text: &str, block: Range<usize>, source: &GuideSource) -> Self {
        let body_in_file = text.len() - source.body().len();
        let mut offsets = vec![block.start];
        let mut keys = Vec::new();
        let mut at = block.start;
        for line in text[block].split_inclusive('\n') {
            let blanks = line.len() - line.trim_start_matches([' ', '[', '{', '\t']).len();
            if let Some(key) = key_of(&line[blanks..])
                && source.front_matter().contains_key(key)
                && !keys.iter().any(|known| known == key)
            {
                keys.push(key.to_owned());
                offsets.push(at + blanks);
            }
            at += line.len();
        }
        offsets.push(body_in_file);
        let positions = Position::of_all(text, &offsets);
        let body = positions.last().copied().unwrap_or(Position::START);
        Self {
            body: (source.body_line(), body.line),
            block: positions[0],
            keys: keys
                .into_iter()
                .zip(positions.into_iter().skip(1))
                .collect(),
        }
    }

    /// Returns the places for a source whose keys were renamed.
    pub(super) fn renamed(mut self, renamed: &[(String, String)], source: &GuideSource) -> Self {
        self.body.0 = source.body_line();
        for (key, _) in &mut self.keys {
            if let Some((_, new)) = renamed.iter().find(|(old, _)| old == key) {
                key.clone_from(new);
            }
        }
        self
    }

    /// Returns the place in the file of a place in the source.
    pub(super) fn find(&self, pointer: Option<&str>, place: Option<Position>) -> Option<Position> {
        let place = place?;
        let (body, body_in_file) = self.body;
        if place.line >= body {
            let line = body_in_file + (place.line - body);
            return Some(Position { line, ..place });
        }
        let key = pointer.and_then(|pointer| pointer.split('/').nth(1));
        let key = key.map(|key| key.replace("~1", "/").replace("~0", "~"));
        let known = key.and_then(|key| self.keys.iter().find(|(known, _)| *known == key));
        Some(known.map_or(self.block, |(_, position)| *position))
    }
}

/// Returns the key that a line of front matter begins with, without its quotes.
fn key_of(line: &str) -> Option<&str> {
    let quote = line
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''));
    match quote {
        Some(quote) => line[1..].split(quote).next(),
        None => line.split([':', '=', ']', '.']).next().map(str::trim_end),
    }
}
