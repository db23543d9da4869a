use serde::Serialize;

/// A place in a guide's source, as an editor counts: lines and columns from 1, columns in
/// characters. A byte order mark takes no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// The line, from 1. `\n`, `\r\n` and a lone `\r` each end a line.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl Position {
    /// The first character of a file.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place of byte `offset` in `text`. An offset inside a character counts as its start.
    pub(crate) fn at(text: &str, offset: usize) -> Self {
        let mut position = Self::START;
        let mut characters = text.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            if index >= offset {
                break;
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
        position
    }
}

impl std::fmt::Display for Position {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}
