use annai_identity::with_sessions;
use annai_web::{Problem, ProblemKind};
use axum::Router;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::DeskState;

/// The editors' side, ready to be merged beside delivery: `signed_in` holds the routes that look
/// at a session, `previews` those that do not. The layers of [`annai_web::Layers`] belong around
/// the whole.
///
/// State changes from foreign pages are refused (`Sec-Fetch-Site`, then `Origin`).
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

/// Answers 403 to a state change that another site's page asked for.
fn foreign(_: ProtectionError) -> Response {
    Problem::new(ProblemKind::Forbidden)
        .with_detail("this request comes from a page of another site")
        .into_response()
}
