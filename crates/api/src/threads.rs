use annai_content::Place;
use annai_domain::decide::Refusal;
use annai_domain::{
    Anchor, CommentId, GuideId, Quotation, ReviewId, RevisionId, ThreadAction, ThreadId, UserId,
};
use annai_editorial::{ThreadForm, begin_thread, reply, settle_thread};
use annai_storage::revisions;
use annai_storage::threads::{self, CommentRecord, ThreadEventRecord, ThreadRecord};
use annai_web::{Json, Path, Problem, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::Nothing;
use super::readable::readable;
use annai_desk::{DeskState, place_threads};
use annai_identity::SignedIn;

/// The revision in which the threads are placed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListThreadsQuery {
    /// The revision; the newest by default.
    #[param(value_type = Option<uuid::Uuid>)]
    revision_id: Option<RevisionId>,
}

/// The threads of a guide: open ones first, newest first; at most 500.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ThreadsView {
    /// The revision of the places.
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    threads: Vec<ThreadView>,
}

/// One thread.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ThreadView {
    #[schema(value_type = uuid::Uuid)]
    thread_id: ThreadId,
    /// The review it belongs to, if any.
    #[schema(value_type = Option<uuid::Uuid>)]
    review_id: Option<ReviewId>,
    /// Its anchor; absent for the guide as a whole.
    anchor: Option<AnchorBody>,
    /// The place of the anchor in the revision. Null for the guide as a whole, and where the
    /// revision cannot be parsed.
    place: Option<PlaceView>,
    /// Whether it blocks approval while it is open.
    is_blocking: bool,
    /// Whether it is not resolved.
    is_open: bool,
    comments: Vec<CommentView>,
    /// The people who resolved and reopened it, oldest first.
    events: Vec<ThreadEventView>,
}

/// The anchor of a thread: a front matter field, or words of the body.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum AnchorBody {
    /// A front matter field.
    Field {
        /// The field's key in the front matter.
        field: String,
    },
    /// Words of the body.
    Quote {
        /// The revision that was read or edited.
        #[schema(value_type = uuid::Uuid)]
        revision_id: RevisionId,
        /// The words, 1–2000 characters. They stand in the revision, or in your working copy.
        quote: String,
        /// The text before them. It distinguishes equal words.
        #[serde(default)]
        prefix: String,
        /// The text after them.
        #[serde(default)]
        suffix: String,
    },
}

impl From<Anchor> for AnchorBody {
    fn from(anchor: Anchor) -> Self {
        match anchor {
            Anchor::Field(field) => Self::Field { field },
            Anchor::Quote(quotation) => Self::Quote {
                revision_id: quotation.revision_id,
                quote: quotation.quote,
                prefix: quotation.prefix,
                suffix: quotation.suffix,
            },
        }
    }
}

impl From<AnchorBody> for Anchor {
    fn from(body: AnchorBody) -> Self {
        match body {
            AnchorBody::Field { field } => Self::Field(field),
            AnchorBody::Quote {
                revision_id,
                quote,
                prefix,
                suffix,
            } => Self::Quote(Quotation {
                revision_id,
                quote,
                prefix,
                suffix,
            }),
        }
    }
}

/// The place of an anchor in a revision.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum PlaceView {
    /// One place.
    Found {
        /// Its start, in bytes of the source from 0.
        start: usize,
        /// Its end.
        end: usize,
        /// Its first line, from 1.
        line: u32,
    },
    /// Several equal places; this is the first.
    Ambiguous {
        /// Its start, in bytes of the source from 0.
        start: usize,
        /// Its end.
        end: usize,
        /// Its first line, from 1.
        line: u32,
    },
    /// The text changed there (対象が変更されました).
    Gone,
}

impl From<Place> for PlaceView {
    fn from(place: Place) -> Self {
        match place {
            Place::Found { range, line } => Self::Found {
                start: range.start,
                end: range.end,
                line,
            },
            Place::Ambiguous { range, line } => Self::Ambiguous {
                start: range.start,
                end: range.end,
                line,
            },
            Place::Gone => Self::Gone,
        }
    }
}

/// One comment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommentView {
    #[schema(value_type = uuid::Uuid)]
    comment_id: CommentId,
    body: String,
    /// The mentioned people.
    mentions: Vec<MentionView>,
    created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// A mentioned person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MentionView {
    #[schema(value_type = uuid::Uuid)]
    user_id: UserId,
    /// The name, as the comment spells it.
    name: String,
}

impl From<CommentRecord> for CommentView {
    fn from(record: CommentRecord) -> Self {
        let mentions = record.mentions.into_iter().map(|mention| MentionView {
            user_id: mention.user_id,
            name: mention.name,
        });
        Self {
            comment_id: record.comment_id,
            body: record.body,
            mentions: mentions.collect(),
            created_by_name: record.created_by_name,
            created_at: record.created_at,
        }
    }
}

/// A thread that was resolved or reopened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ThreadEventView {
    /// `resolve` or `reopen`.
    action: ThreadAction,
    created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<ThreadEventRecord> for ThreadEventView {
    fn from(record: ThreadEventRecord) -> Self {
        Self {
            action: record.action,
            created_by_name: record.created_by_name,
            created_at: record.created_at,
        }
    }
}

