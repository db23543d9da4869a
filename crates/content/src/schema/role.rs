use annai_domain::closed_set;
use serde_json::Value;

closed_set! {
    /// The part that a field plays for Annai, whatever its key in the front matter is.
    ///
    /// The schema gives a role by `"x-annai": {"role": "title"}`. No two fields have one role.
    pub enum FieldRole: "a role of a field" {
        /// The title in lists and search results.
        Title = "title",
        /// The part of the address that names the guide.
        Slug = "slug",
        /// The description in search results and on cards.
        Summary = "summary",
        /// The one category that lists filter by.
        Category = "category",
        /// The tags that lists filter by.
        Tags = "tags",
        /// The words that a search finds beside the text.
        Keywords = "keywords",
        /// The slugs of related guides, in the order of their cards.
        Relations = "relations",
        /// The image on cards.
        Image = "image",
    }
}

/// The JSON value of a field that has a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    List,
}

impl FieldRole {
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

    pub(crate) fn shape(self) -> Shape {
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
