//! The compiled schema.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value};

use super::SchemaError;

/// Compiles a schema with these `properties`. An error names the field at fault.
pub(super) fn build(
    document: &Value,
    properties: &Map<String, Value>,
) -> Result<Validator, SchemaError> {
    compile(document).map_err(|reason| match field_at_fault(document, properties) {
        Some((key, reason)) => SchemaError::BadField { key, reason },
        None => SchemaError::NotASchema(reason),
    })
}

/// Finds the field that cannot be compiled, and the reason. Not every error of the compiler has a
/// place, so each field is tried beside others without rules.
fn field_at_fault(document: &Value, properties: &Map<String, Value>) -> Option<(String, String)> {
    let mut tried = document.clone();
    for property in tried["properties"].as_object_mut()?.values_mut() {
        *property = Value::Bool(true);
    }
    compile(&tried).ok()?;
    properties.iter().find_map(|(key, property)| {
        tried["properties"][key] = property.clone();
        let reason = compile(&tried).err();
        tried["properties"][key] = Value::Bool(true);
        Some((key.clone(), reason?))
    })
}

fn compile(document: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        // The engine without backtracking: a pattern cannot be made to run for ever.
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(document)
        .map_err(|error| error.to_string())
}
