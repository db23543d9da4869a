use annai_domain::{CommentId, GuideId, ReviewId};
use annai_editorial::comment;
use annai_storage::comments::{self, CommentRecord};
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{Answer, Request};
use super::nothing::NoParameters;
use super::problem::ProblemBody;
use super::readable::readable;
use super::stop::{Stop, answer};
use crate::AdminState;
use crate::session::SignedIn;

/// The most comments a list gives.
const LIMIT: i64 = 500;

/// The comments on a guide, oldest first; at most 500.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommentsView {
    comments: Vec<CommentView>,
}

/// One comment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommentView {
    #[schema(value_type = uuid::Uuid)]
    comment_id: CommentId,
    /// The review it belongs to, if any.
    #[schema(value_type = Option<uuid::Uuid>)]
    review_id: Option<ReviewId>,
    body: String,
    created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<CommentRecord> for CommentView {
    fn from(record: CommentRecord) -> Self {
        Self {
            comment_id: record.comment_id,
            review_id: record.review_id,
            body: record.body,
            created_by_name: record.created_by_name,
            created_at: record.created_at,
        }
    }
}

/// A new comment.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentBody {
    /// The text, 1–4000 characters.
    body: String,
    /// The review it belongs to, if any.
    #[schema(value_type = Option<uuid::Uuid>)]
    review_id: Option<ReviewId>,
}

/// A comment that was written.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommentedView {
    #[schema(value_type = uuid::Uuid)]
    comment_id: CommentId,
}

/// Lists the comments on a guide.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/comments", operation_id = "list_comments",
    tag = "comments", params(("guide_id" = uuid::Uuid, Path)),
    responses((status = 200, body = CommentsView), (status = "4XX", body = ProblemBody)))]
pub(super) async fn list_comments(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<AdminState>,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, Stop> {
    readable(&state, &signed_in.actor, guide_id).await?;
    let records = comments::list(&state.database.reader(), guide_id, LIMIT).await?;
    answer(&CommentsView {
        comments: records.into_iter().map(CommentView::from).collect(),
    })
}

/// Comments on a guide, or on a review of it.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/comments", operation_id = "create_comment",
    tag = "comments", params(("guide_id" = uuid::Uuid, Path)), request_body = CommentBody,
    responses((status = 201, body = CommentedView), (status = "4XX", body = ProblemBody)))]
pub(super) async fn create_comment(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<CommentBody>,
) -> Result<Response, Stop> {
    let mut command = request.begin(&body).await?;
    let comment_id = comment(command.tx(), guide_id, body.review_id, &body.body).await?;
    let answer = Answer::json(StatusCode::CREATED, &CommentedView { comment_id })?;
    command.finish(answer).await
}
