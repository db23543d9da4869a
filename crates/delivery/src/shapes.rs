use std::collections::HashMap;

use serde_json::Value;
use utoipa::ToSchema;

/// The document of one guide.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct GuideDocument {
    data: Guide,
    included: Option<Included>,
    meta: GuideMeta,
    links: HashMap<String, String>,
}

/// One guide: the fields of its front matter, flat and named as there, and what was derived from
/// it. `/v1/schemas/guide.json` has the fields.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct Guide {
    #[schema(format = Uuid)]
    id: Option<String>,
    #[schema(pattern = "^[a-z0-9]+(_[a-z0-9]+)*$")]
    slug: Option<String>,
    /// Fields that the schema does not know, in their own order.
    extra: Option<HashMap<String, Value>>,
    /// The text of the H1.
    heading: Option<String>,
    body: Option<Body>,
    stats: Option<Stats>,
    /// The number of the published revision.
    revision: Option<i32>,
    /// SHA-256 of the source.
    #[schema(pattern = "^sha256-[0-9a-f]{64}$")]
    digest: Option<String>,
    #[schema(format = DateTime)]
    first_published_at: Option<String>,
    #[schema(format = DateTime)]
    published_at: Option<String>,
}

/// The parts of a body that were asked for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct Body {
    html: Option<String>,
    markdown: Option<String>,
    text: Option<String>,
    toc: Option<Vec<Heading>>,
}

/// One heading of the table of contents.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct Heading {
    #[schema(minimum = 1, maximum = 6)]
    depth: u8,
    slug: String,
    text: String,
}

/// Counts.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct Stats {
    characters: u32,
    reading_minutes: u32,
    headings: u32,
    tables: u32,
}

/// What stands beside the guide.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct Included {
    related: Vec<Card>,
    /// Related slugs under which nothing is published.
    related_unresolved: Vec<String>,
}

/// A related guide, one level deep.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct Card {
    slug: String,
    title: String,
    category: String,
    thumbnail: Option<String>,
    meta_description: String,
}

/// What is to know about a guide's document.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct GuideMeta {
    /// The ref at which these bytes appeared.
    #[schema(rename = "ref", pattern = "^[0-9]+-[0-9a-f]{8}$")]
    r#ref: String,
    /// The surrogate keys.
    cache_tags: Vec<String>,
    /// True where it is shown before it is public; absent otherwise.
    preview: Option<bool>,
}

/// One page of guides.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct GuideList {
    data: Vec<Guide>,
    included: Option<Included>,
    meta: ListMeta,
    links: ListLinks,
}

/// What is to know about a page.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct ListMeta {
    /// The ref since which this list has not changed.
    #[schema(rename = "ref", pattern = "^[0-9]+-[0-9a-f]{8}$")]
    r#ref: String,
    count: u32,
    limit: u32,
    next_cursor: Option<String>,
}

/// The addresses of this page and the next.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct ListLinks {
    #[schema(rename = "self")]
    own: String,
    pinned: String,
    next: Option<String>,
}

/// The current ref.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct CurrentRef {
    data: RefData,
    links: HashMap<String, String>,
}

/// A position in the ledger of publications.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes bytes that are made elsewhere")]
pub(crate) struct RefData {
    #[schema(rename = "ref", pattern = "^[0-9]+-[0-9a-f]{8}$")]
    r#ref: String,
    #[schema(format = DateTime)]
    published_at: Option<String>,
}
