use annai_domain::{ContentHash, GuideId, RevisionId, Slug};
use annai_editorial::{Published, break_glass as override_review, publish, rollback, unpublish};
use annai_web::{Json, Path};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::ApiError;
use super::sent_ref::SentRef;

/// The revision to publish.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PublishBody {
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    #[schema(value_type = String)]
    content_hash: ContentHash,
}

/// The revision to publish without a review, and the reason.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BreakGlassBody {
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    #[schema(value_type = String)]
    content_hash: ContentHash,
    /// The reason: 10–2000 characters, kept for ever.
    reason: String,
}

/// The confirmation of an unpublication.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeDownBody {
    /// The person accepts that links of other public guides break.
    #[serde(default)]
    pub(super) acknowledged: bool,
}

/// The earlier publication to return to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RollbackBody {
    /// The ref of that publication, such as `142-5b1f0c9a`; its number alone is accepted too.
    #[serde(rename = "ref")]
    #[schema(schema_with = SentRef::schema)]
    publication_ref: SentRef,
}

/// A new ledger entry.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublishedView {
    /// Its ref, such as `142-5b1f0c9a`.
    #[serde(rename = "ref")]
    publication_ref: String,
    #[schema(value_type = String)]
    slug: Slug,
    /// The other guides whose documents changed with it.
    #[schema(value_type = Vec<String>)]
    affects: Vec<Slug>,
}

impl From<Published> for PublishedView {
    fn from(published: Published) -> Self {
        Self {
            publication_ref: published.publication_ref.to_string(),
            slug: published.slug,
            affects: published.affects,
        }
    }
}

/// Publishes exactly this approved revision.
///
/// A 409 with the code `approval_lapsed` means that an approver is a writer of the change by now,
/// because the public text below it was taken back. Submit the revision again.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/publish", operation_id = "publish_guide",
    tag = "publications", params(("guide_id" = uuid::Uuid, Path)), request_body = PublishBody,
    responses((status = 200, body = PublishedView)))]
pub(super) async fn publish_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<PublishBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let (schema, revision, hash) = (&request.state.schema, body.revision_id, body.content_hash);
    let published = publish(command.tx(), schema, guide_id, revision, hash).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &PublishedView::from(published),
        )?)
        .await
}

/// Publishes the newest revision without a review. The entry is marked for ever.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/break-glass", operation_id = "break_glass",
    tag = "publications", params(("guide_id" = uuid::Uuid, Path)), request_body = BreakGlassBody,
    responses((status = 200, body = PublishedView)))]
pub(super) async fn break_glass(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<BreakGlassBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let (schema, revision, hash) = (&request.state.schema, body.revision_id, body.content_hash);
    let published =
        override_review(command.tx(), schema, guide_id, revision, hash, &body.reason).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &PublishedView::from(published),
        )?)
        .await
}

/// Unpublishes a guide.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/unpublish",
    operation_id = "unpublish_guide", tag = "publications",
    params(("guide_id" = uuid::Uuid, Path)), request_body = TakeDownBody,
    responses((status = 200, body = PublishedView)))]
pub(super) async fn unpublish_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<TakeDownBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let published = unpublish(command.tx(), guide_id, body.acknowledged).await?;
    let taken_down = published.publication_ref.number;
    let answer = CommandAnswer::json(StatusCode::OK, &PublishedView::from(published))?;
    command.finish(answer.taking_down(Some(taken_down))).await
}

/// Publishes the revision again that was public at an earlier ref. The newest text stays as it is.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/rollback", operation_id = "rollback_guide",
    tag = "publications", params(("guide_id" = uuid::Uuid, Path)), request_body = RollbackBody,
    responses((status = 200, body = PublishedView)))]
pub(super) async fn rollback_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<RollbackBody>,
) -> Result<Response, ApiError> {
    let restored = body.publication_ref;
    let restored = restored.number(&request.state.database.delivery()).await?;
    let mut command = request.begin(&body).await?;
    let schema = &request.state.schema;
    let published = rollback(command.tx(), schema, guide_id, restored).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &PublishedView::from(published),
        )?)
        .await
}
