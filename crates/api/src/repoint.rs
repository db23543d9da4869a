use std::collections::BTreeSet;

use annai_domain::{GuideId, ReviewId, RevisionId};
use annai_editorial::{OutdatedGuide, RepointedGuide, list_outdated, repoint_guides as repoint};
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::guides::SavedView;
use super::nothing::NoParameters;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The guides that name another guide by an old slug.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OutdatedListView {
    guides: Vec<OutdatedGuideView>,
}

/// A guide whose newest text names another guide by an old slug.
#[derive(Debug, Serialize, ToSchema)]
struct OutdatedGuideView {
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    /// Its newest revision.
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
    title: String,
    /// The old slugs that it names.
    named: BTreeSet<String>,
    /// Whether the newest text is the public one, so that its change can be submitted at once.
    is_public_text: bool,
    /// Whether you can change it now.
    may_repoint: bool,
}

/// The guides to change.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RepointBody {
    /// 100 guides at most.
    guides: Vec<RepointTarget>,
    /// Whether the changes of public texts are submitted for review.
    #[serde(default)]
    submit: bool,
}

/// A guide to change, with the newest revision that you saw.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RepointTarget {
    #[schema(value_type = uuid::Uuid)]
    guide_id: GuideId,
    #[schema(value_type = uuid::Uuid)]
    revision_id: RevisionId,
}

/// The changed guides.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RepointedListView {
    guides: Vec<RepointedGuideView>,
}

/// A guide that names another by its new slug.
#[derive(Debug, Serialize, ToSchema)]
struct RepointedGuideView {
    /// The new revision.
    revision: SavedView,
    /// The review; null for a text that waits as a draft.
    #[schema(value_type = Option<uuid::Uuid>)]
    review_id: Option<ReviewId>,
}

impl From<OutdatedGuide> for OutdatedGuideView {
    fn from(guide: OutdatedGuide) -> Self {
        Self {
            guide_id: guide.guide_id,
            revision_id: guide.revision_id,
            title: guide.title,
            named: guide.named,
            is_public_text: guide.is_public_text,
            may_repoint: guide.refused.is_none(),
        }
    }
}

impl From<RepointedGuide> for RepointedGuideView {
    fn from(guide: RepointedGuide) -> Self {
        Self {
            revision: SavedView::from(&guide.saved),
            review_id: guide.review_id,
        }
    }
}

/// Lists the guides whose newest texts, drafts included, name this guide by an old slug.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/repoint", operation_id = "list_outdated_guides",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)),
    responses((status = 200, body = OutdatedListView)))]
pub(super) async fn list_outdated_guides(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, ApiError> {
    let (db, actor) = (state.database.reader(), &signed_in.actor);
    let urls = state.database.guide_urls();
    let guides = list_outdated(&db, &state.schema, urls, actor, guide_id).await?;
    answer(&OutdatedListView {
        guides: guides.into_iter().map(OutdatedGuideView::from).collect(),
    })
}

/// Makes guides name this one by its present slug: a new revision of each, all or none.
///
/// Nothing becomes public by it. With `submit`, the guides whose newest text was public are submitted
/// for review, and somebody else approves them.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/repoint", operation_id = "repoint_guides",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)), request_body = RepointBody,
    responses((status = 200, body = RepointedListView)))]
pub(super) async fn repoint_guides(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<RepointBody>,
) -> Result<Response, ApiError> {
    let targets = body.guides.iter();
    let targets: Vec<_> = targets.map(|one| (one.guide_id, one.revision_id)).collect();
    let mut command = request.begin(&body).await?;
    let schema = &request.state.schema;
    let repointed = repoint(command.tx(), schema, guide_id, &targets, body.submit).await?;
    let view = RepointedListView {
        guides: repointed
            .into_iter()
            .map(RepointedGuideView::from)
            .collect(),
    };
    command
        .finish(CommandAnswer::json(StatusCode::OK, &view)?)
        .await
}
