use serde::Serialize;
use serde_json::Value;

/// The kind of a value, in pieces: text, and names of schemas.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Kind(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Piece {
    Text(String),
    /// The name of a schema, which a page links to.
    Schema(String),
}

impl Kind {
    /// Describes a JSON Schema in one line, such as "array of Guide or null".
    pub(super) fn of(schema: &Value) -> Self {
        let mut kind = Self::default();
        kind.describe(schema);
        kind
    }

    fn describe(&mut self, schema: &Value) {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap_or(name);
            return self.0.push(Piece::Schema(name.to_owned()));
        }
        for (member, word) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
            if let Some(choices) = schema[member].as_array() {
                return self.join(choices, word);
            }
        }
        if let Some(values) = schema["enum"].as_array() {
            let values: Vec<_> = values.iter().map(Value::to_string).collect();
            return self.say(&values.join(" | "));
        }
        match &schema["type"] {
            Value::String(name) => self.name(name, schema),
            Value::Array(names) => {
                for (number, name) in names.iter().filter_map(Value::as_str).enumerate() {
                    if number > 0 {
                        self.say(" or ");
                    }
                    self.name(name, schema);
                }
            }
            _ => self.say("any"),
        }
    }

    fn join(&mut self, choices: &[Value], word: &str) {
        for (number, choice) in choices.iter().enumerate() {
            if number > 0 {
                self.say(word);
            }
            self.describe(choice);
        }
    }

    fn name(&mut self, name: &str, schema: &Value) {
        let values = &schema["additionalProperties"];
        match (name, schema["format"].as_str()) {
            ("array", _) => {
                self.say("array of ");
                self.describe(&schema["items"]);
            }
            ("object", _) if values.is_object() => {
                self.say("object of ");
                self.describe(values);
            }
            ("string" | "integer" | "number", Some(format)) => {
                self.say(&format!("{name} ({format})"));
            }
            _ => self.say(name),
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.0.last_mut() {
            last.push_str(text);
        } else {
            self.0.push(Piece::Text(text.to_owned()));
        }
    }
}
