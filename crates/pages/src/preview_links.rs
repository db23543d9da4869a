//! Preview links: they open a guide that is not public.

use annai_domain::decide;
use annai_domain::{GuideId, PreviewLinkId, RevisionId};
use annai_editorial::{create_preview_link, revoke_preview_link};
use annai_storage::history;
use annai_storage::preview_links::{self, PreviewLinkRecord};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};

use super::address::Path;
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::guide::{OpenGuide, open};
use super::page::Page;
use annai_view::preview_links::{
    PreviewLinkForm, PreviewLinkView, PreviewLinksView, RevisionChoice,
};

/// The most links on the page.
const LINKS: i64 = 50;
/// The most revisions in the form.
const REVISIONS: i64 = 20;
/// The lifetimes in the form, in hours; the first is the default.
const HOURS: [i64; 4] = [24, 1, 72, 168];

/// `GET /admin/guides/{guide_id}/preview-links`
pub(super) async fn get(page: Page, Path(guide_id): Path<GuideId>) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    page.show(&view(&page, guide).await?)
}

async fn view(page: &Page, guide: OpenGuide) -> Result<PreviewLinksView, PageError> {
    let (db, now, guide_id) = (page.reader(), page.now(), guide.facts.guide_id);
    let links = preview_links::list(&db, guide_id, now, LINKS).await?;
    let form = if decide::create_preview_link(&guide.facts, page.actor()).is_ok() {
        Some(form(page, guide_id).await?)
    } else {
        None
    };
    Ok(PreviewLinksView {
        head: guide.head,
        links: links.into_iter().map(|link| link_view(link, now)).collect(),
        form,
        address: None,
    })
}

async fn form(page: &Page, guide_id: GuideId) -> Result<PreviewLinkForm, PageError> {
    let revisions = history::list_revisions(&page.reader(), guide_id, None, REVISIONS).await?;
    let choice = |revision: history::RevisionRecord| RevisionChoice {
        revision_id: revision.revision_id,
        number: revision.revision_number,
        at: revision.created_at,
    };
    Ok(PreviewLinkForm {
        revisions: revisions.into_iter().map(choice).collect(),
        hours: HOURS,
    })
}

fn link_view(link: PreviewLinkRecord, now: Timestamp) -> PreviewLinkView {
    PreviewLinkView {
        preview_link_id: link.preview_link_id,
        number: link.revision_number,
        hint: link.hint,
        created_by: link.created_by_name,
        created_at: link.created_at,
        expires_at: link.expires_at,
        state: match link.revoked_at {
            Some(_) => "revoked",
            None if link.expires_at <= now => "expired",
            None => "living",
        },
    }
}

/// `POST /admin/guides/{guide_id}/preview-links`: creates a link and shows its address, this once.
pub(super) async fn post(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["revision_id", "hours"])?;
    let revision_id: Option<RevisionId> = match form.text("revision_id") {
        "" => None,
        _ => Some(form.parse("revision_id")?),
    };
    let hours: i64 = form.parse("hours")?;
    if !HOURS.contains(&hours) {
        return Err(PageError::bad_form());
    }
    let expires_at = page.now() + SignedDuration::from_hours(hours);
    let guide = open(&page, guide_id).await?;
    let mut tx = page.begin().await?;
    let link = create_preview_link(&mut tx, guide_id, revision_id, Some(expires_at)).await?;
    tx.commit().await?;
    let address = annai_desk::preview_address(&page.state.settings, &link.secret);
    page.show(&PreviewLinksView {
        address: Some(address),
        ..view(&page, guide).await?
    })
}

/// `POST /admin/guides/{guide_id}/preview-links/{preview_link_id}/revoke`
pub(super) async fn post_revoke(
    page: Page,
    Path((guide_id, preview_link_id)): Path<(GuideId, PreviewLinkId)>,
) -> Result<Response, PageError> {
    let mut tx = page.begin().await?;
    revoke_preview_link(&mut tx, guide_id, preview_link_id).await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}/preview-links"),
        Flash("preview_link_revoked"),
    ))
}
