use std::ops::Range;

/// The placeholder for visible parts that rules about words skip: code, images, bare addresses.
const SKIPPED: char = '\u{fffc}';

/// The text of a body without markup, and the way back to the bytes of the file.
#[derive(Debug, Default)]
pub struct Prose {
    text: String,
    pieces: Vec<Piece>,
    passages: Vec<Passage>,
    open: Option<(PassageKind, usize)>,
}

/// Text of one event.
#[derive(Debug)]
struct Piece {
    /// The range in the text.
    text: Range<usize>,
    /// The range in the file.
    source: Range<usize>,
    /// Whether the file has just these bytes there; an entity such as `&amp;` is none.
    is_verbatim: bool,
}

/// A run of text that is read in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The kind of the passage.
    pub kind: PassageKind,
    /// The range in the text.
    pub range: Range<usize>,
}

/// The kind of a [`Passage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassageKind {
    /// A heading.
    Heading,
    /// A paragraph that stands in no list.
    Paragraph,
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell,
}

impl Prose {
    /// Returns everything there is to read; passages and lines end in `\n`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the passages, in the order of the body.
    #[must_use]
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }

    /// Returns the bytes of the file behind a range of the text.
    #[must_use]
    pub fn source_of(&self, range: Range<usize>) -> Range<usize> {
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

    /// Returns the bytes behind a range of the text where the file says the same in one go.
    #[must_use]
    pub fn verbatim(&self, range: Range<usize>) -> Option<Range<usize>> {
        let piece = self.piece_at(range.start)?;
        let is_inside = piece.is_verbatim && range.end <= piece.text.end;
        is_inside.then(|| self.source_of(range))
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

    /// Puts a placeholder for a part that rules skip.
    pub(super) fn skip(&mut self, source: Range<usize>) {
        self.push(SKIPPED.encode_utf8(&mut [0; 4]), source, false);
    }

    pub(super) fn line_break(&mut self) {
        self.text.push('\n');
    }
}
