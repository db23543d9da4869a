//! The front matter keys outside the schema, as one JSON object in the form.

use std::fmt::Write as _;

use annai_content::{GuideSource, Position, Schema, SourceError, SourceErrorKind};
use serde_json::Value;

use super::form::FormData;
use annai_view::Message;
use annai_view::fields::{OtherKeysFaultView, OtherKeysView};

/// The field of the form that holds them.
pub(super) const FIELD: &str = "other";

/// An object of other keys.
#[derive(Debug)]
pub(super) struct OtherKeys(GuideSource);

/// The reason why a text is not such an object.
#[derive(Debug)]
pub(super) enum OtherKeysFault {
    /// The text is not one JSON object.
    Malformed(SourceError),
    /// The key has a field of its own.
    Known { key: String, line: u32, column: u32 },
}

impl OtherKeys {
    /// Parses the keys of a form; `None` where it has no such field.
    pub(super) fn sent(form: &FormData, schema: &Schema) -> Result<Option<Self>, OtherKeysFault> {
        form.find(FIELD)
            .map(|text| Self::parse(text, schema))
            .transpose()
    }

    /// Parses an object. Blanks are an empty object.
    pub(super) fn parse(text: &str, schema: &Schema) -> Result<Self, OtherKeysFault> {
        let text = if text.trim().is_empty() { "{}" } else { text };
        let source = GuideSource::parse(format!("---json\n{text}\n---\n"));
        let source = source.map_err(OtherKeysFault::Malformed)?;
        if !source.body().is_empty() {
            // A fence inside ended the object early.
            return Err(OtherKeysFault::Malformed(SourceError {
                kind: SourceErrorKind::TextAfterObject,
                position: Position {
                    line: source.body_line() - 1,
                    column: 1,
                },
            }));
        }
        match source.front_matter().keys().find(|key| schema.knows(key)) {
            Some(key) => {
                let position = source.field_position(key);
                Err(OtherKeysFault::Known {
                    key: key.clone(),
                    line: position.map_or(2, |position| position.line),
                    column: position.map_or(1, |position| position.column),
                })
            }
            None => Ok(Self(source)),
        }
    }

    /// Returns `source` with these other keys instead of its own. Unchanged keys keep their bytes.
    pub(super) fn apply(
        &self,
        source: &GuideSource,
        schema: &Schema,
    ) -> Result<GuideSource, SourceError> {
        let mut edited = source.clone();
        for key in own(source, schema).filter(|key| self.0.raw_field(key).is_none()) {
            edited = edited.without_field(key)?;
        }
        for (key, value) in self.0.front_matter() {
            let spelt = |source: &GuideSource| source.raw_field(key).map(one_line_end);
            if spelt(source) != spelt(&self.0) {
                edited = edited.with_field(key, value)?;
            }
        }
        Ok(edited)
    }
}

/// Lists the keys outside the schema.
fn own<'s>(source: &'s GuideSource, schema: &'s Schema) -> impl Iterator<Item = &'s str> {
    let keys = source.front_matter().keys().map(String::as_str);
    keys.filter(|key| !schema.knows(key))
}

/// Returns a text as a `<textarea>` sends it back.
fn one_line_end(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Returns the other keys of a source for the form.
pub(super) fn view(source: &GuideSource, schema: &Schema) -> OtherKeysView {
    let mut json = String::new();
    let mut count = 0;
    for key in own(source, schema) {
        json += if count == 0 { "{\n" } else { ",\n" };
        let raw = source.raw_field(key).unwrap_or_default();
        let _infallible = write!(json, "  {}: {}", Value::from(key), one_line_end(raw));
        count += 1;
    }
    if count > 0 {
        json += "\n}";
    }
    OtherKeysView {
        json,
        count,
        fault: None,
    }
}

impl From<OtherKeysFault> for OtherKeysFaultView {
    fn from(fault: OtherKeysFault) -> Self {
        let (message, line, column) = match fault {
            OtherKeysFault::Malformed(error) => (
                Message::new(format!("check.{}", error.code())),
                error.position.line,
                error.position.column,
            ),
            OtherKeysFault::Known { key, line, column } => {
                let message = Message::new("fields.other_known").with("key", key);
                (message, line, column)
            }
        };
        Self {
            message,
            line: line.saturating_sub(1), // the fence above it is not shown
            column,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        Schema::parse(include_str!("../../../content/schema.json")).unwrap()
    }

    fn source(text: &str) -> GuideSource {
        GuideSource::parse(text.as_bytes()).unwrap()
    }

    fn fault(text: &str) -> OtherKeysFaultView {
        OtherKeys::parse(text, &schema()).unwrap_err().into()
    }

    const GUIDE: &str = "---json\r\n{\r\n  \"slug\": \"a\",\r\n  \"one\": {\"x\":1.0,\r\n    \"y\":  2},\r\n  \"two\": [ 1 ]\r\n}\r\n---\r\n";

    fn applied(text: &str) -> String {
        let other = OtherKeys::parse(text, &schema()).unwrap();
        let edited = other.apply(&source(GUIDE), &schema()).unwrap();
        edited.as_str().to_owned()
    }

    #[test]
    fn what_is_shown_and_sent_back_changes_no_byte() {
        let shown = view(&source(GUIDE), &schema());
        assert_eq!(shown.count, 2);
        assert_eq!(applied(&shown.json), GUIDE);
        assert_eq!(applied(&shown.json.replace('\n', "\r\n")), GUIDE);
    }

    #[test]
    fn one_changed_key_leaves_the_bytes_of_the_others() {
        let shown = view(&source(GUIDE), &schema());
        let edited = applied(&shown.json.replace("[ 1 ]", "[ 2 ]"));
        assert_eq!(edited, GUIDE.replace("[ 1 ]", "[ 2 ]"));
    }

    #[test]
    fn keys_are_added_and_taken_away() {
        let edited = source(&applied("{\"two\": [ 1 ], \"鍵\": null}"));
        let keys: Vec<_> = edited.front_matter().keys().map(String::as_str).collect();
        assert!(!keys.contains(&"one") && keys.contains(&"鍵") && keys.contains(&"slug"));
        assert_eq!(edited.raw_field("two"), Some("[ 1 ]"));
        let none = source(&applied(" \r\n"));
        assert_eq!(none.front_matter().len(), 1);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_in_the_field() {
        let wrong = fault("{\n  \"a\": 1\n  \"b\": 2\n}");
        assert_eq!((wrong.line, wrong.column), (3, 3));
        assert_eq!(wrong.message.key, "check.json_unexpected");
        assert_eq!(fault("[]").message.key, "check.front_matter_not_an_object");
        assert_eq!(
            fault("{\"a\": 1, \"a\": 2}").message.key,
            "check.json_duplicate_key"
        );
        // It cannot end the front matter and begin a body.
        assert_eq!(fault("{}\n---\n# 本文").line, 2);
        let known = fault("{\n  \"title\": \"二つ目\"\n}");
        assert_eq!(
            (known.line, known.message.key.as_str()),
            (2, "fields.other_known")
        );
    }
}
