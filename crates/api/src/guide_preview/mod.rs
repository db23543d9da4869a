//! `GET /v1/preview/guides/{slug}`: drafts, for sites with a preview key.
//!
//! It belongs to the editors' side because delivery cannot read drafts: its database role may not.

mod guide;
mod right;

use annai_desk::{DeskState, private_previews};
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::routing::get;

/// The methods of a preview.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// Returns the route of the preview for keys. It has no session.
pub fn router() -> Router<DeskState> {
    private_previews(Router::new().route(
        "/v1/preview/guides/{file}",
        get(guide::get).options(async || (StatusCode::NO_CONTENT, [(header::ALLOW, METHODS)])),
    ))
}
