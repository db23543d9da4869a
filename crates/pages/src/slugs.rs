//! The slugs of a guide: redirects, claims to give up, joining, and guides that name an old slug.

use annai_desk::TakenDown;
use annai_domain::decide::{self, Refusal, SlugUse};
use annai_domain::{FieldFault, GuideFacts, GuideId, RevisionId, Slug};
use annai_editorial::{
    CommandError, OutdatedGuide, give_up_slug, join_guide, list_outdated, redirect_slug,
    repoint_guides,
};
use annai_storage::slugs::{HeldSlug, find_holder, list_held};
use axum::http::StatusCode;
use axum::response::Response;

use super::address::Path;
use super::error::{PageError, refusal_key};
use super::flash::Flash;
use super::form::FormData;
use super::guide::open;
use super::page::{Page, end};
use annai_view::form::FormField;
use annai_view::slugs::{OutdatedView, SlugView, SlugsView};

/// `GET /admin/guides/{guide_id}/slugs`
pub(super) async fn get(page: Page, Path(guide_id): Path<GuideId>) -> Result<Response, PageError> {
    page.show(&view(&page, guide_id).await?)
}

async fn view(page: &Page, guide_id: GuideId) -> Result<SlugsView, PageError> {
    let guide = open(page, guide_id).await?;
    let (facts, actor) = (&guide.facts, page.actor());
    let public = facts.visibility.public();
    let held = list_held(&page.reader(), guide_id).await?;
    let slug = |held: HeldSlug| SlugView {
        state: match (held.is_address, held.was_public, public.is_some()) {
            (true, _, _) => "address",
            (false, true, true) => "redirects",
            (false, true, false) => "gone",
            (false, false, _) => "claimed",
        },
        may_give_up: !held.was_public
            && decide::give_up_slug(facts, actor, SlugUse::Claimed(guide_id)).is_ok(),
        slug: held.slug.into(),
    };
    Ok(SlugsView {
        slugs: held.into_iter().map(slug).collect(),
        redirect: may_redirect(page, facts).then(FormField::default),
        join: decide::may_be_joined(facts, actor)
            .is_ok()
            .then(FormField::default),
        outdated: outdated(page, guide_id).await?,
        address: public.map_or_else(String::new, |public| public.slug.to_string()),
        head: guide.head,
    })
}

fn may_redirect(page: &Page, facts: &GuideFacts) -> bool {
    // A slug that leads nowhere is the one that the most guides can take.
    let gone = SlugUse::Led {
        to: GuideId::new(),
        is_public: false,
        is_address: false,
    };
    decide::redirect_slug(facts, page.actor(), gone).is_ok()
}

async fn outdated(page: &Page, guide_id: GuideId) -> Result<Vec<OutdatedView>, PageError> {
    let (db, state) = (page.reader(), &page.state);
    let urls = state.database.guide_urls();
    let found = list_outdated(&db, &state.schema, urls, page.actor(), guide_id).await?;
    let view = |guide: OutdatedGuide| OutdatedView {
        guide_id: guide.guide_id,
        revision_id: guide.revision_id,
        title: guide.title,
        named: guide.named.into_iter().collect(),
        is_public_text: guide.is_public_text,
        refused: guide.refused.map(refusal_key),
    };
    Ok(found.into_iter().map(view).collect())
}

/// `POST /admin/guides/{guide_id}/slugs`: leads a slug to the guide.
pub(super) async fn post(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["slug"])?;
    let typed = form.trimmed("slug");
    let Ok(slug) = typed.parse::<Slug>() else {
        let field = malformed(typed);
        return refused(&page, guide_id, StatusCode::UNPROCESSABLE_ENTITY, |view| {
            view.redirect = Some(field);
        })
        .await;
    };
    let mut tx = page.begin().await?;
    let done = redirect_slug(&mut tx, guide_id, &slug).await;
    let key = match end(tx, done).await? {
        Ok(_) => return Ok(page.go(&address(guide_id), Flash("slug_redirected"))),
        Err(CommandError::Refused(refusal @ Refusal::State(_))) => refusal_key(refusal),
        Err(CommandError::SlugTaken(_)) => "refused.slug_taken_here",
        Err(error) => return Err(error.into()),
    };
    let field = FormField::holding(typed).refused(key);
    refused(&page, guide_id, StatusCode::CONFLICT, |view| {
        view.redirect = Some(field);
    })
    .await
}

/// Shows the page with the form that was refused.
async fn refused(
    page: &Page,
    guide_id: GuideId,
    status: StatusCode,
    put: impl FnOnce(&mut SlugsView),
) -> Result<Response, PageError> {
    let mut view = view(page, guide_id).await?;
    put(&mut view);
    page.show_as(status, &view)
}

/// `POST /admin/guides/{guide_id}/slugs/give-up`
pub(super) async fn post_give_up(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["slug"])?;
    let slug: Slug = form.parse("slug")?;
    let mut tx = page.begin().await?;
    give_up_slug(&mut tx, guide_id, &slug).await?;
    tx.commit().await?;
    Ok(page.go(&address(guide_id), Flash("slug_given_up")))
}

/// `POST /admin/guides/{guide_id}/join`: ends the guide in favour of the one that holds a slug.
pub(super) async fn post_join(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["into"])?;
    let typed = form.trimmed("into");
    let into = match typed.parse::<Slug>() {
        Ok(slug) => find_holder(&page.reader(), &slug).await?,
        Err(_) => None,
    };
    let Some(into) = into else {
        let field = FormField::holding(typed).refused(format!("field.{}", FieldFault::Unknown));
        return refused(&page, guide_id, StatusCode::UNPROCESSABLE_ENTITY, |view| {
            view.join = Some(field);
        })
        .await;
    };
    let mut tx = page.begin().await?;
    let joined = join_guide(&mut tx, guide_id, into).await;
    let refusal = match end(tx, joined).await? {
        Ok(joined) => {
            let response = page.go(&address(guide_id), Flash("guide_joined"));
            return Ok(match joined.taken_down {
                Some(entry) => TakenDown(entry.publication_ref.number).mark(response),
                None => response,
            });
        }
        Err(CommandError::Refused(refusal @ Refusal::State(_))) => refusal,
        Err(error) => return Err(error.into()),
    };
    let field = FormField::holding(typed).refused(refusal_key(refusal));
    refused(&page, guide_id, StatusCode::CONFLICT, |view| {
        view.join = Some(field);
    })
    .await
}

/// `POST /admin/guides/{guide_id}/repoint`: makes the chosen guides name this one by its present slug.
pub(super) async fn post_repoint(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["guide", "submit"])?;
    let target = |pair: &str| {
        let (guide, revision) = pair.split_once(' ')?;
        Some((
            guide.parse::<GuideId>().ok()?,
            revision.parse::<RevisionId>().ok()?,
        ))
    };
    let targets = form.all("guide").map(target).collect::<Option<Vec<_>>>();
    let targets = targets.ok_or_else(PageError::bad_form)?;
    let submits = form.text("submit") == "true";
    let mut tx = page.begin().await?;
    repoint_guides(&mut tx, &page.state.schema, guide_id, &targets, submits).await?;
    tx.commit().await?;
    Ok(page.go(&address(guide_id), Flash("guides_repointed")))
}

fn malformed(typed: &str) -> FormField {
    FormField::holding(typed).refused(format!("field.{}", FieldFault::Malformed))
}

fn address(guide_id: GuideId) -> String {
    format!("/admin/guides/{guide_id}/slugs")
}
