use annai_domain::decide;
use annai_domain::{ContentHash, GuideId, ReviewId, ReviewState, RevisionId};
use annai_editorial::{approve, request_changes as send_back, submit, withdraw};
use annai_storage::review_queue::{
    self, QueueFilter, QueuePage, QueuePart, QueueViewer, QueuedReview,
};
use annai_web::{Json, Path, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::Nothing;
use super::paging;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The filter and page of the review queue.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListReviewsQuery {
    /// `open` (the default), `approved` or `changes_requested`.
    state: Option<ReviewState>,
    /// The number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
}

/// The review queue, the longest waiting first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QueueView {
    reviews: Vec<QueuedReviewView>,
}

/// One line of the review queue.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QueuedReviewView {
    #[schema(value_type = uuid::Uuid)]
    review_id: ReviewId,
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    revision_number: i32,
    state: ReviewState,
    title: String,
    slug: String,
    /// The author's message to the reviewer.
    message: String,
    submitted_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    submitted_at: Timestamp,
    /// Whether a newer revision was saved since (古い).
    is_stale: bool,
    /// Whether the person wrote a part of the change, and so may not judge it.
    is_own: bool,
}

impl From<QueuedReview> for QueuedReviewView {
    fn from(review: QueuedReview) -> Self {
        Self {
            review_id: review.review_id,
            guide_id: review.guide_id,
            revision_id: review.revision_id,
            revision_number: review.revision_number,
            state: review.state,
            title: review.title,
            slug: review.slug,
            message: review.message,
            submitted_by_name: review.submitted_by_name,
            submitted_at: review.submitted_at,
            is_stale: review.is_stale,
            is_own: review.part == QueuePart::Own,
        }
    }
}

/// The revision to review.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmitBody {
    /// The newest revision.
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    /// The author's message to the reviewer.
    #[serde(default)]
    message: String,
}

/// A decision on one exact content.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionBody {
    /// The revision that the reviewer saw.
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    /// The hash of its content, as the reviewer saw it.
    #[schema(value_type = String)]
    content_hash: ContentHash,
    /// The reason; required to request changes.
    #[serde(default)]
    comment: String,
}

/// The changed review.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReviewView {
    #[schema(value_type = uuid::Uuid)]
    review_id: ReviewId,
}

/// An approval.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ApprovedView {
    #[schema(value_type = uuid::Uuid)]
    review_id: ReviewId,
    /// Whether it completes the review: the content may be published now.
    is_completed: bool,
}

/// Lists reviews, the longest waiting first.
#[utoipa::path(get, path = "/api/v1/reviews", operation_id = "list_reviews", tag = "reviews",
    params(ListReviewsQuery),
    responses((status = 200, body = QueueView)))]
pub(super) async fn list_reviews(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Query(query): Query<ListReviewsQuery>,
) -> Result<Response, ApiError> {
    let actor = &signed_in.actor;
    let scope = decide::list_reviews(actor)?;
    let wanted = query.state.unwrap_or(ReviewState::Open);
    let limit = paging::limit(query.limit)?;
    let db = state.database.reader();
    let viewer = QueueViewer {
        scope,
        user_id: actor.user_id,
    };
    let page = QueuePage {
        by_part: false,
        limit,
        offset: 0,
    };
    let queue = review_queue::list(&db, viewer, wanted, &QueueFilter::ALL, page).await?;
    answer(&QueueView {
        reviews: queue.into_iter().map(QueuedReviewView::from).collect(),
    })
}

/// Submits the newest revision for review.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/submit", operation_id = "submit_guide",
    tag = "reviews", params(("guide_id" = uuid::Uuid, Path)), request_body = SubmitBody,
    responses((status = 200, body = ReviewView)))]
pub(super) async fn submit_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<SubmitBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let (schema, revision) = (&request.state.schema, body.revision_id);
    let review_id = submit(command.tx(), schema, guide_id, revision, &body.message).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &ReviewView { review_id },
        )?)
        .await
}

/// Withdraws the review.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/withdraw", operation_id = "withdraw_guide",
    tag = "reviews", params(("guide_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = ReviewView)))]
pub(super) async fn withdraw_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let review_id = withdraw(command.tx(), guide_id).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &ReviewView { review_id },
        )?)
        .await
}

/// Approves exactly this revision with exactly this content.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/approve", operation_id = "approve_guide",
    tag = "reviews", params(("guide_id" = uuid::Uuid, Path)), request_body = DecisionBody,
    responses((status = 200, body = ApprovedView)))]
pub(super) async fn approve_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<DecisionBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let (revision, hash) = (body.revision_id, body.content_hash);
    let approved = approve(command.tx(), guide_id, revision, hash, &body.comment).await?;
    let view = ApprovedView {
        review_id: approved.review_id,
        is_completed: approved.completed,
    };
    command
        .finish(CommandAnswer::json(StatusCode::OK, &view)?)
        .await
}

/// Requests changes of exactly this revision, with a reason.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/request-changes",
    operation_id = "request_changes", tag = "reviews",
    params(("guide_id" = uuid::Uuid, Path)), request_body = DecisionBody,
    responses((status = 200, body = ReviewView)))]
pub(super) async fn request_changes(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<DecisionBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let (revision, hash) = (body.revision_id, body.content_hash);
    let review_id = send_back(command.tx(), guide_id, revision, hash, &body.comment).await?;
    command
        .finish(CommandAnswer::json(
            StatusCode::OK,
            &ReviewView { review_id },
        )?)
        .await
}
