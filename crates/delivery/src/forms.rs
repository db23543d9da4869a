//! The other forms of a guide as the description has them. [`crate::guide`] answers them: one route
//! matches every ending of a slug.

use annai_web::ProblemDocument;

use crate::parameters::{HtmlParameters, SourceParameters};

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
pub(crate) fn get_guide_source() {}

/// The body of a guide as HTML
///
/// A fragment, safe as it is, or a whole page that links a stylesheet.
#[utoipa::path(
    get,
    path = "/v1/guides/{slug}.html",
    operation_id = "get_guide_html",
    tag = "guides",
    params(("slug" = String, Path, description = "The guide's slug"), HtmlParameters),
    responses(
        (status = 200, description = "The fragment, or the page", body = String, content_type = "text/html"),
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
pub(crate) fn get_guide_html() {}

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
pub(crate) fn get_guide_text() {}
