//! What is wrong with a guide, before anybody publishes it. Pure and quick: one pass over the
//! front matter, one rendering.

mod body;
mod front_matter;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{GuideSource, Position, Profile, Schema, render};

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
    /// What the text for people names, such as `max` or `found`.
    pub arguments: Map<String, Value>,
}

impl Finding {
    /// Whether publishing must be refused.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    fn new(level: Level, code: &'static str) -> Self {
        Self {
            level,
            code,
            pointer: None,
            position: None,
            arguments: Map::new(),
        }
    }

    fn at_pointer(mut self, source: &GuideSource, pointer: String) -> Self {
        self.position = source.pointer_position(&pointer);
        self.pointer = Some(pointer);
        self
    }

    /// `line` counts from 1 in the body.
    fn at_body_line(mut self, source: &GuideSource, line: u32) -> Self {
        self.position = Some(Position {
            line: source.body_line() + line.saturating_sub(1),
            column: 1,
        });
        self
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }
}

/// Everything the page itself can tell about its faults, the gravest first, then by position.
#[must_use]
pub fn check(source: &GuideSource, schema: &Schema) -> Vec<Finding> {
    let mut findings = front_matter::check(source, schema);
    match render(source.body(), Profile::Guide) {
        Ok(rendered) => body::check(source, &rendered, &mut findings),
        Err(error) => {
            let code = match error.kind {
                crate::RenderErrorKind::TooDeep => "body_too_deep",
                crate::RenderErrorKind::TooLarge => "body_too_large",
            };
            findings.push(Finding::new(Level::Error, code).at_body_line(source, error.line));
        }
    }
    findings.sort_by_key(|finding| (finding.level, finding.position));
    findings
}

/// As [`check`], of bytes that may not be a guide at all: then the one finding says why and
/// where.
#[must_use]
pub fn check_bytes(bytes: &[u8], schema: &Schema) -> Vec<Finding> {
    match GuideSource::parse(bytes) {
        Ok(source) => check(&source, schema),
        Err(error) => {
            let mut finding =
                Finding::new(Level::Error, error.code()).with("reason", error.kind.to_string());
            finding.position = Some(error.position);
            vec![finding]
        }
    }
}
