use std::collections::VecDeque;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::super::autolink::find_address;
use super::GuideEvents;

type Piece<'a> = (CowStr<'a>, Range<usize>);

/// A place in the text of several pieces.
struct Cursor<'a> {
    pieces: VecDeque<Piece<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Returns the pieces up to `end`.
    fn take(&mut self, end: usize) -> Vec<Piece<'a>> {
        let mut taken = Vec::new();
        while self.at < end
            && let Some((text, range)) = self.pieces.pop_front()
        {
            let wanted = text.len().min(end - self.at);
            self.at += wanted;
            if wanted == text.len() {
                taken.push((text, range));
                continue;
            }
            // An entity is longer in the body than its text: it has no place within.
            let middle = range.start + wanted;
            let (before, after) = if range.len() == text.len() {
                (range.start..middle, middle..range.end)
            } else {
                (range.clone(), range)
            };
            taken.push((text[..wanted].to_owned().into(), before));
            self.pieces
                .push_front((text[wanted..].to_owned().into(), after));
        }
        taken
    }
}

impl<'a> GuideEvents<'a> {
    /// Sends the collected text, its bare addresses as links.
    pub(super) fn flush_text(&mut self) {
        let pieces = std::mem::take(&mut self.text);
        if !pieces.iter().any(|(text, _)| text.contains("://")) {
            return self.emit_texts(pieces);
        }
        let whole: String = pieces.iter().map(|(text, _)| &**text).collect();
        let mut cursor = Cursor {
            pieces: pieces.into(),
            at: 0,
        };
        while let Some(address) = find_address(&whole[cursor.at..]) {
            let (start, end) = (cursor.at + address.start, cursor.at + address.end);
            let before = cursor.take(start);
            self.emit_texts(before);
            let inside = cursor.take(end);
            // The bytes of an escape stand between two pieces: the author wants no link.
            let is_plain = inside.windows(2).all(|two| two[0].1.end == two[1].1.start);
            let range = match (inside.first(), inside.last()) {
                (Some((_, first)), Some((_, last))) if is_plain => first.start..last.end,
                _ => {
                    self.emit_texts(inside);
                    continue;
                }
            };
            let link = Tag::Link {
                link_type: LinkType::Autolink,
                dest_url: whole[start..end].to_owned().into(),
                title: "".into(),
                id: "".into(),
            };
            self.emit(Event::Start(link), range.clone());
            self.emit_texts(inside);
            self.emit(Event::End(TagEnd::Link), range);
        }
        let rest = cursor.take(whole.len());
        self.emit_texts(rest);
    }

    fn emit_texts(&mut self, texts: Vec<Piece<'a>>) {
        for (text, range) in texts {
            self.emit(Event::Text(text), range);
        }
    }
}
