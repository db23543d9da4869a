//! The review queue, the page of one review, and judging.

use annai_domain::decide::{self, Refusal, StateConflict};
use annai_domain::{GuideId, Permission, Reach, Review, ReviewState};
use annai_editorial::{CommandError, approve, publish, request_changes, submit, withdraw};
use annai_storage::reviews::{self, DecisionRecord, QueuedReview, ReviewRecord};
use annai_storage::{published_versions, revisions};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::address::Path;
use super::diffs::compare;
use super::fault::Fault;
use super::flash::Said;
use super::form::FormData;
use super::guide::{OpenGuide, findings, open};
use super::page::Page;
use super::threads::{self, Shown};
use crate::view::Message;
use crate::view::diff::DiffView;
use crate::view::form::FormField;
use crate::view::guide::FindingsView;
use crate::view::review::{
    DecisionView, EarlierView, JudgingView, NewerView, QueuedView, ReviewQueueView, ReviewView,
    ReviewedView,
};

/// The most reviews in a list.
const QUEUE: i64 = 200;
/// The most earlier reviews on the page of one.
const EARLIER: i64 = 20;

/// `GET /admin/reviews`
pub(super) async fn get_queue(page: Page) -> Result<Response, Fault> {
    page.show(&ReviewQueueView {
        waiting: queue(&page, ReviewState::Open, QUEUE).await?,
        approved: queue(&page, ReviewState::Approved, QUEUE).await?,
    })
}

/// The reviews in `state` that the person may know of, the oldest first.
pub(super) async fn queue(
    page: &Page,
    state: ReviewState,
    limit: i64,
) -> Result<Vec<QueuedView>, Fault> {
    if page.actor().roles.reach(Permission::ReadGuide) != Reach::Every {
        return Ok(Vec::new());
    }
    let queue = reviews::list_queue(&page.reader(), state, page.actor().user_id, limit).await?;
    let now = page.now();
    let view = |review: QueuedReview| QueuedView {
        guide_id: review.guide_id,
        title: review.title,
        slug: review.slug,
        number: review.revision_number,
        message: review.message,
        submitted_by: review.submitted_by_name,
        submitted_at: review.submitted_at,
        age: age(review.submitted_at, now),
        is_stale: review.is_stale,
        is_own: review.is_own,
    };
    Ok(queue.into_iter().map(view).collect())
}

/// How long something has waited.
fn age(since: Timestamp, now: Timestamp) -> Message {
    let minutes = (now.duration_since(since).as_secs() / 60).max(0);
    let (key, count) = match minutes {
        0..60 => ("age.minutes", minutes),
        60..1_440 => ("age.hours", minutes / 60),
        _ => ("age.days", minutes / 1_440),
    };
    Message::new(key).with("count", count)
}

/// `GET /admin/guides/{guide_id}/review`
pub(super) async fn get(page: Page, Path(guide_id): Path<GuideId>) -> Result<Response, Fault> {
    let guide = open(&page, guide_id).await?;
    page.show(&view(&page, guide, FormField::default()).await?)
}

async fn view(page: &Page, guide: OpenGuide, reason: FormField) -> Result<ReviewView, Fault> {
    let db = page.reader();
    let guide_id = guide.facts.guide_id;
    let live = guide.facts.review.as_ref();
    let mut records = reviews::list_of_guide(&db, guide_id, EARLIER).await?;
    let live_at = live.and_then(|live| {
        records
            .iter()
            .position(|record| record.review_id == live.review_id)
    });
    let record = live_at.map(|index| records.remove(index));
    let mut shown = Shown {
        page: "review",
        revision_id: guide.facts.latest.revision_id,
        source: guide.latest.source.clone(),
    };
    let (mut diff, mut found) = (DiffView::default(), FindingsView::default());
    if let Some(record) = &record {
        shown.revision_id = record.revision_id;
        shown.source = text(page, guide_id, record).await?;
        let public = published_versions::find_public_source(&db, guide_id).await?;
        let compared = compare(page, public, shown.source.clone()).await?;
        diff = compared.unwrap_or_default();
        found = findings(page, shown.source.clone()).await?;
    }
    let judging = match live {
        Some(review) => JudgingView {
            reason,
            ..judging(page, &guide, review)
        },
        None => JudgingView::default(),
    };
    Ok(ReviewView {
        against: guide.head.public_number,
        diff,
        findings: found,
        threads: threads::view(page, &guide, shown).await?,
        judging,
        review: record.map(|record| reviewed(record, &guide)),
        earlier: records.into_iter().map(earlier).collect(),
        head: guide.head,
    })
}

/// The text under review.
async fn text(page: &Page, guide_id: GuideId, record: &ReviewRecord) -> Result<Vec<u8>, Fault> {
    let revision = revisions::find(&page.reader(), guide_id, record.revision_id).await?;
    Ok(revision.ok_or_else(Fault::not_found)?.source)
}

