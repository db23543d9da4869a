use axum::extract::State;
use axum::response::Response;

use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// Shows the rules of front matter: JSON Schema 2020-12 with hints for forms.
#[utoipa::path(get, path = "/api/v1/schema", operation_id = "get_schema", tag = "guides",
    responses((status = 200, body = Object)))]
pub(super) async fn get_schema(
    _signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
) -> Result<Response, ApiError> {
    answer(state.schema.document())
}
