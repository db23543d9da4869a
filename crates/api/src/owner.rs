use annai_domain::{GuideId, UserId};
use annai_editorial::change_owner as change;
use annai_web::{Json, Path};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::ApiError;

/// The new owner.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnerBody {
    #[schema(value_type = uuid::Uuid)]
    owner_id: UserId,
}

/// Changes the owner of a guide.
#[utoipa::path(put, path = "/api/v1/guides/{guide_id}/owner", operation_id = "change_owner",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)), request_body = OwnerBody,
    responses((status = 200, body = OwnerBody)))]
pub(super) async fn change_owner(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<OwnerBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    change(command.tx(), guide_id, body.owner_id).await?;
    command
        .finish(CommandAnswer::json(StatusCode::OK, &body)?)
        .await
}
