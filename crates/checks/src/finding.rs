use std::ops::Range;

use annai_content::{FieldRole, GuideSource, PointerIndex, Position, Schema, SourceError};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::pointer_of;

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
    /// Where it begins, in the whole file.
    pub position: Option<Position>,
    /// Where it ends: the first character behind it.
    pub end: Option<Position>,
    /// What the text for people names, such as `limit` or `address`.
    pub arguments: Map<String, Value>,
    /// What would mend it, where a program can know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The bytes of the file that it is about.
    #[serde(skip)]
    pub range: Option<Range<usize>>,
}

/// How a finding is mended: replacements, from the first to the last, that do not overlap.
/// Every other byte stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fix {
    /// The replacements.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The bytes of the file that are replaced.
    #[serde(skip)]
    pub range: Range<usize>,
    /// Where they begin.
    pub start: Position,
    /// Where they end.
    pub end: Position,
    /// What stands there instead.
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
    /// The guide with these bytes replaced.
    ///
    /// # Errors
    ///
    /// [`SourceError`] when the result is no guide: the fix was made for another text.
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
    /// Whether publishing must be refused.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }

    /// Whether it says that the front matter names no slug.
    #[must_use]
    pub fn is_missing_slug(&self, schema: &Schema) -> bool {
        self.code == "field_missing" && self.pointer == pointer_of(schema, FieldRole::Slug)
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

    pub(crate) fn fixed_by(mut self, fix: Option<impl Into<Fix>>) -> Self {
        self.fix = fix.map(Into::into);
        self
    }
}

/// Of one code no more than this many are told: whoever has so many will look for the others,
/// and hostile text cannot make the list long.
pub(crate) const MOST_OF_A_KIND: usize = 50;

/// What the rules have found so far.
#[derive(Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    /// Whether more findings with that code would be dropped.
    pub(crate) fn is_full(&self, code: &str) -> bool {
        let same = self.0.iter().filter(|finding| finding.code == code);
        same.count() >= MOST_OF_A_KIND
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        if !self.is_full(finding.code) {
            self.0.push(finding);
        }
    }

    /// Where something was found already.
    pub(crate) fn ranges_of(&self, code: &str) -> Vec<Range<usize>> {
        let same = self.0.iter().filter(|finding| finding.code == code);
        same.filter_map(|finding| finding.range.clone()).collect()
    }

    /// The gravest first, then by position; every range as lines and columns too.
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

/// Every offset that a person will see as line and column.
fn offsets(finding: &Finding) -> impl Iterator<Item = usize> {
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    let ranges = finding.range.iter().chain(edits.map(|edit| &edit.range));
    ranges.flat_map(|range| [range.start, range.end])
}