fn judging(page: &Page, guide: &OpenGuide, review: &Review) -> JudgingView {
    let (facts, actor) = (&guide.facts, page.actor());
    let (revision, hash) = (review.revision_id, review.content_hash);
    let approval = decide::approve(facts, actor, revision, hash);
    let judges = actor.may(Permission::JudgeGuide, facts.owner_id);
    let publishes = actor.may(Permission::PublishGuide, facts.owner_id);
    let publication = decide::publish(facts, actor, revision, hash);
    let refusal = match &approval {
        Err(Refusal::Forbidden(_)) if judges => {
            Some(Refusal::Forbidden(decide::Forbidden::OwnChange))
        }
        _ => {
            let refusals = [approval.as_ref().err(), publication.as_ref().err()];
            let blocked = Refusal::State(StateConflict::Blocked);
            refusals.contains(&Some(&blocked)).then_some(blocked)
        }
    };
    let refusal = refusal
        .map(Fault::from)
        .and_then(|fault| fault.detail)
        .map(|detail| *detail);
    let completes = approval.as_ref().is_ok_and(|approval| approval.completes);
    JudgingView {
        may_approve: approval.is_ok(),
        may_approve_and_publish: completes && publishes,
        may_request_changes: decide::request_changes(facts, actor, revision, hash).is_ok(),
        may_publish: publication.is_ok(),
        refusal,
        reason: FormField::default(),
    }
}

fn reviewed(record: ReviewRecord, guide: &OpenGuide) -> ReviewedView {
    let latest = &guide.facts.latest;
    let is_newer = latest.content_hash != record.content_hash;
    ReviewedView {
        revision_id: record.revision_id,
        number: record.revision_number,
        content_hash: record.content_hash,
        state: record.state,
        message: record.message,
        submitted_by: record.submitted_by_name,
        submitted_at: record.submitted_at,
        decisions: record.decisions.into_iter().map(decision).collect(),
        newer: is_newer.then_some(NewerView {
            revision_id: latest.revision_id,
            number: latest.revision_number,
        }),
    }
}

fn earlier(record: ReviewRecord) -> EarlierView {
    EarlierView {
        number: record.revision_number,
        state: record.state,
        submitted_by: record.submitted_by_name,
        submitted_at: record.submitted_at,
        decisions: record.decisions.into_iter().map(decision).collect(),
    }
}

/// One decision as pages show it.
pub(super) fn decision(record: DecisionRecord) -> DecisionView {
    DecisionView {
        verdict: record.verdict,
        comment: record.comment,
        by: record.decided_by_name,
        at: record.decided_at,
    }
}

/// `POST /admin/guides/{guide_id}/submit`
pub(super) async fn post_submit(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, Fault> {
    form.only(&["revision_id"])?;
    let mut tx = page.begin().await?;
    submit(
        &mut tx,
        &page.state.schema,
        guide_id,
        form.parse("revision_id")?,
        "",
    )
    .await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}/review"),
        Said("guide_submitted"),
    ))
}

/// `POST /admin/guides/{guide_id}/withdraw`
pub(super) async fn post_withdraw(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, Fault> {
    let mut tx = page.begin().await?;
    withdraw(&mut tx, guide_id).await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}"),
        Said("guide_withdrawn"),
    ))
}

/// `POST /admin/guides/{guide_id}/approve`, and publishing in the same transaction where the
/// person asked for both.
pub(super) async fn post_approve(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, Fault> {
    form.only(&["revision_id", "content_hash", "comment", "then"])?;
    let (revision, hash) = (form.parse("revision_id")?, form.parse("content_hash")?);
    let mut tx = page.begin().await?;
    let approved = approve(&mut tx, guide_id, revision, hash, form.trimmed("comment")).await?;
    let said = match (form.text("then"), approved.completed) {
        ("publish", true) => {
            publish(&mut tx, &page.state.schema, guide_id, revision, hash).await?;
            "guide_approved_and_published"
        }
        ("publish", false) => "guide_approved_not_published",
        _ => "guide_approved",
    };
    tx.commit().await?;
    Ok(page.go(&format!("/admin/guides/{guide_id}/review"), Said(said)))
}

/// `POST /admin/guides/{guide_id}/request-changes`
pub(super) async fn post_request_changes(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, Fault> {
    form.only(&["revision_id", "content_hash", "comment"])?;
    let (revision, hash) = (form.parse("revision_id")?, form.parse("content_hash")?);
    let mut tx = page.begin().await?;
    match request_changes(&mut tx, guide_id, revision, hash, form.trimmed("comment")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(page.go(
                &format!("/admin/guides/{guide_id}/review"),
                Said("guide_sent_back"),
            ))
        }
        Err(CommandError::Field { code, .. }) => {
            drop(tx);
            let reason = FormField::holding(form.text("comment")).refused(format!("field.{code}"));
            let guide = open(&page, guide_id).await?;
            let view = view(&page, guide, reason).await?;
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_told_in_the_largest_whole_unit() {
        let since: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let age_after = |minutes| {
            let message = age(since, since + jiff::SignedDuration::from_mins(minutes));
            (message.key, message.arguments["count"].as_i64().unwrap())
        };
        assert_eq!(age_after(0), ("age.minutes".to_owned(), 0));
        assert_eq!(age_after(59), ("age.minutes".to_owned(), 59));
        assert_eq!(age_after(60), ("age.hours".to_owned(), 1));
        assert_eq!(age_after(1_439), ("age.hours".to_owned(), 23));
        assert_eq!(age_after(2_880), ("age.days".to_owned(), 2));
        assert_eq!(age_after(-5), ("age.minutes".to_owned(), 0));
    }
}
