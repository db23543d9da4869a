use serde::Serialize;
use utoipa::ToSchema;

/// The way into the API.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiIndex {
    /// The site.
    pub data: ApiIndexData,
    /// The addresses of what the API offers.
    pub links: ApiIndexLinks,
}

/// The site that the API delivers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiIndexData {
    /// The name of the site.
    pub name: String,
}

/// The addresses of what the API offers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiIndexLinks {
    /// The list of guides.
    pub guides: &'static str,
    /// The search; it needs the parameter `q`.
    pub search: &'static str,
    /// The categories, tags and keywords.
    pub taxonomy: &'static str,
    /// The change feed.
    pub changes: &'static str,
    /// All guides at once.
    pub export: &'static str,
    /// The slugs that lead to other slugs.
    pub redirects: &'static str,
    /// The publications.
    pub refs: &'static str,
    /// The JSON Schema of a guide.
    pub schema: &'static str,
    /// The OpenAPI description.
    pub openapi: &'static str,
    /// The feed, as JSON Feed.
    pub feed: &'static str,
    /// The sitemap.
    pub sitemap: &'static str,
}
