use serde::Serialize;
use utoipa::ToSchema;

/// A position in a guide's source, with line and column counted from 1, as in an editor.
///
/// Columns are characters. A byte order mark takes no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Position {
    /// The line, from 1; `\n`, `\r\n` and a lone `\r` each end a line.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl Position {
    /// The position of a file's first character.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Returns the position of byte `offset` in `text`; inside a character, that of its start.
    pub(crate) fn at(text: &str, offset: usize) -> Self {
        Self::of_all(text, &[offset]).pop().unwrap_or(Self::START)
    }

    /// Returns the positions of many offsets, in increasing order, in one pass over `text`.
    #[must_use]
    pub fn of_all(text: &str, offsets: &[usize]) -> Vec<Self> {
        let mut positions = Vec::with_capacity(offsets.len());
        let mut position = Self::START;
        let mut characters = text.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            let end = index + character.len_utf8();
            let here = offsets[positions.len()..].iter();
            let here = here.take_while(|offset| **offset < end).count();
            positions.extend(std::iter::repeat_n(position, here));
            if positions.len() == offsets.len() {
                return positions;
            }
            match character {
                '\u{feff}' if index == 0 => {}
                '\r' if characters.peek().is_some_and(|(_, next)| *next == '\n') => {}
                '\n' | '\r' => {
                    position.line += 1;
                    position.column = 1;
                }
                _ => position.column += 1,
            }
        }
        positions.resize(offsets.len(), position);
        positions
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}
