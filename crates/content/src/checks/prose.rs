use std::ops::Range;

use super::finding::Edit;

/// Stands for what a reader sees and no rule about words should look into: code, images, bare
/// addresses.
const SKIPPED: char = '\u{fffc}';

/// The text of a body without markup, and the way back to the bytes of the file.
#[derive(Default)]
pub(super) struct Prose {
    text: String,
    pieces: Vec<Piece>,
    passages: Vec<Passage>,
    open: Option<(PassageKind, usize)>,
}

/// Text of one event.
struct Piece {
    /// In the text.
    text: Range<usize>,
    /// In the file.
    source: Range<usize>,
    /// Whether the file has just these bytes there; an entity such as `&amp;` is none.
    is_verbatim: bool,
}

/// A run of text that is read in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passage {
    pub(super) kind: PassageKind,
    /// In the text.
    pub(super) range: Range<usize>,
}

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PassageKind {
    Heading,
    Paragraph,
    /// Of a list.
    Item,
    /// Of a table.
    Cell,
}

impl Prose {
    /// Everything there is to read; passages and lines end in `\n`.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// The bytes of the file behind a range of the text.
    pub(super) fn source_of(&self, range: Range<usize>) -> Range<usize> {
        let (Some(first), Some(last)) = (
            self.piece_at(range.start),
            self.piece_at(range.end.saturating_sub(1)),
        ) else {
            return 0..0;
        };
        let offset = |piece: &Piece, at: usize| piece.source.start + at - piece.text.start;
        let start = match first {
            piece if piece.is_verbatim => offset(piece, range.start).min(piece.source.end),
            piece => piece.source.start,
        };
        let end = match last {
            piece if piece.is_verbatim => offset(piece, range.end).min(piece.source.end),
            piece => piece.source.end,
        };
        start..end.max(start)
    }

    /// Replaces a range of the text in the file, where the file says the same in one go.
    pub(super) fn edit(&self, range: Range<usize>, text: impl Into<String>) -> Option<Edit> {
        let piece = self.piece_at(range.start)?;
        let is_inside = piece.is_verbatim && range.end <= piece.text.end;
        is_inside.then(|| Edit::new(self.source_of(range), text))
    }

    fn piece_at(&self, at: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.text.start <= at);
        self.pieces.get(after.saturating_sub(1))
    }

    pub(super) fn open(&mut self, kind: PassageKind) {
        self.close();
        self.open = Some((kind, self.text.len()));
    }

    pub(super) fn close(&mut self) {
        if let Some((kind, start)) = self.open.take()
            && start < self.text.len()
        {
            let range = start..self.text.len();
            self.passages.push(Passage { kind, range });
            self.text.push('\n');
        }
    }

    pub(super) fn push(&mut self, text: &str, source: Range<usize>, is_verbatim: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece {
            text: start..self.text.len(),
            source,
            is_verbatim,
        });
    }

    /// Something is there that is not looked into.
    pub(super) fn skip(&mut self, source: Range<usize>) {
        self.push(SKIPPED.encode_utf8(&mut [0; 4]), source, false);
    }

    pub(super) fn line_break(&mut self) {
        self.text.push('\n');
    }

    /// How much text there is, to take a part of it later.
    pub(super) fn mark(&self) -> usize {
        self.text.len()
    }

    pub(super) fn since(&self, mark: usize) -> &str {
        &self.text[mark..]
    }
}
