use annai_domain::decide::Refusal;
use annai_domain::{ContentHash, GuideId, RefName, RevisionId, RevisionKind, UserId};
use annai_editorial::{NewText, name_revision as name, restore};
use annai_storage::history::{self, RevisionRecord};
use annai_storage::revisions::{self, StoredRevision};
use annai_web::{IfMatch, Json, Path, Query};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, tagged, tagged_answer};
use super::guides::{SavedView, saved_answer};
use super::nothing::NoParameters;
use super::paging;
use super::precondition::BaseRevision;
use super::readable::readable;
use super::text::text;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The page of a history.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListRevisionsQuery {
    /// Only revisions below this number.
    before: Option<i32>,
    /// The number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
}

/// A page of a history, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RevisionPageView {
    revisions: Vec<RevisionItemView>,
    /// The `before` of the next page; null at the end.
    next_before: Option<i32>,
}

/// One line of a history.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RevisionItemView {
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    revision_number: i32,
    #[schema(value_type = String)]
    content_hash: ContentHash,
    /// `create`, `save`, `restore`, `import` or `merge`.
    kind: RevisionKind,
    message: String,
    title: String,
    bytes: i32,
    #[schema(value_type = uuid::Uuid)]
    created_by: UserId,
    created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The refs at which it became public, oldest first.
    #[schema(value_type = Vec<String>)]
    public_refs: Vec<RefName>,
    /// Whether it is public now.
    is_public: bool,
    /// The name that people gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
}

impl From<RevisionRecord> for RevisionItemView {
    fn from(record: RevisionRecord) -> Self {
        Self {
            revision_id: record.revision_id,
            revision_number: record.revision_number,
            content_hash: record.content_hash,
            kind: record.kind,
            message: record.message,
            title: record.title,
            bytes: record.bytes,
            created_by: record.created_by,
            created_by_name: record.created_by_name,
            created_at: record.created_at,
            public_refs: record.public_refs,
            is_public: record.is_public,
            name: record.name,
        }
    }
}

/// A revision with its text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RevisionView {
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    revision_number: i32,
    /// The newest revision before it.
    #[schema(value_type = Option<uuid::Uuid>)]
    parent_revision_id: Option<RevisionId>,
    /// For a merge: the older revision that the merged text was based on.
    #[schema(value_type = Option<uuid::Uuid>)]
    merge_parent_revision_id: Option<RevisionId>,
    #[schema(value_type = String)]
    content_hash: ContentHash,
    /// Front matter and body, byte for byte.
    source: String,
    #[schema(value_type = uuid::Uuid)]
    created_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<StoredRevision> for RevisionView {
    fn from(revision: StoredRevision) -> Self {
        Self {
            guide_id: revision.guide_id,
            revision_id: revision.revision_id,
            revision_number: revision.revision_number,
            parent_revision_id: revision.parent_revision_id,
            merge_parent_revision_id: revision.merge_parent_revision_id,
            content_hash: revision.content_hash,
            source: text(revision.source),
            created_by: revision.created_by,
            created_at: revision.created_at,
        }
    }
}

/// A new text.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveRevisionBody {
    /// Front matter and body, at most 512 KiB.
    source: String,
    /// The author's message about it.
    #[serde(default)]
    message: String,
    /// For a merge: the older revision that the author's own text was based on. `If-Match` then
    /// names the revision that it was merged with.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>)]
    merged_from: Option<RevisionId>,
}

/// The revision to restore.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreBody {
    /// The revision whose bytes become the newest.
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
}

/// The name of a revision.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevisionNameBody {
    /// At most 60 characters, unique within the guide; empty removes the name.
    #[schema(max_length = 60)]
    name: String,
}

/// Lists a guide's revisions, newest first.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/revisions",
    operation_id = "list_revisions", tag = "revisions",
    params(("guide_id" = uuid::Uuid, Path), ListRevisionsQuery),
    responses((status = 200, body = RevisionPageView)))]
pub(super) async fn list_revisions(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Path(guide_id): Path<GuideId>,
    wanted: Option<IfMatch>,
    Query(query): Query<ListRevisionsQuery>,
) -> Result<Response, ApiError> {
    let facts = readable(&state, &signed_in.actor, guide_id).await?;
    let limit = paging::limit(query.limit)?;
    let db = state.database.reader();
    let records = history::list_revisions(&db, guide_id, query.before, limit).await?;
    let last = records.last().map(|record| record.revision_number);
    let tag = facts.latest.revision_id;
    let view = RevisionPageView {
        revisions: records.into_iter().map(RevisionItemView::from).collect(),
        next_before: last.filter(|number| *number > 1),
    };
    tagged_answer(&view, tag, wanted.as_ref())
}

