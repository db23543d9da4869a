//! Publishing with and without a review, unpublishing, rolling back.

use annai_desk::TakenDown;
use annai_domain::decide::{self, Refusal, StateConflict};
use annai_domain::{GuideId, Permission, Ref, ReviewState};
use annai_editorial::{
    CommandError, archive, break_glass, list_referring, publish, rollback, unarchive,
    undo_publication, unpublish,
};
use annai_storage::ledger::PublicationRecord;
use annai_storage::published_versions::{NamedCard, list_cards};
use annai_storage::{ledger, revisions};
use axum::http::StatusCode;
use axum::response::Response;

use super::address::Path;
use super::error::PageError;
use super::findings::findings;
use super::flash::Flash;
use super::form::FormData;
use super::guide::{OpenGuide, open};
use super::page::{Page, end};
use annai_view::form::FormField;
use annai_view::publishing::{
    PublicationView, PublishView, ReferrerView, RollbackView, TakeDownView,
};

/// The most publications on the rollback page.
const PUBLICATIONS: i64 = 100;

/// `GET /admin/guides/{guide_id}/publish`
pub(super) async fn get_publish(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    let review = guide.facts.review.as_ref();
    let review = review.filter(|review| review.state == ReviewState::Approved);
    let review = review.ok_or(Refusal::State(StateConflict::NotApproved))?;
    let (revision_id, content_hash) = (review.revision_id, review.content_hash);
    decide::publish(&guide.facts, page.actor(), revision_id, content_hash)?;
    let revision = revisions::find(&page.reader(), guide_id, revision_id).await?;
    let revision = revision.ok_or_else(PageError::not_found)?;
    page.show(&PublishView {
        revision_id,
        number: revision.revision_number,
        content_hash,
        findings: findings(&page, &guide.facts, revision.source).await?,
        reason: None,
        leaves_newer: content_hash != guide.facts.latest.content_hash,
        head: guide.head,
    })
}

/// `POST /admin/guides/{guide_id}/publish`
pub(super) async fn post_publish(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["revision_id", "content_hash"])?;
    let (revision, hash) = (form.parse("revision_id")?, form.parse("content_hash")?);
    let mut tx = page.begin().await?;
    let published = publish(&mut tx, &page.state.schema, guide_id, revision, hash).await?;
    tx.commit().await?;
    if published.previous_slug.is_some() {
        // The guides that name the old slug are the next question.
        let slugs = format!("/admin/guides/{guide_id}/slugs");
        return Ok(page.go(&slugs, Flash("guide_published")));
    }
    Ok(page.go(
        &format!("/admin/guides/{guide_id}/review"),
        Flash("guide_published"),
    ))
}

