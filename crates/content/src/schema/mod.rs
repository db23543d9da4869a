//! `content/schema.json`: one file that drives the form, the validation and the published
//! schema.

mod field;
mod fields_by_role;
mod role;
mod rule_set;
#[cfg(test)]
mod tests;
mod validator;

use annai_domain::ContentHash;
use jsonschema::{ValidationError, Validator};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::address::may_show;

pub use field::{Counter, Field, Localised, SelectOption, Widget};
pub use role::FieldRole;
pub(crate) use role::Shape;
pub use rule_set::{RuleSet, TopHeading};

/// The schema of the front matter: JSON Schema 2020-12 with hints for the form in `x-annai`.
pub struct Schema {
    document: Value,
    hash: ContentHash,
    fields: Vec<Field>,
    rules: Option<RuleSet>,
    top_heading: TopHeading,
    roles_are_guessed: bool,
    validator: Validator,
}

/// The hints that stand beside the properties.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SchemaHints {
    rules: Option<RuleSet>,
    top_heading: Option<TopHeading>,
}

/// The reason why a text is not a usable schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The text is not JSON.
    #[error("the schema is not JSON: {0}")]
    NotJson(String),
    /// The text is not a JSON Schema of draft 2020-12.
    #[error("the schema is not a valid JSON Schema 2020-12: {0}")]
    NotASchema(String),
    /// It does not describe an object with named properties.
    #[error("the schema must say `\"type\": \"object\"` and list the fields in `properties`")]
    NotAnObject,
    /// The hints of one field cannot be used.
    #[error("the field {key:?} has unusable `x-annai` hints: {reason}")]
    BadHints {
        /// The key of the field.
        key: String,
        /// The fault of the hints.
        reason: String,
    },
    /// The hints of the whole schema cannot be used.
    #[error("the `x-annai` hints beside `properties` are unusable: {0}")]
    BadSchemaHints(String),
    /// No field has a role that every guide needs.
    #[error(
        "no field has the role `{0}`: write `\"role\": \"{0}\"` into the `x-annai` of the field \
         that holds it"
    )]
    MissingRole(FieldRole),
    /// Two fields have one role.
    #[error("the fields {:?} and {:?} both have the role `{role}`: take it from one", keys[0], keys[1])]
    RepeatedRole {
        /// The role that only one field can have.
        role: FieldRole,
        /// The keys of two fields that claim it.
        keys: [String; 2],
    },
    /// One field is not valid JSON Schema.
    #[error("the field {key:?} is not valid JSON Schema 2020-12: {reason}")]
    BadField {
        /// The field.
        key: String,
        /// The fault of its schema.
        reason: String,
    },
    /// A field has a role for a list of texts, but lists other values.
    #[error(
        "the field {key:?} has the role `{role}`, so the `type` of its `items` must be `string`"
    )]
    RoleItems {
        /// The role.
        role: FieldRole,
        /// The field.
        key: String,
    },
    /// A field has a role that is for another type.
    #[error("the field {key:?} has the role `{role}`, so its `type` must be `{expected}`")]
    RoleType {
        /// The role that demands another type.
        role: FieldRole,
        /// The key of the field.
        key: String,
        /// The JSON Schema type that it must have.
        expected: &'static str,
    },
}

impl Schema {
    /// Reads a schema. It is compiled once; validation afterwards is cheap.
    ///
    /// A schema that says nothing of roles and rules was written before there were any. Its fields
    /// get the roles by the keys of that time, and it keeps the rules of that time: see
    /// [`roles_are_guessed`](Self::roles_are_guessed).
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
        let hints = hints(&document)?;
        let mut rules = hints.rules;
        let roles_are_guessed =
            document.get("x-annai").is_none() && fields.iter().all(|field| field.role.is_none());
        if roles_are_guessed {
            fields_by_role::assign_by_key(&mut fields, properties);
            rules = Some(RuleSet::JobGuide);
        }
        let validator = validator::build(&document, properties)?;
        let types = if roles_are_guessed {
            fields_by_role::Types::MayBeMissing
        } else {
            fields_by_role::Types::Needed
        };
        fields_by_role::check(&fields, properties, types)?;
        Ok(Self {
            document,
            hash: ContentHash::of(text.as_bytes()),
            fields,
            rules,
            top_heading: hints
                .top_heading
                .unwrap_or_else(|| TopHeading::usual(rules)),
            roles_are_guessed,
            validator,
        })
    }

    /// Returns the document as it was read, for `/v1/schemas/guide.json`.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the SHA-256 of the file: it names this version of the schema.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        self.hash
    }

    /// Returns the fields in the order of the form.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Returns the field called `key`.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// Returns the rules for one kind of guide that the schema names.
    #[must_use]
    pub fn rules(&self) -> Option<RuleSet> {
        self.rules
    }

    /// Returns the place of the top heading of a page.
    #[must_use]
    pub fn top_heading(&self) -> TopHeading {
        self.top_heading
    }

    /// Returns whether the schema names no roles, so that the fields' keys decided them.
    #[must_use]
    pub fn roles_are_guessed(&self) -> bool {
        self.roles_are_guessed
    }

    /// Returns whether the schema names `key`; other keys are kept and delivered in `extra`.
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

    /// Lists the image addresses in the fields that no page may load, each with the keys and
    /// indexes that lead to it.
    ///
    /// They are refused whatever the patterns of the schema allow.
    pub fn unsafe_images<'i>(
        &self,
        front_matter: &'i Map<String, Value>,
    ) -> impl Iterator<Item = (Vec<String>, &'i str)> {
        let fields = self.fields.iter().filter(|field| field.holds_images());
        let values = fields.filter_map(|field| Some((&field.key, front_matter.get(&field.key)?)));
        let texts = values.flat_map(|(key, value)| texts_of(key, value));
        texts.filter(|(_, text)| !text.is_empty() && !may_show(text))
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

fn hints(document: &Value) -> Result<SchemaHints, SchemaError> {
    match document.get("x-annai") {
        Some(hints) => SchemaHints::deserialize(hints)
            .map_err(|error| SchemaError::BadSchemaHints(error.to_string())),
        None => Ok(SchemaHints::default()),
    }
}

/// Lists the texts of a field: its own, or those of its list.
fn texts_of<'i>(key: &str, value: &'i Value) -> Vec<(Vec<String>, &'i str)> {
    let own = value.as_str().map(|text| (vec![key.to_owned()], text));
    let items = value.as_array().into_iter().flatten().enumerate();
    let items = items.filter_map(|(index, item)| {
        Some((vec![key.to_owned(), index.to_string()], item.as_str()?))
    });
    own.into_iter().chain(items).collect()
}

fn is_required(document: &Value, key: &str) -> bool {
    let required = document.get("required").and_then(Value::as_array);
    required.is_some_and(|keys| keys.iter().any(|required| required == key))
}