/// Saves a new revision. `If-Match` names the revision that it is based on. When that is not the
/// newest, the response is 412 with the three texts and their merge. `detail` says whether the sent
/// text is in the working copy.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/revisions",
    operation_id = "save_revision", tag = "revisions",
    params(("guide_id" = uuid::Uuid, Path), ("if-match" = String, Header)),
    request_body = SaveRevisionBody,
    responses((status = 201, body = SavedView), (status = 200, body = SavedView, description = "The bytes were those of the newest revision")))]
pub(super) async fn save_revision(
    request: Request,
    Path(guide_id): Path<GuideId>,
    BaseRevision(base): BaseRevision,
    Json(body): Json<SaveRevisionBody>,
) -> Result<Response, ApiError> {
    let command = request.begin(&body).await?;
    let text = NewText {
        guide_id,
        base,
        begun_on: body.merged_from,
        source: body.source.into_bytes(),
        message: &body.message,
        seen: None,
        window: None,
    };
    let (command, saved) = command.save(&request.state, text).await?;
    command.finish(saved_answer(&saved)?).await
}

/// Shows one revision with its text. With `.md` after the id the response is the exact bytes.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/revisions/{revision_id}",
    operation_id = "get_revision", tag = "revisions",
    params(("guide_id" = uuid::Uuid, Path),
           ("revision_id" = String, Path, description = "The revision's id; `{id}.md` for the exact bytes")),
    responses((status = 200, content((RevisionView = "application/json"), (String = "text/markdown")))))]
pub(super) async fn get_revision(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    wanted: Option<IfMatch>,
    Path((guide_id, revision)): Path<(GuideId, String)>,
) -> Result<Response, ApiError> {
    readable(&state, &signed_in.actor, guide_id).await?;
    let (id, as_source) = match revision.strip_suffix(".md") {
        Some(id) => (id, true),
        None => (revision.as_str(), false),
    };
    let revision_id: RevisionId = id.parse().map_err(|_| Refusal::NotFound)?;
    let found = revisions::find(&state.database.reader(), guide_id, revision_id).await?;
    let found = found.ok_or(Refusal::NotFound)?;
    if !as_source {
        return tagged_answer(&RevisionView::from(found), revision_id, wanted.as_ref());
    }
    let source = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")];
    tagged(
        (source, found.source).into_response(),
        revision_id,
        wanted.as_ref(),
    )
}

/// Restores the bytes of an old revision as the newest revision. Nothing becomes public.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/restore",
    operation_id = "restore_revision", tag = "revisions",
    params(("guide_id" = uuid::Uuid, Path), ("if-match" = String, Header)),
    request_body = RestoreBody,
    responses((status = 201, body = SavedView), (status = 200, body = SavedView, description = "The bytes were those of the newest revision")))]
pub(super) async fn restore_revision(
    request: Request,
    Path(guide_id): Path<GuideId>,
    BaseRevision(base): BaseRevision,
    Json(body): Json<RestoreBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let saved = restore(
        command.tx(),
        &request.state.schema,
        guide_id,
        body.revision_id,
        base,
    )
    .await?;
    command.finish(saved_answer(&saved)?).await
}

/// Names a revision, so that people find it again.
#[utoipa::path(put, path = "/api/v1/guides/{guide_id}/revisions/{revision_id}/name",
    operation_id = "name_revision", tag = "revisions",
    params(("guide_id" = uuid::Uuid, Path), ("revision_id" = uuid::Uuid, Path)),
    request_body = RevisionNameBody,
    responses((status = 200, body = RevisionNameBody)))]
pub(super) async fn name_revision(
    request: Request,
    Path((guide_id, revision_id)): Path<(GuideId, RevisionId)>,
    Json(body): Json<RevisionNameBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    name(command.tx(), guide_id, revision_id, &body.name).await?;
    let name = body.name.trim().to_owned();
    let answer = CommandAnswer::json(StatusCode::OK, &RevisionNameBody { name })?;
    command.finish(answer).await
}
