use std::collections::HashMap;

use annai_web::ProblemDocument;
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Description, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi, ToSchema};

use crate::parameters::{FrontMatter, Include, NoBody, Sort, SourceParameters, Word};
use crate::preview;

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

/// The source of a guide
///
/// The very bytes that were published.
#[utoipa::path(
    get,
    path = "/v1/guides/{slug}.md",
    operation_id = "get_guide_source",
    tag = "guides",
    params(("slug" = String, Path, description = "The guide's slug"), SourceParameters),
    responses(
        (status = 200, description = "The source", body = String, content_type = "text/markdown"),
        (status = 301, description = "Published under another slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "Nothing is published under this slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "It is no longer published", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "answered by `guide`; here only described")]
fn get_guide_source() {}

/// The body of a guide as HTML
///
/// A fragment, safe as it is.
#[utoipa::path(
    get,
    path = "/v1/guides/{slug}.html",
    operation_id = "get_guide_html",
    tag = "guides",
    params(("slug" = String, Path, description = "The guide's slug")),
    responses(
        (status = 200, description = "The fragment", body = String, content_type = "text/html"),
        (status = 301, description = "Published under another slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "Nothing is published under this slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "It is no longer published", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "answered by `guide`; here only described")]
fn get_guide_html() {}

/// The body of a guide as plain text
#[utoipa::path(
    get,
    path = "/v1/guides/{slug}.txt",
    operation_id = "get_guide_text",
    tag = "guides",
    params(("slug" = String, Path, description = "The guide's slug")),
    responses(
        (status = 200, description = "The text", body = String, content_type = "text/plain"),
        (status = 301, description = "Published under another slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "Nothing is published under this slug", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "It is no longer published", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "answered by `guide`; here only described")]
fn get_guide_text() {}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Annai delivery API",
        version = "1",
        description = "Published guides, read-only: now, and as they stood at any ref."
    ),
    paths(
        get_guide_source,
        get_guide_html,
        get_guide_text,
        preview::get_guide_preview,
        preview::get_guide_preview_source,
        preview::get_guide_preview_html
    ),
    components(schemas(FrontMatter, Include, NoBody, Sort, Word)),
    tags(
        (name = "guides", description = "What is published"),
        (name = "previews", description = "What is not public, for preview keys and preview links"),
        (name = "refs", description = "Positions in the ledger of publications"),
        (name = "changes", description = "What is new"),
        (name = "feeds", description = "For feed readers and search engines"),
        (name = "documents", description = "What this API is")
    ),
    security((), ("key" = [])),
    modifiers(&Key)
)]
pub(crate) struct Described;

struct Key;

impl Modify for Key {
    fn modify(&self, description: &mut Description) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A consumer's key, `annai_r_…` or `annai_p_…`"));
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme.build()));
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A consumer's preview key, `annai_p_…`, or the token of a preview link, `annai_l_…`",
            ));
        components.add_security_scheme("preview", SecurityScheme::Http(scheme.build()));
    }
}

/// The description of the delivery API, OpenAPI 3.1: what `docs/openapi-delivery.json` holds.
#[must_use]
pub fn openapi() -> Description {
    let mut description = crate::router::described().into_openapi();
    for form in ["md", "html", "txt"] {
        describe_at_ref(&mut description, form);
    }
    let operations = description.paths.paths.values_mut();
    for operation in operations.filter_map(|item| item.get.as_mut()) {
        describe_limit(operation);
    }
    crate::description::complete(&mut description);
    description
}

/// Every operation may answer that it was asked too often.
fn describe_limit(operation: &mut Operation) {
    let problem = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name("ProblemDocument"))))
        .build();
    let answer = ResponseBuilder::new()
        .description("Too many requests in a minute; `Retry-After` says when to come back")
        .content("application/problem+json", problem)
        .build();
    let responses = &mut operation.responses.responses;
    responses.insert("429".to_owned(), answer.into());
}

/// The other forms of a guide can be had at a ref like the guide itself.
fn describe_at_ref(description: &mut Description, form: &str) {
    let now = format!("/v1/guides/{{slug}}.{form}");
    let Some(mut item) = description.paths.paths.get(&now).cloned() else {
        return;
    };
    if let Some(operation) = &mut item.get {
        let id = operation.operation_id.take().unwrap_or_default();
        operation.operation_id = Some(format!("{id}_at_ref"));
        operation.summary = operation
            .summary
            .take()
            .map(|text| format!("{text}, at a ref"));
        let at = ParameterBuilder::new()
            .name("ref")
            .parameter_in(ParameterIn::Path)
            .description(Some("The ref"))
            .schema(Some(Object::with_type(Type::String)));
        operation
            .parameters
            .get_or_insert_default()
            .insert(0, at.build().into());
    }
    let then = format!("/v1/@{{ref}}/guides/{{slug}}.{form}");
    description.paths.paths.insert(then, item);
}