impl ThreadView {
    fn new(record: ThreadRecord, place: Option<Place>) -> Self {
        Self {
            thread_id: record.thread_id,
            review_id: record.review_id,
            place: place.map(PlaceView::from),
            anchor: record.anchor.map(AnchorBody::from),
            is_blocking: record.facts.is_blocking,
            is_open: record.facts.is_open,
            comments: record.comments.into_iter().map(CommentView::from).collect(),
            events: record
                .events
                .into_iter()
                .map(ThreadEventView::from)
                .collect(),
        }
    }
}

/// A new thread. `@` and the name of somebody who may read the guide mentions them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ThreadBody {
    /// The first comment, 1–4000 characters.
    body: String,
    /// The review it belongs to, if any.
    #[schema(value_type = Option<uuid::Uuid>)]
    review_id: Option<ReviewId>,
    /// Its anchor; null for the guide as a whole.
    anchor: Option<AnchorBody>,
    /// Whether it blocks approval until it is resolved.
    #[serde(default)]
    is_blocking: bool,
}

/// A created thread.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BegunView {
    #[schema(value_type = uuid::Uuid)]
    thread_id: ThreadId,
    #[schema(value_type = uuid::Uuid)]
    comment_id: CommentId,
}

/// A new comment.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CommentBody {
    /// The text, 1–4000 characters.
    body: String,
}

/// A created comment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CommentedView {
    #[schema(value_type = uuid::Uuid)]
    comment_id: CommentId,
}

/// Lists the threads of a guide, with their places in a revision.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/threads", operation_id = "list_threads",
    tag = "comments", params(("guide_id" = uuid::Uuid, Path), ListThreadsQuery),
    responses((status = 200, body = ThreadsView)))]
pub(super) async fn list_threads(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<ListThreadsQuery>,
) -> Result<Response, ApiError> {
    let facts = readable(&state, &signed_in.actor, guide_id).await?;
    let db = state.database.reader();
    let revision_id = query.revision_id.unwrap_or(facts.latest.revision_id);
    let revision = revisions::find(&db, guide_id, revision_id).await?;
    let source = revision.ok_or(Refusal::NotFound)?.source;
    let records = threads::list(&db, guide_id).await?;
    let placed = place_threads(source, records, |record, place| {
        ThreadView::new(record, place.map(|place| place.at))
    });
    answer(&ThreadsView {
        revision_id,
        threads: placed.await.map_err(|error| Problem::internal(&error))?,
    })
}

/// Begins a thread about a guide, one of its fields, or words of its body.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/threads", operation_id = "create_thread",
    tag = "comments", params(("guide_id" = uuid::Uuid, Path)), request_body = ThreadBody,
    responses((status = 201, body = BegunView)))]
pub(super) async fn create_thread(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<ThreadBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let form = ThreadForm {
        review_id: body.review_id,
        anchor: body.anchor.map(Anchor::from),
        is_blocking: body.is_blocking,
        body: &body.body,
    };
    let begun = begin_thread(command.tx(), &request.state.schema, guide_id, form).await?;
    let view = BegunView {
        thread_id: begun.thread_id,
        comment_id: begun.comment_id,
    };
    command
        .finish(CommandAnswer::json(StatusCode::CREATED, &view)?)
        .await
}

/// Adds a comment to a thread.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/threads/{thread_id}/comments",
    operation_id = "create_comment", tag = "comments",
    params(("guide_id" = uuid::Uuid, Path), ("thread_id" = uuid::Uuid, Path)),
    request_body = CommentBody,
    responses((status = 201, body = CommentedView)))]
pub(super) async fn create_comment(
    request: Request,
    Path((guide_id, thread_id)): Path<(GuideId, ThreadId)>,
    Json(body): Json<CommentBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let comment_id = reply(command.tx(), guide_id, thread_id, &body.body).await?;
    let answer = CommandAnswer::json(StatusCode::CREATED, &CommentedView { comment_id })?;
    command.finish(answer).await
}

/// Resolves a thread.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/threads/{thread_id}/resolve",
    operation_id = "resolve_thread", tag = "comments",
    params(("guide_id" = uuid::Uuid, Path), ("thread_id" = uuid::Uuid, Path)),
    request_body = Nothing,
    responses((status = 204)))]
pub(super) async fn resolve(
    request: Request,
    Path((guide_id, thread_id)): Path<(GuideId, ThreadId)>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    settle_thread(command.tx(), guide_id, thread_id, ThreadAction::Resolve).await?;
    command.finish(CommandAnswer::empty()).await
}

/// Reopens a thread.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/threads/{thread_id}/reopen",
    operation_id = "reopen_thread", tag = "comments",
    params(("guide_id" = uuid::Uuid, Path), ("thread_id" = uuid::Uuid, Path)),
    request_body = Nothing,
    responses((status = 204)))]
pub(super) async fn reopen(
    request: Request,
    Path((guide_id, thread_id)): Path<(GuideId, ThreadId)>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    settle_thread(command.tx(), guide_id, thread_id, ThreadAction::Reopen).await?;
    command.finish(CommandAnswer::empty()).await
}
