#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod api;
mod pages;
mod presence;
mod preview;
mod public_guides;
mod search;
mod session;
mod state;
mod view;

use annai_content::{Finding, Schema};
use annai_web::{Problem, ProblemKind};
use axum::Router;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};

pub use presence::Presence;
pub use preview::PreviewLimit;
pub use public_guides::PublicGuides;
pub use search::{FollowError, LatestSearch};
pub use session::{SignInThrottle, Wait};
pub use state::{AdminSettings, AdminState};
pub use view::Locale;

/// What the screens say about a finding.
#[must_use]
pub fn say_finding(finding: &Finding, schema: &Schema, locale: Locale) -> String {
    let message = pages::message_of(finding, schema, locale);
    let text = locale.text(&message.key, &message.arguments);
    text.unwrap_or(message.key)
}

/// Everything of the editors' side, ready to be merged beside delivery. The layers of
/// [`annai_web::Layers`] belong around the whole.
///
/// State changes from foreign pages are refused (`Sec-Fetch-Site`, then `Origin`).
pub fn router(state: AdminState) -> Router {
    let sessions = session::layer(&state);
    Router::new()
        .merge(pages::router(&state))
        .merge(api::router())
        .layer(sessions)
        .layer(axum::middleware::map_response(session::complete_cookies))
        .layer(CsrfLayer::new().with_rejection_response(foreign))
        .merge(preview::router())
        .with_state(state)
}

/// The description of the JSON API, OpenAPI 3.1: what `docs/openapi.json` holds.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api::openapi()
}

/// 403 for a state change that another site's page asked for.
fn foreign(_: ProtectionError) -> Response {
    Problem::new(ProblemKind::Forbidden)
        .with_detail("this request comes from a page of another site")
        .into_response()
}
