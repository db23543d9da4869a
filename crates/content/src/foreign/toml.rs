use std::ops::Range;

use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::SourceErrorKind;
use crate::source::LocatedError;

/// Reads the TOML in `block`.
pub(super) fn read(text: &str, block: Range<usize>) -> Result<Map<String, Value>, LocatedError> {
    let start = block.start;
    let table = DeTable::parse(&text[block]).map_err(|error| {
        let offset = start + error.span().map_or(0, |span| span.start);
        let reason = error.message().to_owned();
        (SourceErrorKind::NotToml { reason }, offset)
    })?;
    fields(table.get_ref()).map_err(|(kind, offset)| (kind, start + offset))
}

fn fields(table: &DeTable<'_>) -> Result<Map<String, Value>, LocatedError> {
    let members = table
        .iter()
        .map(|(key, member)| Ok((key.get_ref().to_string(), value(member)?)));
    members.collect()
}

fn value(spanned: &Spanned<DeValue<'_>>) -> Result<Value, LocatedError> {
    let refuse = |kind| (kind, spanned.span().start);
    match spanned.get_ref() {
        DeValue::String(text) => Ok(Value::from(text.as_ref())),
        DeValue::Boolean(answer) => Ok(Value::from(*answer)),
        DeValue::Datetime(time) => Ok(Value::from(time.to_string())),
        DeValue::Integer(digits) => {
            integer(digits).ok_or_else(|| refuse(SourceErrorKind::IntegerTooLarge))
        }
        DeValue::Float(digits) => {
            let number = digits.as_str().parse().ok().and_then(Number::from_f64);
            let number = number.ok_or_else(|| refuse(SourceErrorKind::NotFinite))?;
            Ok(Value::Number(number))
        }
        DeValue::Array(values) => values.iter().map(value).collect(),
        DeValue::Table(table) => Ok(Value::Object(fields(table)?)),
    }
}

fn integer(digits: &DeInteger<'_>) -> Option<Value> {
    let number = i64::from_str_radix(digits.as_str(), digits.radix());
    number.ok().map(Value::from)
}
