use annai_domain::{GuideId, RefName, Slug};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::formats;

/// The members of [`Guide`] beside the fields of the front matter. A field of the schema with one
/// of these names is delivered in `extra`.
pub const OWN_MEMBERS: [&str; 11] = [
    "id",
    "slug",
    "extra",
    "heading",
    "body",
    "stats",
    "revision",
    "digest",
    "first_published_at",
    "published_at",
    "updated_at",
];

/// The document of one guide.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GuideDocument<'a> {
    /// The guide as its JSON, which never changes after publishing.
    #[serde(borrow)]
    #[schema(value_type = Guide)]
    pub data: &'a RawValue,
    /// The guides that it names as related.
    pub included: Included,
    /// Metadata of the document.
    pub meta: GuideMeta,
    /// The addresses of the guide.
    pub links: GuideLinks,
}

/// One guide: the fields of its front matter, flat and with their own names, and the members that
/// Annai derives.
///
/// A guide that was published under an earlier schema may lack a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Guide {
    /// The guide's id, which never changes.
    #[schema(schema_with = formats::guide_id)]
    pub id: GuideId,
    /// The slug under which the guide is published.
    #[schema(schema_with = formats::slug)]
    pub slug: Slug,
    /// The fields that the schema knows, in its order.
    #[serde(flatten)]
    #[schema(ignore)]
    pub front_matter: Map<String, Value>,
    /// The other fields of the front matter, in their own order.
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    pub extra: Map<String, Value>,
    /// The text of the H1.
    pub heading: Option<String>,
    /// The rendered body. Lists leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required = true)]
    pub body: Option<Body>,
    /// Counts of the body.
    pub stats: Stats,
    /// The number of the published revision.
    #[schema(minimum = 1)]
    pub revision: i32,
    /// SHA-256 of the source.
    #[schema(schema_with = formats::digest)]
    pub digest: String,
    /// The time at which the guide was first published.
    #[schema(schema_with = formats::instant)]
    pub first_published_at: Timestamp,
    /// The time at which this revision was published.
    #[schema(schema_with = formats::instant)]
    pub published_at: Timestamp,
    /// The time at which the delivered bytes appeared: with this revision, or later with a related
    /// guide. In lists, and where `fields` names it; a whole document has it in `meta`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = formats::instant, required = false)]
    pub updated_at: Option<Timestamp>,
}

/// The body of a guide. The parts `markdown` and `text` are sent on request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Body {
    /// A safe HTML fragment.
    pub html: String,
    /// The Markdown of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub markdown: Option<String>,
    /// The plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<String>,
    /// The table of contents.
    pub toc: Vec<Heading>,
}

/// One heading of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heading {
    /// The level of the heading.
    #[schema(minimum = 1, maximum = 6)]
    pub depth: u8,
    /// The `id` of the heading in the HTML.
    pub slug: String,
    /// The text of the heading.
    pub text: String,
}

/// Counts of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stats {
    /// The letters of the Markdown: its grapheme clusters that are not white space.
    pub characters: usize,
    /// The reading time in minutes, at 500 letters a minute, rounded up.
    pub reading_minutes: usize,
    /// The number of headings, with the H1.
    pub headings: usize,
    /// The number of tables.
    pub tables: usize,
}

/// The related guides, one level deep.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Included {
    /// The published related guides, in the order of the front matter.
    pub related: Vec<Card>,
    /// The related slugs under which nothing is published.
    pub related_unresolved: Vec<String>,
}

/// A guide as others show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Card {
    /// The slug of the guide.
    #[schema(schema_with = formats::slug)]
    pub slug: String,
    /// The title of the guide.
    pub title: String,
    /// The category of the guide.
    pub category: String,
    /// The address of its small picture.
    pub thumbnail: Option<String>,
    /// The description of the guide.
    pub meta_description: String,
}

/// Metadata of a guide's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuideMeta {
    /// The ref at which these bytes appeared.
    #[serde(rename = "ref")]
    #[schema(schema_with = formats::ref_name)]
    pub name: RefName,
    /// The surrogate keys.
    pub cache_tags: Vec<String>,
    /// The time at which these bytes appeared. Documents that were published before Annai wrote it
    /// lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = formats::instant, required = false)]
    pub updated_at: Option<Timestamp>,
    /// True for a guide before its publication, otherwise absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub preview: Option<bool>,
}

/// The addresses of a guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuideLinks {
    /// The current document.
    #[serde(rename = "self")]
    pub own: String,
    /// The document at this ref, for ever.
    pub pinned: String,
    /// The Markdown source.
    pub source: String,
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::{Guide, OWN_MEMBERS};

    #[test]
    fn the_own_members_are_those_of_the_described_guide() {
        let schema = serde_json::to_value(Guide::schema()).unwrap();
        let described: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();

        assert_eq!(described, OWN_MEMBERS);
    }
}
