//! `GET /v1/preview/guides/{slug}`: what is not public, for sites that hold a preview key.
//!
//! It stands on the editors' side because delivery cannot read drafts: its database role may not.

mod guide;
mod right;

use annai_desk::{DeskState, private_previews};
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::routing::get;

/// What can be done with the address of a guide's preview.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// The preview for keys, without the state. No session is looked at here.
pub fn router() -> Router<DeskState> {
    private_previews(Router::new().route(
        "/v1/preview/guides/{file}",
        get(guide::get).options(async || (StatusCode::NO_CONTENT, [(header::ALLOW, METHODS)])),
    ))
}
