use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::source::LocatedError;
use crate::{GuideSource, SourceErrorKind};

/// The largest float that may have been written as an integer. YAML's reader makes floats of longer
/// ones, and digits are lost.
const EXACT: f64 = 1.7e38;

/// The reader's own words for too many aliases.
const REPEATED: &str = "repetition limit";

/// Reads the YAML in `block`.
///
/// A scalar without quotes has the type of YAML 1.2's core schema; dates stay texts.
pub(super) fn read(text: &str, block: Range<usize>) -> Result<Map<String, Value>, LocatedError> {
    let yaml = &text[block.clone()];
    if yaml
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Map::new());
    }
    let reading = Reading {
        room: Cell::new(GuideSource::MAX_BYTES),
        fault: RefCell::new(None),
    };
    let value = Node(&reading).deserialize(serde_yaml_ng::Deserializer::from_str(yaml));
    match value {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err((SourceErrorKind::NotFields, block.start)),
        Err(error) => {
            let offset = error
                .location()
                .map_or(0, |place| offset_of(yaml, place.line(), place.column()));
            let fault = reading.fault.take();
            let reason = || match error.to_string() {
                reason if reason.contains(REPEATED) => SourceErrorKind::TooMuchRepeated,
                reason => SourceErrorKind::NotYaml { reason },
            };
            Err((fault.unwrap_or_else(reason), block.start + offset))
        }
    }
}

/// Returns the byte of a line and column, both counted from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = before.map(str::len).sum();
    let characters = text[start..].chars().take(column.saturating_sub(1));
    (start + characters.map(char::len_utf8).sum::<usize>()).min(text.len())
}

/// The bytes that a document may still hold, and the fault that ended the reading.
struct Reading {
    /// An alias costs as much as the value that it repeats, so that no small file grows large.
    room: Cell<usize>,
    fault: RefCell<Option<SourceErrorKind>>,
}

impl Reading {
    fn refuse<E: Error>(&self, kind: SourceErrorKind) -> E {
        let error = E::custom(&kind);
        *self.fault.borrow_mut() = Some(kind);
        error
    }

    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        // A value costs a byte of its own, for lists of empty ones.
        match self.room.get().checked_sub(bytes + 1) {
            Some(left) => {
                self.room.set(left);
                Ok(())
            }
            None => Err(self.refuse(SourceErrorKind::TooMuchRepeated)),
        }
    }
}

/// Reads one value of any type.
#[derive(Clone, Copy)]
struct Node<'r>(&'r Reading);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that JSON has")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.0.take(0).map(|()| Value::Null)
    }

    fn visit_bool<E: Error>(self, answer: bool) -> Result<Value, E> {
        self.0.take(0).map(|()| answer.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        self.0.take(0).map(|()| number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        self.0.take(0).map(|()| number.into())
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Value, E> {
        Err(self.0.refuse(SourceErrorKind::IntegerTooLarge))
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Value, E> {
        Err(self.0.refuse(SourceErrorKind::IntegerTooLarge))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        self.0.take(0)?;
        let kind = if number.is_finite() {
            SourceErrorKind::IntegerTooLarge
        } else {
            SourceErrorKind::NotFinite
        };
        let number = Number::from_f64(number).filter(|_| number.abs() < EXACT);
        number.map(Value::Number).ok_or_else(|| self.0.refuse(kind))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.0.take(text.len()).map(|()| text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        self.0.take(0)?;
        let mut list = Vec::new();
        while let Some(value) = values.next_element_seed(self)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.0.take(0)?;
        let mut fields = Map::new();
        while let Some(key) = members.next_key_seed(self)? {
            let Value::String(key) = key else {
                return Err(self.0.refuse(SourceErrorKind::KeyNotText));
            };
            if key == "<<" {
                return Err(self.0.refuse(SourceErrorKind::MergeKey));
            }
            if fields.contains_key(&key) {
                return Err(self.0.refuse(SourceErrorKind::DuplicateKey { key }));
            }
            let value = members.next_value_seed(self)?;
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}
