//! The common parts of previews in pages and API: they are private and read-only.

use annai_domain::token::Token;
use annai_web::{Problem, ProblemKind};
use axum::Router;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};

use crate::{DeskSettings, DeskState};

/// Keeps search engines away.
const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

/// Keeps every response of `routes` out of caches and search engines, and refuses other methods.
pub fn private_previews(routes: Router<DeskState>) -> Router<DeskState> {
    routes
        .method_not_allowed_fallback(no_such_method)
        .layer(map_response(keep_private))
}

/// Returns the address of a preview link. It begins with the configured base URL, never with the
/// Host.
#[must_use]
pub fn preview_address(settings: &DeskSettings, token: &Token) -> String {
    format!("{}/preview/{}", settings.base_url, token.expose())
}

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
