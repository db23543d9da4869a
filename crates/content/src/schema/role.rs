use annai_domain::{Slug, SlugError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Field, Schema, SchemaError};
use crate::GuideSource;

/// The part that a field plays for Annai, whatever its key in the front matter is.
///
/// The schema gives a role by `"x-annai": {"role": "title"}`. No two fields have one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldRole {
    /// The title in lists and search results.
    Title,
    /// The part of the address that names the guide.
    Slug,
    /// The description in search results and on cards.
    Summary,
    /// The one category that lists filter by.
    Category,
    /// The tags that lists filter by.
    Tags,
    /// The words that a search finds beside the text.
    Keywords,
    /// The slugs of related guides, in the order of their cards.
    Relations,
    /// The image on cards.
    Image,
}

/// The JSON value of a field that has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    List,
}

impl FieldRole {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Slug,
        Self::Summary,
        Self::Category,
        Self::Tags,
        Self::Keywords,
        Self::Relations,
        Self::Image,
    ];

    /// Returns the role as the schema spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Slug => "slug",
            Self::Summary => "summary",
            Self::Category => "category",
            Self::Tags => "tags",
            Self::Keywords => "keywords",
            Self::Relations => "relations",
            Self::Image => "image",
        }
    }

    /// Returns whether every schema needs the role.
    fn is_needed(self) -> bool {
        match self {
            Self::Title | Self::Slug => true,
            Self::Summary
            | Self::Category
            | Self::Tags
            | Self::Keywords
            | Self::Relations
            | Self::Image => false,
        }
    }

    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Title | Self::Slug | Self::Summary | Self::Category | Self::Image => Shape::Text,
            Self::Tags | Self::Keywords | Self::Relations => Shape::List,
        }
    }

    /// Returns the key that had this part before schemas named roles.
    fn key_before_roles(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Slug => "slug",
            Self::Summary => "meta_description",
            Self::Category => "category",
            Self::Tags => "tags",
            Self::Keywords => "keywords",
            Self::Relations => "related_jobs",
            Self::Image => "thumbnail",
        }
    }
}

impl std::fmt::Display for FieldRole {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Shape {
    /// Returns the JSON Schema type of such a value.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::List => "array",
        }
    }

    /// Returns whether a property can have such a value. One without a `type` can have any.
    fn fits(self, property: &Value) -> bool {
        let named = |value: &Value| value == self.type_name();
        match property.get("type") {
            None => true,
            Some(Value::Array(types)) => types.iter().any(named),
            Some(name) => named(name),
        }
    }
}

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

/// Refuses a role that is missing, given twice, or given to a field of another type.
pub(super) fn check(
    fields: &[Field],
    properties: &serde_json::Map<String, Value>,
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
        let property = properties.get(&field.key);
        if property.is_some_and(|property| !role.shape().fits(property)) {
            return Err(SchemaError::RoleType {
                role,
                key: field.key.clone(),
                expected: role.shape().type_name(),
            });
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
