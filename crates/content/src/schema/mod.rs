//! `content/schema.json`: one file that drives the form, the validation and the published
//! schema.

mod field;
#[cfg(test)]
mod tests;

use annai_domain::ContentHash;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;

pub use field::{Counter, Field, Localised, SelectOption, Widget};

/// The schema of the front matter: JSON Schema 2020-12 with hints for the form in `x-annai`.
pub struct Schema {
    document: Value,
    hash: ContentHash,
    fields: Vec<Field>,
    validator: Validator,
}

/// Why a text is not a usable schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Not JSON.
    #[error("the schema is not JSON: {0}")]
    NotJson(String),
    /// Not a JSON Schema of draft 2020-12.
    #[error("the schema is not a valid JSON Schema 2020-12: {0}")]
    NotASchema(String),
    /// It does not describe an object with named properties.
    #[error("the schema must say `\"type\": \"object\"` and list the fields in `properties`")]
    NotAnObject,
    /// The hints of one field cannot be used.
    #[error("the field {key:?} has unusable `x-annai` hints: {reason}")]
    BadHints {
        /// The field.
        key: String,
        /// What is wrong with them.
        reason: String,
    },
}

impl Schema {
    /// Reads a schema. It is compiled once; validation afterwards is cheap.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] says what is wrong with the file. Nothing is fetched: a `$ref` to another
    /// document is an error.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let document: Value =
            serde_json::from_str(text).map_err(|error| SchemaError::NotJson(error.to_string()))?;
        let is_object = document.get("type").and_then(Value::as_str) == Some("object");
        let properties = document
            .get("properties")
            .and_then(Value::as_object)
            .filter(|_| is_object);
        let Some(properties) = properties else {
            return Err(SchemaError::NotAnObject);
        };
        let mut fields = Vec::with_capacity(properties.len());
        for (index, (key, property)) in properties.iter().enumerate() {
            let required = is_required(&document, key);
            fields.push(Field::read(key, property, index, required)?);
        }
        fields.sort_by_key(|field| field.order);
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            // The engine without backtracking: a pattern cannot be made to run for ever.
            .with_pattern_options(jsonschema::PatternOptions::regex())
            .build(&document)
            .map_err(|error| SchemaError::NotASchema(error.to_string()))?;
        Ok(Self {
            document,
            hash: ContentHash::of(text.as_bytes()),
            fields,
            validator,
        })
    }

    /// The document as it was read, for `/v1/schemas/guide.json`.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// SHA-256 of the file: names this version of the schema.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// The fields in the order of the form.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field called `key`.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Whether the schema names `key`; other keys are kept and delivered in `extra`.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.field(key).is_some()
    }

    /// Lists the rules of the schema that a front matter breaks.
    pub fn errors<'i>(
        &'i self,
        front_matter: &'i Value,
    ) -> impl Iterator<Item = ValidationError<'i>> {
        self.validator.iter_errors(front_matter)
    }
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys: Vec<_> = self.fields.iter().map(|field| field.key.as_str()).collect();
        formatter
            .debug_struct("Schema")
            .field("hash", &self.hash)
            .field("fields", &keys)
            .finish_non_exhaustive()
    }
}

fn is_required(document: &Value, key: &str) -> bool {
    let required = document.get("required").and_then(Value::as_array);
    required.is_some_and(|keys| keys.iter().any(|required| required == key))
}
