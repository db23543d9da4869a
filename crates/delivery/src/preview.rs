//! The previews as the description has them. The editors' side answers them, because delivery's
//! database role cannot read drafts.

use annai_contract::DraftGuideDocument;
use annai_web::ProblemDocument;
use utoipa::IntoParams;

/// The parameters of a preview.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described here; the editors' side reads it")]
pub(crate) struct PreviewParameters {
    /// The number of a revision; the newest by default.
    #[param(minimum = 1)]
    revision: Option<i32>,
}

/// One guide before it is public
///
/// The newest revision in the shape of a published guide, with `meta.preview` true. Its dates are
/// those of a publication at the time of saving. A draft may break the schema, so the fields of its
/// front matter have any value.
#[utoipa::path(
    get,
    path = "/v1/preview/guides/{slug}",
    operation_id = "get_guide_preview",
    tag = "previews",
    params(("slug" = String, Path, description = "A slug that the guide holds"), PreviewParameters),
    security(("preview" = [])),
    responses(
        (status = 200, description = "The guide", body = DraftGuideDocument, content_type = "application/json",
         headers(("Cache-Control" = String, description = "`private, no-store`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key or token is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "The key reads published guides only", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such guide or revision, or the token does not reach it", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "The text cannot be rendered", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[expect(
    dead_code,
    reason = "answered by the editors' side; here only described"
)]
pub(crate) fn get_guide_preview() {}

/// The source of a guide before it is public
///
/// The very bytes of the revision.
#[utoipa::path(
    get,
    path = "/v1/preview/guides/{slug}.md",
    operation_id = "get_guide_preview_source",
    tag = "previews",
    params(("slug" = String, Path, description = "A slug that the guide holds"), PreviewParameters),
    security(("preview" = [])),
    responses(
        (status = 200, description = "The source", body = String, content_type = "text/markdown",
         headers(("Cache-Control" = String, description = "`private, no-store`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key or token is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "The key reads published guides only", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such guide or revision, or the token does not reach it", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "The text cannot be rendered", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[expect(
    dead_code,
    reason = "answered by the editors' side; here only described"
)]
pub(crate) fn get_guide_preview_source() {}

/// The body of a guide before it is public, as HTML
///
/// A fragment, safe as it is.
#[utoipa::path(
    get,
    path = "/v1/preview/guides/{slug}.html",
    operation_id = "get_guide_preview_html",
    tag = "previews",
    params(("slug" = String, Path, description = "A slug that the guide holds"), PreviewParameters),
    security(("preview" = [])),
    responses(
        (status = 200, description = "The fragment", body = String, content_type = "text/html",
         headers(("Cache-Control" = String, description = "`private, no-store`"),
                 ("X-Robots-Tag" = String, description = "`noindex`"))),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key or token is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "The key reads published guides only", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "There is no such guide or revision, or the token does not reach it", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 422, description = "The text cannot be rendered", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
#[expect(
    dead_code,
    reason = "answered by the editors' side; here only described"
)]
pub(crate) fn get_guide_preview_html() {}
