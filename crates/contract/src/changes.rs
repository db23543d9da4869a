use annai_domain::RefName;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::formats;
use crate::guide::GuideDocument;

/// A page of changes, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeList<'a> {
    /// The last change of each slug.
    pub data: Vec<Change<'a>>,
    /// Metadata of the page.
    pub meta: ChangeListMeta,
    /// The address of the next page.
    pub links: ChangeListLinks,
}

/// The last change of a slug.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Change<'a> {
    /// A guide is published under the slug.
    Upsert {
        /// The slug under which the guide is public.
        #[schema(schema_with = formats::slug)]
        slug: &'a str,
        /// The number of the published revision.
        #[schema(minimum = 1)]
        revision: i32,
        /// SHA-256 of the source.
        #[schema(schema_with = formats::digest)]
        digest: String,
        /// The ref of the change.
        #[serde(rename = "ref")]
        #[schema(schema_with = formats::ref_name)]
        name: RefName,
        /// The slugs of other guides whose related cards changed with it.
        #[schema(schema_with = formats::slugs)]
        affects: &'a [String],
        /// The guide's earlier slug, if it changed behind the token.
        #[schema(schema_with = formats::slug_or_null)]
        previous_slug: Option<&'a str>,
        /// The document of the guide; absent with `body=none`.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<GuideDocument>, nullable = false)]
        guide: Option<&'a RawValue>,
    },
    /// No guide is published under the slug.
    Delete {
        /// The slug under which no guide is public now.
        #[schema(schema_with = formats::slug)]
        slug: &'a str,
        /// The event that ended the publication.
        reason: DeleteReason,
        /// The current slug of the same guide, if it moved.
        #[schema(schema_with = formats::slug_or_null)]
        moved_to: Option<&'a str>,
    },
}

/// The reason why no guide is published under a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeleteReason {
    /// The guide was unpublished.
    Unpublished,
    /// The publication expired.
    Expired,
    /// The guide is published under another slug.
    Moved,
}

/// Metadata of a page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeListMeta {
    /// The token behind this page.
    #[schema(schema_with = formats::ref_name)]
    pub token: RefName,
    /// Whether more changes may follow already.
    pub has_more: bool,
    /// The number of changes on the page.
    pub count: usize,
}

/// The address of the next page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeListLinks {
    /// The changes behind this page.
    pub next: String,
}
