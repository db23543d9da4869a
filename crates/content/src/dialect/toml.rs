use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::scalar;

/// An object as TOML, one member a line; objects inside stand on the line of their member.
pub(super) fn write(fields: &Map<String, Value>) -> String {
    let mut text = String::new();
    for (name, value) in said(fields) {
        let _ = writeln!(text, "{} = {}", key(name), one(value)); // a String takes everything
    }
    text
}

fn said(fields: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    fields.iter().filter(|(_, value)| !value.is_null())
}

fn one(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<_> = values.iter().filter(|v| !v.is_null()).map(one).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(fields) => {
            let members: Vec<_> = said(fields)
                .map(|(name, value)| format!("{} = {}", key(name), one(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::Number(number) => self::number(number),
        simple => scalar(simple),
    }
}

/// Integers of TOML have 64 bits with their sign; what is greater becomes a float.
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
