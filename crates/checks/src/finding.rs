use std::ops::Range;

use annai_content::{FieldRole, GuideSource, PointerIndex, Position, Schema, SourceError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::grounds::allow_fix;
use crate::pointer_of;

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Blocks publishing.
    Error,
    /// Is shown before publishing.
    Warn,
    /// Stays in the panel.
    Hint,
}

/// One fault that a check found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Finding {
    /// The severity of the finding.
    pub level: Level,
    /// A stable name; the text for people has the key `check.<code>`.
    pub code: &'static str,
    /// The value with the fault, as a JSON pointer into the front matter.
    pub pointer: Option<String>,
    /// The start of the fault in the whole file.
    pub position: Option<Position>,
    /// The end of the fault: the first character behind it.
    pub end: Option<Position>,
    /// The values in the text for people, such as `limit` or `address`.
    pub arguments: Map<String, Value>,
    /// The correction, if a program can know it and its rule has a ground for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub fix: Option<Fix>,
    /// The bytes of the file with the fault.
    #[serde(skip)]
    pub range: Option<Range<usize>>,
}

/// The correction of a finding: replacements in order, without overlaps. Every other byte stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct Fix {
    /// The replacements.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Edit {
    /// The bytes of the file to be replaced.
    #[serde(skip)]
    pub range: Range<usize>,
    /// The start of these bytes.
    pub start: Position,
    /// The end of these bytes.
    pub end: Position,
    /// The new text.
    pub text: String,
}

impl Edit {
    pub(crate) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            start: Position::START,
            end: Position::START,
            text: text.into(),
        }
    }
}

impl Fix {
    /// Returns the guide with these bytes replaced.
    ///
    /// # Errors
    ///
    /// [`SourceError`] when the result cannot be parsed as a guide: the fix was made for another
    /// text.
    pub fn apply(&self, source: &GuideSource) -> Result<GuideSource, SourceError> {
        let mut text = source.as_str().to_owned();
        for edit in self.edits.iter().rev() {
            text.replace_range(edit.range.clone(), &edit.text);
        }
        GuideSource::parse(text)
    }
}

impl From<Edit> for Fix {
    fn from(edit: Edit) -> Self {
        Self { edits: vec![edit] }
    }
}

impl Finding {
    /// Returns whether the finding blocks publishing.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Returns whether the finding is that the front matter names no slug.
    #[must_use]
    pub fn is_missing_slug(&self, schema: &Schema) -> bool {
        self.code == "field_missing" && self.pointer == pointer_of(schema, FieldRole::Slug)
    }

    /// Returns the finding of a text that cannot be read.
    #[must_use]
    pub fn of_malformed(error: &SourceError) -> Self {
        let finding = Self {
            position: Some(error.position),
            ..Self::new(Level::Error, error.code())
        };
        finding.with("reason", error.kind.to_string())
    }

    pub(crate) fn new(level: Level, code: &'static str) -> Self {
        Self {
            level,
            code,
            pointer: None,
            position: None,
            end: None,
            arguments: Map::new(),
            fix: None,
            range: None,
        }
    }

    pub(crate) fn at(mut self, range: Range<usize>) -> Self {
        self.range = Some(range);
        self
    }

    pub(crate) fn at_pointer(mut self, places: &mut PointerIndex<'_>, pointer: String) -> Self {
        self.range = places.range(&pointer);
        self.pointer = Some(pointer);
        self
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(name.to_owned(), value.into());
        self
    }

    /// Adds the fix, if the rule has a ground to offer it.
    pub(crate) fn fixed_by(self, fix: Option<impl Into<Fix>>) -> Self {
        let is_allowed = allow_fix(self.code);
        self.fixed_if(is_allowed, fix)
    }

    /// Adds the fix of a rule that brings its own ground.
    pub(crate) fn fixed_if(mut self, is_allowed: bool, fix: Option<impl Into<Fix>>) -> Self {
        self.fix = fix.filter(|_| is_allowed).map(Into::into);
        self
    }
}

/// The most findings of one code. A person with so many will look for the others, and hostile text
/// cannot make the list long.
pub(crate) const MOST_OF_A_KIND: usize = 50;

/// The findings so far.
#[derive(Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    /// Returns whether more findings with that code would be dropped.
    pub(crate) fn is_full(&self, code: &str) -> bool {
        let same = self.0.iter().filter(|finding| finding.code == code);
        same.count() >= MOST_OF_A_KIND
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        if !self.is_full(finding.code) {
            self.0.push(finding);
        }
    }

    /// Returns the ranges of the findings with that code.
    pub(crate) fn ranges_of(&self, code: &str) -> Vec<Range<usize>> {
        let same = self.0.iter().filter(|finding| finding.code == code);
        same.filter_map(|finding| finding.range.clone()).collect()
    }

    /// Sorts the findings by severity, then position, and fills in lines and columns.
    pub(crate) fn finish(mut self, source: &GuideSource) -> Vec<Finding> {
        let mut offsets: Vec<usize> = self.0.iter().flat_map(offsets).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let positions = Position::of_all(source.as_str(), &offsets);
        let position = |offset: usize| {
            let index = offsets.binary_search(&offset);
            index.map_or(Position::START, |index| positions[index])
        };
        for finding in &mut self.0 {
            finding.position = finding.range.as_ref().map(|range| position(range.start));
            finding.end = finding.range.as_ref().map(|range| position(range.end));
            for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                edit.start = position(edit.range.start);
                edit.end = position(edit.range.end);
            }
        }
        self.0
            .sort_by_key(|finding| (finding.level, finding.position));
        self.0
    }
}

/// Returns every offset that people will see as line and column.
fn offsets(finding: &Finding) -> impl Iterator<Item = usize> {
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    let ranges = finding.range.iter().chain(edits.map(|edit| &edit.range));
    ranges.flat_map(|range| [range.start, range.end])
}
