use serde::Serialize;
use serde_json::Value;

use super::described;
use super::kind::Kind;

/// The deepest object that is written inside another one.
const DEPTH: usize = 4;

/// The limits that a schema sets, with the words for them.
const LIMITS: [(&str, &str); 7] = [
    ("minimum", "≥"),
    ("maximum", "≤"),
    ("minLength", "≥ characters"),
    ("maxLength", "≤ characters"),
    ("minItems", "≥ items"),
    ("maxItems", "≤ items"),
    ("pattern", "matches"),
];

/// A shape with a name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedSchema {
    pub name: String,
    pub description: String,
    /// The kind of a shape without members.
    pub kind: Option<Kind>,
    pub fields: Vec<Field>,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The name, behind those of the objects around it: `meta.ref`.
    pub name: String,
    pub is_required: bool,
    pub kind: Kind,
    pub description: String,
    /// The limits of the value, such as `≤ 200`.
    pub limits: Vec<String>,
}

pub(super) fn all(openapi: &Value) -> Vec<NamedSchema> {
    let schemas = openapi["components"]["schemas"].as_object();
    schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| named(name, schema))
        .collect()
}

fn named(name: &str, schema: &Value) -> NamedSchema {
    let fields = fields_of(schema);
    NamedSchema {
        name: name.to_owned(),
        description: described(schema),
        kind: fields.is_empty().then(|| Kind::of(schema)),
        fields,
    }
}

/// Lists the members of an object, and those of the objects in it.
pub(super) fn fields_of(schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    collect(schema, "", 0, &mut fields);
    fields
}

fn collect(schema: &Value, before: &str, depth: usize, fields: &mut Vec<Field>) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(part, before, depth, fields);
    }
    let required: Vec<_> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{before}{name}");
        fields.push(Field {
            name: path.clone(),
            is_required: required.iter().any(|one| *one == name),
            kind: Kind::of(member),
            description: described(member),
            limits: limits(member),
        });
        if depth < DEPTH {
            collect(member, &format!("{path}."), depth + 1, fields);
            collect(&member["items"], &format!("{path}[]."), depth + 1, fields);
        }
    }
}

pub(super) fn limits(schema: &Value) -> Vec<String> {
    let said = |(member, word): &(&str, &str)| {
        let limit = &schema[*member];
        match limit {
            Value::Null => None,
            Value::String(text) => Some(format!("{word} {text}")),
            number => Some(match word.split_once(' ') {
                Some((sign, unit)) => format!("{sign} {number} {unit}"),
                None => format!("{word} {number}"),
            }),
        }
    };
    LIMITS.iter().filter_map(said).collect()
}
