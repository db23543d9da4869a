use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::scalar;

/// Formats an object as block YAML, one member per line.
///
/// Strings are always quoted, so none is read as a number, a date or a boolean.
pub(super) fn write(fields: &Map<String, Value>) -> String {
    let mut text = String::new();
    if fields.is_empty() {
        text.push_str("{}\n");
    }
    members(&mut text, fields, 0);
    text
}

fn members(text: &mut String, fields: &Map<String, Value>, depth: usize) {
    for (name, value) in fields {
        indent(text, depth);
        text.push_str(&key(name));
        text.push(':');
        write_value(text, value, depth);
    }
}

/// Writes a value after its key or dash, and the line end.
fn write_value(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            text.push('\n');
            members(text, fields, depth + 1);
        }
        Value::Array(values) if !values.is_empty() => {
            text.push('\n');
            for value in values {
                indent(text, depth + 1);
                text.push('-');
                write_value(text, value, depth + 1);
            }
        }
        simple => {
            let _ = writeln!(text, " {}", scalar(simple)); // writing to a String cannot fail
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    for _ in 0..depth {
        text.push_str("  ");
    }
}

/// Returns the key without quotes where every reader takes it for a string.
fn key(name: &str) -> String {
    const TAKEN: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let starts_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_plain = starts_plain && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_plain && !TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
        name.to_owned()
    } else {
        scalar(&name)
    }
}
