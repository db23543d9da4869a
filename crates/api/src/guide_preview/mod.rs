//! What is not public, for people and sites that do not sign in: the page behind a preview link,
//! and the preview of `GET /v1/guides/{slug}`.
//!
//! It stands on the editors' side because delivery cannot read drafts: its database role may not.

mod guide;
mod limit;
mod page;
mod right;

use annai_domain::token::Token;
use annai_web::{Problem, ProblemKind};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use limit::PreviewLimit;

use crate::{AdminSettings, AdminState};

/// What can be done with the address of a guide's preview.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
/// Tells search engines what to leave alone.
const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

/// The routes, without the state. No session is looked at here.
pub(crate) fn router() -> Router<AdminState> {
    Router::new()
        .route(
            "/v1/preview/guides/{file}",
            get(guide::get).options(async || (StatusCode::NO_CONTENT, [(header::ALLOW, METHODS)])),
        )
        .route("/preview/{token}", get(page::get))
        .method_not_allowed_fallback(no_such_method)
        .layer(map_response(keep_private))
}

/// Where a browser opens the link: below the configured base URL, never the Host.
pub(crate) fn address(settings: &AdminSettings, token: &Token) -> String {
    format!("{}/preview/{}", settings.base_url, token.expose())
}

/// Whatever is answered here is for the asker alone, and for this moment.
async fn keep_private(mut response: Response) -> Response {
    keep_from_caches(response.headers_mut());
    response
}

fn keep_from_caches(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CACHE_CONTROL, "private, no-store"),
        (header::VARY, "Authorization"),
        (X_ROBOTS_TAG, "noindex"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

async fn no_such_method(method: Method) -> Response {
    Problem::new(ProblemKind::MethodNotAllowed)
        .with_detail(format!(
            "{method} is not possible here: a preview is only read"
        ))
        .into_response()
}
