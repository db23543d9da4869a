use serde::Serialize;
use serde_json::{Map, Value};

use crate::Position;
use crate::source::PointerIndex;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Blocks publishing.
    Error,
    /// Is shown before publishing.
    Warn,
    /// Stays in the panel.
    Hint,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub level: Level,
    /// A stable name; the text for people has the key `check.<code>`.
    pub code: &'static str,
    /// The value it is about, as a JSON pointer into the front matter.
    pub pointer: Option<String>,
    /// Where it is, in the whole file.
    pub position: Option<Position>,
    /// What the text for people names, such as `limit` or `address`.
    pub arguments: Map<String, Value>,
}

impl Finding {
    /// Whether publishing must be refused.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    pub(super) fn new(level: Level, code: &'static str) -> Self {
        Self {
            level,
            code,
            pointer: None,
            position: None,
            arguments: Map::new(),
        }
    }

    pub(super) fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// At the beginning of a line of the file.
    pub(super) fn at_line(self, line: u32) -> Self {
        self.at(Position { line, column: 1 })
    }

    pub(super) fn at_pointer(mut self, places: &mut PointerIndex<'_>, pointer: String) -> Self {
        self.position = places.position(&pointer);
        self.pointer = Some(pointer);
        self
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }
}
