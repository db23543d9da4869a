//! The fields that have a role: which field has it, and the value that a guide has there.

use annai_domain::{Slug, SlugError};
use serde_json::Value;

use super::role::Shape;
use super::{Field, FieldRole, Schema, SchemaError};
use crate::GuideSource;

/// Gives the fields of a schema without roles the roles that their keys had before.
pub(super) fn assign_by_key(fields: &mut [Field], properties: &serde_json::Map<String, Value>) {
    for role in FieldRole::ALL {
        let key = role.key_before_roles();
        let fits = properties.get(key).is_some_and(|it| role.shape().fits(it));
        if let Some(field) = fields.iter_mut().find(|field| field.key == key && fits) {
            field.role = Some(role);
        }
    }
}

/// Whether the fields with roles need a `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Types {
    Needed,
    /// The schema is older than roles.
    MayBeMissing,
}

/// Refuses a role that is missing, given twice, or given to a field of another type.
pub(super) fn check(
    fields: &[Field],
    properties: &serde_json::Map<String, Value>,
    types: Types,
) -> Result<(), SchemaError> {
    for role in FieldRole::ALL {
        let mut with_role = fields.iter().filter(|field| field.role == Some(role));
        let Some(field) = with_role.next() else {
            if role.is_needed() {
                return Err(SchemaError::MissingRole(role));
            }
            continue;
        };
        if let Some(other) = with_role.next() {
            let keys = [field.key.clone(), other.key.clone()];
            return Err(SchemaError::RepeatedRole { role, keys });
        }
        let Some(property) = properties.get(&field.key) else {
            continue;
        };
        let lacks_type = types == Types::Needed && property.get("type").is_none();
        if lacks_type || !role.shape().fits(property) {
            return Err(SchemaError::RoleType {
                role,
                key: field.key.clone(),
                expected: role.shape().type_name(),
            });
        }
        let needs_texts = types == Types::Needed && role.shape() == Shape::List;
        let items = property.get("items");
        if needs_texts && items.is_some_and(|items| !Shape::Text.fits(items)) {
            let key = field.key.clone();
            return Err(SchemaError::RoleItems { role, key });
        }
    }
    Ok(())
}

impl Schema {
    /// Returns the field that has `role`.
    #[must_use]
    pub fn field_of(&self, role: FieldRole) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }

    /// Returns the front matter key of the field that has `role`.
    #[must_use]
    pub fn key_of(&self, role: FieldRole) -> Option<&str> {
        self.field_of(role).map(|field| field.key.as_str())
    }

    /// Returns the text that a guide has in the field with `role`.
    ///
    /// `None` where the schema has no such field or the guide has no text there.
    #[must_use]
    pub fn text_of<'s>(&self, role: FieldRole, source: &'s GuideSource) -> Option<&'s str> {
        source.front_matter().get(self.key_of(role)?)?.as_str()
    }

    /// Lists the texts that a guide has in the field with `role`.
    pub fn list_of<'s>(
        &self,
        role: FieldRole,
        source: &'s GuideSource,
    ) -> impl Iterator<Item = &'s str> + Clone {
        let value = self
            .key_of(role)
            .and_then(|key| source.front_matter().get(key));
        let items = value
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        items.iter().filter_map(Value::as_str)
    }

    /// Returns the slug of a guide: the front matter's, else the stem of `file_name`, else none.
    ///
    /// # Errors
    ///
    /// [`SlugError`] when the text that should be the slug is not one.
    pub fn slug_of(
        &self,
        source: &GuideSource,
        file_name: Option<&str>,
    ) -> Result<Option<Slug>, SlugError> {
        let value = self
            .key_of(FieldRole::Slug)
            .and_then(|key| source.front_matter().get(key));
        match value {
            Some(Value::String(slug)) => slug.parse().map(Some),
            Some(Value::Null) | None => file_name.and_then(file_stem).map(str::parse).transpose(),
            Some(other) => {
                let character = other.to_string().chars().next().unwrap_or('"');
                Err(SlugError::BadCharacter {
                    character,
                    position: 0,
                })
            }
        }
    }
}

fn file_stem(file_name: &str) -> Option<&str> {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    (!stem.is_empty()).then_some(stem)
}
