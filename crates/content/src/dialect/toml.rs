use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::scalar;

/// Formats an object as TOML, one member per line; nested objects become inline tables.
pub(super) fn write(fields: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (name, value) in non_null_members(fields) {
        let _ = writeln!(text, "{} = {}", key(name), one(value)); // writing to a String cannot fail
    }
    text
}

fn non_null_members(fields: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    fields.iter().filter(|(_, value)| !value.is_null())
}

fn one(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<_> = values.iter().filter(|v| !v.is_null()).map(one).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(fields) => {
            let members: Vec<_> = non_null_members(fields)
                .map(|(name, value)| format!("{} = {}", key(name), one(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Number(number) => self::number(number),
        simple => scalar(simple),
    }
}

/// Formats a number; an integer beyond 64 signed bits, which TOML does not have, becomes a float.
fn number(number: &Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (None, Some(float)) => scalar(&float),
        _ => scalar(number),
    }
}

fn key(name: &str) -> String {
    let is_bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if !name.is_empty() && name.bytes().all(is_bare) {
        name.to_owned()
    } else {
        scalar(&name)
    }
}
