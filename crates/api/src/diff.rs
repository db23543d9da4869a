use annai_content::{GuideDiff, GuideSource};
use annai_domain::decide::Refusal;
use annai_domain::{GuideId, RevisionId};
use annai_storage::revisions;
use annai_web::{Path, Problem, Query};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, answer};
use super::readable::readable;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The two revisions to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DiffQuery {
    /// The older revision.
    #[param(value_type = uuid::Uuid)]
    from: RevisionId,
    /// The newer revision.
    #[param(value_type = uuid::Uuid)]
    to: RevisionId,
}

/// Compares two revisions of a guide: the front matter by field, the body by sentence and
/// character.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/diff", operation_id = "get_diff",
    tag = "revisions", params(("guide_id" = uuid::Uuid, Path), DiffQuery),
    responses((status = 200, body = GuideDiff)))]
pub(super) async fn get_diff(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<DiffQuery>,
) -> Result<Response, ApiError> {
    readable(&state, &signed_in.actor, guide_id).await?;
    let from = source(&state, guide_id, query.from).await?;
    let to = source(&state, guide_id, query.to).await?;
    let compared = tokio::task::spawn_blocking(move || annai_content::diff(&from, &to)).await;
    answer(&compared.map_err(|error| Problem::internal(&error))?)
}

async fn source(
    state: &DeskState,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Result<GuideSource, ApiError> {
    let found = revisions::find(&state.database.reader(), guide_id, revision_id).await?;
    let revision = found.ok_or(Refusal::NotFound)?;
    Ok(GuideSource::parse(revision.source)?)
}
