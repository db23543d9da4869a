use annai_domain::{GuideId, Slug};
use annai_editorial::{
    Joined, Redirected, give_up_slug as give_up, join_guide as join, redirect_slug as redirect,
};
use annai_storage::slugs::{HeldSlug, list_held};
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use super::publishing::PublishedView;
use super::readable::readable;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The slugs of a guide.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SlugListView {
    slugs: Vec<HeldSlugView>,
}

/// A slug that leads to a guide, or that its draft claims.
#[derive(Debug, Serialize, ToSchema)]
struct HeldSlugView {
    #[schema(value_type = String)]
    slug: Slug,
    /// Whether readers know it: it is the address, redirects or answers 410.
    was_public: bool,
    /// Whether readers see the guide under it.
    is_address: bool,
}

/// A slug to lead to a guide.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RedirectBody {
    #[schema(value_type = String)]
    slug: Slug,
}

/// The guide that goes on.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JoinBody {
    #[schema(value_type = uuid::Uuid)]
    into: GuideId,
}

/// A redirected slug.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RedirectedView {
    /// The ref from which on it leads there, such as `142-5b1f0c9a`.
    #[serde(rename = "ref")]
    publication_ref: String,
    #[schema(value_type = String)]
    slug: Slug,
    /// The address of the guide; null while it is not public.
    #[schema(value_type = Option<String>)]
    to: Option<Slug>,
    /// The guides whose documents changed with it.
    #[schema(value_type = Vec<String>)]
    affects: Vec<Slug>,
}

/// A guide that ended in favour of another.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JoinedView {
    /// The tombstone; null where nothing was public.
    publication: Option<PublishedView>,
    /// Its slugs, which lead to the other guide now.
    redirects: Vec<RedirectedView>,
}

impl From<HeldSlug> for HeldSlugView {
    fn from(held: HeldSlug) -> Self {
        Self {
            slug: held.slug,
            was_public: held.was_public,
            is_address: held.is_address,
        }
    }
}

impl From<Redirected> for RedirectedView {
    fn from(redirected: Redirected) -> Self {
        Self {
            publication_ref: redirected.publication_ref.to_string(),
            slug: redirected.slug,
            to: redirected.to,
            affects: redirected.affects,
        }
    }
}

impl From<Joined> for JoinedView {
    fn from(joined: Joined) -> Self {
        let redirects = joined.redirects.into_iter();
        Self {
            publication: joined.taken_down.map(PublishedView::from),
            redirects: redirects.map(RedirectedView::from).collect(),
        }
    }
}

/// Lists the slugs that lead to a guide or that its draft claims, by slug.
#[utoipa::path(get, path = "/api/v1/guides/{guide_id}/slugs", operation_id = "list_slugs",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)),
    responses((status = 200, body = SlugListView)))]
pub(super) async fn list_slugs(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, ApiError> {
    readable(&state, &signed_in.actor, guide_id).await?;
    let held = list_held(&state.database.reader(), guide_id).await?;
    answer(&SlugListView {
        slugs: held.into_iter().map(HeldSlugView::from).collect(),
    })
}

/// Leads a slug to a guide: one that nobody holds, or one that leads elsewhere now.
///
/// A 409 with the code `slug_public` means that readers see a guide under the slug, and
/// `slug_claimed` that the draft of another guide claims it.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/slugs", operation_id = "redirect_slug",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)), request_body = RedirectBody,
    responses((status = 200, body = RedirectedView)))]
pub(super) async fn redirect_slug(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<RedirectBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let redirected = redirect(command.tx(), guide_id, &body.slug).await?;
    let view = RedirectedView::from(redirected);
    command
        .finish(CommandAnswer::json(StatusCode::OK, &view)?)
        .await
}

/// Gives up a slug of an archived guide that was never public.
#[utoipa::path(delete, path = "/api/v1/guides/{guide_id}/slugs/{slug}",
    operation_id = "give_up_slug", tag = "guides",
    params(("guide_id" = uuid::Uuid, Path), ("slug" = String, Path)),
    responses((status = 204)))]
pub(super) async fn give_up_slug(
    request: Request,
    Path((guide_id, slug)): Path<(GuideId, Slug)>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&()).await?;
    give_up(command.tx(), guide_id, &slug).await?;
    command.finish(CommandAnswer::empty()).await
}

/// Ends a guide in favour of another: takes it down, archives it and redirects its slugs.
#[utoipa::path(post, path = "/api/v1/guides/{guide_id}/join", operation_id = "join_guide",
    tag = "guides", params(("guide_id" = uuid::Uuid, Path)), request_body = JoinBody,
    responses((status = 200, body = JoinedView)))]
pub(super) async fn join_guide(
    request: Request,
    Path(guide_id): Path<GuideId>,
    Json(body): Json<JoinBody>,
) -> Result<Response, ApiError> {
    let mut command = request.begin(&body).await?;
    let joined = join(command.tx(), guide_id, body.into).await?;
    let taken_down = joined.taken_down.as_ref();
    let taken_down = taken_down.map(|entry| entry.publication_ref.number);
    let answer = CommandAnswer::json(StatusCode::OK, &JoinedView::from(joined))?;
    command.finish(answer.taking_down(taken_down)).await
}
