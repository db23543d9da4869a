//! Spells new values in the layout that the file already has.

use serde_json::Value;

/// The layout of one file's front matter.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// The line end inside the block.
    pub(crate) line_end: &'static str,
    /// The indentation of one level; empty when everything is on one line.
    pub(crate) unit: String,
    /// Whether lists and objects have one line per element.
    pub(crate) multi_line: bool,
}

impl Layout {
    /// Returns the layout of a new file, which equals `JSON.stringify(value, null, 2)`.
    pub(crate) fn canonical(line_end: &'static str) -> Self {
        Self {
            line_end,
            unit: "  ".to_owned(),
            multi_line: true,
        }
    }

    /// Spells `value`, whose first line is already indented by `indent`.
    pub(crate) fn spell(&self, value: &Value, indent: &str) -> String {
        match value {
            Value::Array(items) => {
                let items = items
                    .iter()
                    .map(|item| self.spell(item, &self.deeper(indent)));
                self.bracket('[', ']', &items.collect::<Vec<_>>(), indent)
            }
            Value::Object(map) => {
                let members = map.iter().map(|(key, value)| {
                    let value = self.spell(value, &self.deeper(indent));
                    format!("{}: {value}", spell_scalar(&Value::from(key.as_str())))
                });
                self.bracket('{', '}', &members.collect::<Vec<_>>(), indent)
            }
            scalar => spell_scalar(scalar),
        }
    }

    /// Returns the separator between two elements indented by `indent`.
    pub(crate) fn separator(&self, indent: &str) -> String {
        if self.multi_line {
            format!(",{}{indent}", self.line_end)
        } else {
            ", ".to_owned()
        }
    }

    /// Returns `indent` with one more level.
    pub(crate) fn deeper(&self, indent: &str) -> String {
        format!("{indent}{}", self.unit)
    }

    fn bracket(&self, open: char, close: char, elements: &[String], indent: &str) -> String {
        if elements.is_empty() {
            return format!("{open}{close}");
        }
        let inner = self.deeper(indent);
        let joined = elements.join(&self.separator(&inner));
        if self.multi_line {
            let end = self.line_end;
            format!("{open}{end}{inner}{joined}{end}{indent}{close}")
        } else {
            format!("{open}{joined}{close}")
        }
    }
}

/// Spells a string, number, boolean or null as JSON, without escaping letters.
pub(crate) fn spell_scalar(value: &Value) -> String {
    value.to_string()
}

/// Returns whether two values are equal: numbers by value (`1.0` is `1`), objects in any order.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right
                || (left.as_f64() == right.as_f64() && !(is_integer(left) && is_integer(right)))
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}

fn is_integer(number: &serde_json::Number) -> bool {
    number.is_u64() || number.is_i64()
}
