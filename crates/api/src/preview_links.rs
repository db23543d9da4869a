use annai_domain::{GuideId, PreviewLinkId, RevisionId};
use annai_editorial::{create_preview_link as create, revoke_preview_link as revoke};
use annai_storage::preview_links::{self, PreviewLinkRecord};
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use super::readable::readable;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The most links in a list.
const LIMIT: i64 = 200;

/// The preview links of a guide, active ones first, newest first; at most 200.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewLinksView {
    preview_links: Vec<PreviewLinkView>,
}

/// One preview link, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewLinkView {
    #[schema(value_type = uuid::Uuid)]
    preview_link_id: PreviewLinkId,
    /// The fixed revision; null where the link follows the draft.
    #[schema(value_type = Option<uuid::Uuid>)]
    revision_id: Option<RevisionId>,
    revision_number: Option<i32>,
    /// The beginning of the secret.
    hint: String,
    created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

impl From<PreviewLinkRecord> for PreviewLinkView {
    fn from(record: PreviewLinkRecord) -> Self {
        Self {
            preview_link_id: record.preview_link_id,
            revision_id: record.revision_id,
            revision_number: record.revision_number,
            hint: record.hint,
            created_by_name: record.created_by_name,
            created_at: record.created_at,
            expires_at: record.expires_at,
            revoked_at: record.revoked_at,
        }
    }
}

/// A new preview link.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPreviewLinkBody {
    /// The fixed revision; by default the link follows the draft.
    #[schema(value_type = Option<uuid::Uuid>)]
    revision_id: Option<RevisionId>,
    /// When it expires: in 24 hours by default, in 7 days at most.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// A created preview link.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewPreviewLinkView {
    #[schema(value_type = uuid::Uuid)]
    preview_link_id: PreviewLinkId,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// The address for a browser. Shown once: absent in a repeated response.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    url: Option<String>,
    /// The token with which a site requests the preview of this guide. Shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

/// Lists a guide's preview links.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/preview-links",
    operation_id = "list_preview_links", tag = "preview_links",
    params(("guide_id" = uuid::Uuid, Path)),
    responses((status = 200, body = PreviewLinksView)))]
pub(super) async fn list_preview_links(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, ApiError> {
    readable(&state, &signed_in.actor, guide_id).await?;
    let (db, now) = (state.database.reader(), state.database.clock().now());
    let records = preview_links::list(&db, guide_id, now, LIMIT).await?;
    answer(&PreviewLinksView {
        preview_links: records.into_iter().map(PreviewLinkView::from).collect(),
    })
}

/// Creates a link to a guide that is not public.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/preview-links",
    operation_id = "create_preview_link", tag = "preview_links",
    params(("guide_id" = uuid::Uuid, Path)), request_body = NewPreviewLinkBody,
    responses((status = 201, body = NewPreviewLinkView)))]
pub(super) async fn create_preview_link(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<NewPreviewLinkBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let link = create(command.tx(), guide_id, body.revision_id, body.expires_at).await?;
    let view = |url, secret| NewPreviewLinkView {
        preview_link_id: link.preview_link_id,
        expires_at: link.expires_at,
        url,
        secret,
    };
    let url = annai_desk::preview_address(&request.state.settings, &link.secret);
    let secret = link.secret.expose().to_owned();
    let answer = CommandAnswer::json(StatusCode::CREATED, &view(None, None))?
        .with_secret(&view(Some(url), Some(secret)))?;
    command.finish(answer).await
}

/// Revokes a preview link. The next request with it is refused.
#[utoipa::path(delete, path = "/api/v1/guides/{guide_id}/preview-links/{preview_link_id}",
    operation_id = "revoke_preview_link", tag = "preview_links",
    params(("guide_id" = uuid::Uuid, Path), ("preview_link_id" = uuid::Uuid, Path)),
    responses((status = 204)))]
pub(super) async fn revoke_preview_link(
    request: Request,
    Path((guide_id, preview_link_id)): Path<(GuideId, PreviewLinkId)>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&()).await?;
    revoke(command.tx(), guide_id, preview_link_id).await?;
    command.finish(CommandAnswer::empty()).await
}
