use annai_domain::GuideId;
use annai_editorial::{archive, copy_guide as copy, unarchive};
use annai_web::{Json, Path};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::ApiError;
use super::guides::SavedView;
use super::nothing::Nothing;
use super::publishing::{PublishedView, TakeDownBody};

/// An archived guide.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchivedView {
    /// The tombstone; null where nothing was public.
    publication: Option<PublishedView>,
}

/// An unarchived guide.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UnarchivedView {
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
}

/// Archives a guide, and takes its public revision down.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/archive", operation_id = "archive_guide",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)), request_body = TakeDownBody,
    responses((status = 200, body = ArchivedView)))]
pub(super) async fn archive_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<TakeDownBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let published = archive(command.tx(), guide_id, body.acknowledged).await?;
    let taken_down = published.as_ref().map(|entry| entry.publication_ref.number);
    let view = ArchivedView {
        publication: published.map(PublishedView::from),
    };
    let answer = CommandAnswer::json(StatusCode::OK, &view)?;
    command.finish(answer.taking_down(taken_down)).await
}

/// Unarchives a guide. Nothing becomes public.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/unarchive",
    operation_id = "unarchive_guide", tag = "guides",
    params(("guide_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = UnarchivedView)))]
pub(super) async fn unarchive_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    unarchive(command.tx(), guide_id).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &UnarchivedView { guide_id },
        )?)
        .await
}

/// Creates a guide with the newest text of this one, without its slug.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/copy", operation_id = "copy_guide",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 201, body = SavedView)))]
pub(super) async fn copy_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let saved = copy(command.tx(), &request.state.schema, guide_id).await?;
    let answer = CommandAnswer::json(StatusCode::CREATED, &SavedView::from(&saved))?
        .at(format!("/api/v1/guides/{}", saved.guide_id))
        .tagged(saved.revision_id);
    command.finish(answer).await
}
