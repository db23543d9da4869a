use annai_identity::with_sessions;
use annai_web::{Problem, ProblemKind};
use axum::Router;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::DeskState;

/// Builds the editors' side, to be merged beside delivery. `signed_in` holds the routes with a
/// session, `previews` those without. The layers of [`annai_web::Layers`] belong around the whole.
///
/// Requests that change state and come from another site are refused (`Sec-Fetch-Site`, then
/// `Origin`).
pub fn router(
    state: DeskState,
    signed_in: Router<DeskState>,
    previews: Router<DeskState>,
) -> Router {
    with_sessions(&state.identity, signed_in)
        .layer(CsrfLayer::new().with_rejection_response(foreign))
        .merge(previews)
        .with_state(state)
}

/// Answers 403 to a state change that a page of another site sent.
fn foreign(_: ProtectionError) -> Response {
    Problem::new(ProblemKind::Forbidden)
        .with_detail("this request comes from a page of another site")
        .into_response()
}