/// `POST /admin/guides/{guide_id}/undo`: undoes a publication that the page just told of.
pub(super) async fn post_undo(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["ref", "acknowledged"])?;
    let undone = Ref::new(form.parse("ref")?).ok_or_else(PageError::bad_form)?;
    let is_known = form.text("acknowledged") == "true";
    let mut tx = page.begin().await?;
    let done = undo_publication(&mut tx, &page.state.schema, guide_id, undone, is_known).await;
    let history = format!("/admin/guides/{guide_id}/history");
    match end(tx, done).await? {
        Ok(done) if done.is_public => Ok(page.go(&history, Flash("guide_rolled_back"))),
        Ok(done) => {
            let response = page.go(&history, Flash("guide_unpublished"));
            Ok(TakenDown(done.published.publication_ref.number).mark(response))
        }
        Err(CommandError::Referrers(_)) => {
            unacknowledged(&page, guide_id, TakeDown::Undo(undone)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /admin/guides/{guide_id}/break-glass`
pub(super) async fn get_break_glass(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    page.show(&break_glass_view(&page, guide, FormField::default()).await?)
}

async fn break_glass_view(
    page: &Page,
    guide: OpenGuide,
    reason: FormField,
) -> Result<PublishView, PageError> {
    let latest = &guide.facts.latest;
    let (revision_id, content_hash) = (latest.revision_id, latest.content_hash);
    decide::break_glass(&guide.facts, page.actor(), revision_id, content_hash, "")?;
    Ok(PublishView {
        revision_id,
        number: latest.revision_number,
        content_hash,
        findings: findings(page, &guide.facts, guide.latest.source).await?,
        reason: Some(reason),
        leaves_newer: false,
        head: guide.head,
    })
}

/// `POST /admin/guides/{guide_id}/break-glass`
pub(super) async fn post_break_glass(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["revision_id", "content_hash", "reason"])?;
    let (revision, hash) = (form.parse("revision_id")?, form.parse("content_hash")?);
    let (schema, reason) = (&page.state.schema, form.trimmed("reason"));
    let mut tx = page.begin().await?;
    let published = break_glass(&mut tx, schema, guide_id, revision, hash, reason).await;
    match end(tx, published).await? {
        Ok(_) => Ok(page.go(
            &format!("/admin/guides/{guide_id}/history"),
            Flash("guide_published"),
        )),
        Err(CommandError::Field { fault, .. }) => {
            let reason = FormField::holding(reason).refused(format!("field.{fault}"));
            let guide = open(&page, guide_id).await?;
            let view = break_glass_view(&page, guide, reason).await?;
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /admin/guides/{guide_id}/unpublish`
pub(super) async fn get_unpublish(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    decide::unpublish(&guide.facts, page.actor())?;
    page.show(&take_down(&page, guide, TakeDown::Unpublish).await?)
}

/// `GET /admin/guides/{guide_id}/archive`
pub(super) async fn get_archive(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    decide::archive(&guide.facts, page.actor())?;
    page.show(&take_down(&page, guide, TakeDown::Archive).await?)
}

/// An act that takes a guide down.
#[derive(Debug, Clone, Copy)]
enum TakeDown {
    Unpublish,
    Archive,
    /// Undoes the publication at this ref.
    Undo(Ref),
}

async fn take_down(
    page: &Page,
    guide: OpenGuide,
    act: TakeDown,
) -> Result<TakeDownView, PageError> {
    let public = guide.facts.visibility.public();
    let referrers = match public {
        Some(_) => {
            let urls = page.state.database.guide_urls();
            list_referring(&page.reader(), urls, guide.facts.guide_id).await?
        }
        None => Vec::new(),
    };
    let (act, undone) = match act {
        TakeDown::Unpublish => ("unpublish", None),
        TakeDown::Archive => ("archive", None),
        TakeDown::Undo(undone) => ("undo", Some(undone.get())),
    };
    let named: Vec<String> = referrers.iter().map(ToString::to_string).collect();
    let mut cards = list_cards(&page.reader(), &named).await?;
    cards.sort_by(|one, other| one.named.cmp(&other.named));
    let referrer = |named: NamedCard| ReferrerView {
        guide_id: named.guide_id,
        title: named.card.title,
        slug: named.named,
    };
    Ok(TakeDownView {
        act,
        undone,
        is_public: public.is_some(),
        referrers: cards.into_iter().map(referrer).collect(),
        is_unacknowledged: false,
        head: guide.head,
    })
}

/// `POST /admin/guides/{guide_id}/unpublish`
pub(super) async fn post_unpublish(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["acknowledged"])?;
    let mut tx = page.begin().await?;
    let is_known = form.text("acknowledged") == "true";
    let taken_down = unpublish(&mut tx, guide_id, is_known).await;
    match end(tx, taken_down).await? {
        Ok(entry) => {
            let history = format!("/admin/guides/{guide_id}/history");
            let response = page.go(&history, Flash("guide_unpublished"));
            Ok(TakenDown(entry.publication_ref.number).mark(response))
        }
        Err(CommandError::Referrers(_)) => {
            unacknowledged(&page, guide_id, TakeDown::Unpublish).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/guides/{guide_id}/archive`
pub(super) async fn post_archive(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["acknowledged"])?;
    let mut tx = page.begin().await?;
    let is_known = form.text("acknowledged") == "true";
    let taken_down = archive(&mut tx, guide_id, is_known).await;
    match end(tx, taken_down).await? {
        Ok(entry) => {
            let history = format!("/admin/guides/{guide_id}/history");
            let response = page.go(&history, Flash("guide_archived"));
            Ok(match entry {
                Some(entry) => TakenDown(entry.publication_ref.number).mark(response),
                None => response,
            })
        }
        Err(CommandError::Referrers(_)) => unacknowledged(&page, guide_id, TakeDown::Archive).await,
        Err(error) => Err(error.into()),
    }
}

async fn unacknowledged(
    page: &Page,
    guide_id: GuideId,
    act: TakeDown,
) -> Result<Response, PageError> {
    let guide = open(page, guide_id).await?;
    let mut view = take_down(page, guide, act).await?;
    view.is_unacknowledged = true;
    page.show_as(StatusCode::CONFLICT, &view)
}

/// `POST /admin/guides/{guide_id}/unarchive`
pub(super) async fn post_unarchive(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let mut tx = page.begin().await?;
    unarchive(&mut tx, guide_id).await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}"),
        Flash("guide_unarchived"),
    ))
}

/// `GET /admin/guides/{guide_id}/rollback`
pub(super) async fn get_rollback(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    page.require(Permission::PublishGuide)?;
    let scope = decide::list_guides(page.actor())?;
    let records = ledger::list(&page.reader(), scope, Some(guide_id), None, PUBLICATIONS).await?;
    let current = guide
        .facts
        .visibility
        .public()
        .map(|public| public.publication_ref);
    page.show(&RollbackView {
        publications: records
            .into_iter()
            .map(|record| publication(record, current))
            .collect(),
        head: guide.head,
    })
}

/// Builds a ledger entry for pages; `current` is the ref of the present publication.
pub(super) fn publication(record: PublicationRecord, current: Option<Ref>) -> PublicationView {
    PublicationView {
        number: record.publication_ref.number.get(),
        is_current: current == Some(record.publication_ref.number),
        publication_ref: record.publication_ref,
        action: record.action.as_str(),
        revision_id: record.revision_id,
        revision_number: record.revision_number,
        title: if record.title.is_empty() {
            record.guide_title
        } else {
            record.title
        },
        authority: record.authority,
        reason: record.break_glass_reason,
        by: record.published_by_name,
        at: record.published_at,
    }
}

/// `POST /admin/guides/{guide_id}/rollback`
pub(super) async fn post_rollback(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["ref"])?;
    let restored = Ref::new(form.parse("ref")?).ok_or_else(PageError::bad_form)?;
    let mut tx = page.begin().await?;
    rollback(&mut tx, &page.state.schema, guide_id, restored).await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}/history"),
        Flash("guide_rolled_back"),
    ))
}
