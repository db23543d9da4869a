use annai_domain::decide::Refusal;
use annai_domain::{GuideId, RevisionId, UserId};
use annai_editorial::{autosave, discard_working_copy as discard, take_over};
use annai_storage::working_copies;
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::guides::{SavedView, saved_answer};
use super::nothing::NoParameters;
use super::readable::readable;
use super::text::text;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// One person's private text of a guide.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkingCopyView {
    /// The revision that the text is based on.
    #[schema(value_type = uuid::Uuid)]
    base_revision_id: RevisionId,
    /// The text; it may be malformed.
    source: String,
    /// The client's number of this state.
    sequence: i64,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A new state of the text.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkingCopyBody {
    /// The revision that the text is based on.
    #[schema(value_type = uuid::Uuid)]
    base_revision_id: RevisionId,
    /// Rises with every state that the client sends. A state that is not newer is refused.
    sequence: i64,
    /// The text, at most 512 KiB.
    source: String,
}

/// The working copy to take over.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeOverBody {
    /// The disabled user who left it.
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
}

/// A stored state.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AutosavedView {
    sequence: i64,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Shows one's own working copy.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/working-copy",
    operation_id = "get_working_copy", tag = "guides",
    params(("guide_id" = uuid::Uuid, Path)),
    responses((status = 200, body = WorkingCopyView)))]
pub(super) async fn get_working_copy(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, ApiError> {
    readable(&state, &signed_in.actor, guide_id).await?;
    let db = state.database.reader();
    let copy = working_copies::find(&db, guide_id, signed_in.actor.user_id).await?;
    let copy = copy.ok_or(Refusal::NotFound)?;
    answer(&WorkingCopyView {
        base_revision_id: copy.base_revision_id,
        source: text(copy.source),
        sequence: copy.client_sequence,
        updated_at: copy.updated_at,
    })
}

/// Stores the text of one's working copy (autosave). Nobody else sees it.
#[utoipa::path(put, path = "/api/v1/guides/{guide_id}/working-copy",
    operation_id = "save_working_copy", tag = "guides",
    params(("guide_id" = uuid::Uuid, Path)), request_body = WorkingCopyBody,
    responses((status = 200, body = AutosavedView)))]
pub(super) async fn save_working_copy(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<WorkingCopyBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let source = body.source.into_bytes();
    let (base, sequence) = (body.base_revision_id, body.sequence);
    let saved = autosave(command.tx(), guide_id, base, sequence, source, None).await?;
    let view = AutosavedView {
        sequence: saved.sequence,
        updated_at: saved.updated_at,
    };
    command
        .finish(CommandAnswer::json(StatusCode::OK, &view)?)
        .await
}

/// Discards one's working copy.
#[utoipa::path(delete, path = "/api/v1/guides/{guide_id}/working-copy",
    operation_id = "discard_working_copy", tag = "guides",
    params(("guide_id" = uuid::Uuid, Path)),
    responses((status = 204)))]
pub(super) async fn discard_working_copy(
    request: Request,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&()).await?;
    discard(command.tx(), guide_id).await?;
    command.finish(CommandAnswer::empty()).await
}

/// Saves a disabled user's working copy as the newest revision. That user is its writer, so they
/// cannot approve it. A text on an older revision is merged with the newest one. The response is
/// 404 when the user is not disabled or left no text.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/take-over",
    operation_id = "take_over_working_copy", tag = "guides",
    params(("guide_id" = uuid::Uuid, Path)), request_body = TakeOverBody,
    responses((status = 201, body = SavedView), (status = 200, body = SavedView, description = "The bytes were those of the newest revision")))]
pub(super) async fn take_over_working_copy(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<TakeOverBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let schema = &request.state.schema;
    let saved = take_over(command.tx(), schema, guide_id, body.user_id).await?;
    command.finish(saved_answer(&saved)?).await
}
