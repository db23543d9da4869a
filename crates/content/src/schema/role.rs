use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    pub(super) fn is_needed(self) -> bool {
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
    pub(super) fn key_before_roles(self) -> &'static str {
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
    pub(super) fn fits(self, property: &Value) -> bool {
        let named = |value: &Value| value == self.type_name();
        match property.get("type") {
            None => true,
            Some(Value::Array(types)) => types.iter().any(named),
            Some(name) => named(name),
        }
    }
}
