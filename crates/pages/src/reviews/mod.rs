//! The review queue, the page of one review, and decisions.

pub(super) mod decisions;
mod queue;

use annai_domain::decide::{self, Refusal, StateConflict};
use annai_domain::{GuideId, Permission, Review, RevisionId};
use annai_editorial::{submit, withdraw};
use annai_storage::reviews::{self, DecisionRecord, ReviewRecord};
use annai_storage::{published_versions, revisions};
use annai_web::Json;
use axum::response::Response;
use serde::Deserialize;

use super::address::{Path, Query};
use super::diffs::compare;
use super::error::PageError;
use super::findings::findings;
use super::flash::Flash;
use super::form::FormData;
use super::guide::{OpenGuide, open};
use super::page::Page;
use super::threads;
use annai_view::diff::DiffView;
use annai_view::form::FormField;
use annai_view::review::{
    AgainstView, ChangedView, DecisionView, EarlierView, JudgingView, NewerView, NewestView,
    ReviewView, ReviewedView,
};
use queue::QueueFilter;
pub(super) use queue::{first_publishable, first_waiting, get_queue};

/// The most earlier reviews on the page.
const EARLIER: i64 = 20;

/// The text to compare with, and the queue that the page was opened from.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReviewQuery {
    /// By default the text that the person decided on last; `public` chooses the public one.
    against: String,
    category: String,
    author: String,
    whose: String,
}

/// The state of a review page beyond the review.
#[derive(Debug, Default)]
struct OpenReview {
    wants_public: bool,
    filter: QueueFilter,
    /// The typed text.
    comment: FormField,
    /// The revision that the person looked at, where a newer one exists.
    seen: Option<RevisionId>,
}

/// `GET /admin/guides/{guide_id}/review`
pub(super) async fn get(
    page: Page,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<ReviewQuery>,
) -> Result<Response, PageError> {
    let guide = open(&page, guide_id).await?;
    let shown = OpenReview {
        wants_public: query.against == "public",
        filter: QueueFilter::new(query.category, query.author, query.whose),
        ..OpenReview::default()
    };
    page.show(&view(&page, guide, shown).await?)
}

/// `GET /admin/guides/{guide_id}/review/newest`: the newest revision, for an open page.
pub(super) async fn get_newest(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Json<NewestView>, PageError> {
    let guide = open(&page, guide_id).await?;
    Ok(Json(NewestView {
        revision_id: guide.facts.latest.revision_id,
    }))
}

async fn view(page: &Page, guide: OpenGuide, shown: OpenReview) -> Result<ReviewView, PageError> {
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
    let mut text = threads::ThreadsShown {
        page: "review",
        revision_id: guide.facts.latest.revision_id,
        source: guide.latest.source.clone(),
    };
    let (mut diff, mut against, mut found) = Default::default();
    if let Some(record) = &record {
        let reviewed = revisions::find(&db, guide_id, record.revision_id).await?;
        text.revision_id = record.revision_id;
        text.source = reviewed.ok_or_else(PageError::not_found)?.source;
        (diff, against) = changes(page, &guide, &text, shown.wants_public).await?;
        found = findings(page, &guide.facts, text.source.clone()).await?;
    }
    let judging = match live {
        Some(review) => JudgingView {
            comment: shown.comment,
            ..judging(page, &guide, review)
        },
        None => JudgingView::default(),
    };
    let changed = match shown.seen {
        Some(seen) => changed(page, &guide, seen).await?,
        None => None,
    };
    Ok(ReviewView {
        is_first: against.public.is_none() && !against.is_judged,
        against,
        diff,
        findings: found,
        threads: threads::view(page, &guide, text).await?,
        judging,
        changed,
        place: queue::place(page, guide_id, &shown.filter).await?,
        review: record.map(|record| reviewed(record, &guide)),
        earlier: records.into_iter().map(earlier).collect(),
        head: guide.head,
    })
}

/// Compares the text under review with the one that the person decided on last, or else with the
/// public one.
async fn changes(
    page: &Page,
    guide: &OpenGuide,
    text: &threads::ThreadsShown,
    wants_public: bool,
) -> Result<(DiffView, AgainstView), PageError> {
    let db = page.reader();
    let guide_id = guide.facts.guide_id;
    let judged = reviews::find_last_judged(&db, guide_id, page.actor().user_id).await?;
    let judged = judged.filter(|judged| judged.revision_id != text.revision_id);
    let known = judged.filter(|_| !wants_public);
    let old = match known {
        Some(known) => {
            let known = revisions::find(&db, guide_id, known.revision_id).await?;
            Some(known.ok_or_else(PageError::not_found)?.source)
        }
        None => published_versions::find_public_source(&db, guide_id).await?,
    };
    let against = AgainstView {
        judged: judged.map(|judged| judged.revision_number),
        public: guide.head.public_number,
        is_judged: known.is_some(),
    };
    let diff = compare(page, old, text.source.clone()).await?;
    Ok((diff.unwrap_or_default(), against))
}

/// Compares the text under review with the one that the person looked at.
async fn changed(
    page: &Page,
    guide: &OpenGuide,
    seen: RevisionId,
) -> Result<Option<ChangedView>, PageError> {
    let Some(seen) = revisions::find(&page.reader(), guide.facts.guide_id, seen).await? else {
        return Ok(None);
    };
    let newest = guide.latest.source.clone();
    Ok(Some(ChangedView {
        seen: seen.revision_number,
        newest: guide.facts.latest.revision_number,
        diff: compare(page, Some(seen.source), newest)
            .await?
            .unwrap_or_default(),
    }))
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
        .map(PageError::from)
        .and_then(|fault| fault.detail)
        .map(|detail| *detail);
    let completes = approval.as_ref().is_ok_and(|approval| approval.completes);
    JudgingView {
        may_approve: approval.is_ok(),
        may_approve_and_publish: completes && publishes,
        may_request_changes: decide::request_changes(facts, actor, revision, hash).is_ok(),
        may_publish: publication.is_ok(),
        refusal,
        ..JudgingView::default()
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

/// Builds one decision.
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
) -> Result<Response, PageError> {
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
        Flash("guide_submitted"),
    ))
}

/// `POST /admin/guides/{guide_id}/withdraw`
pub(super) async fn post_withdraw(
    page: Page,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let mut tx = page.begin().await?;
    withdraw(&mut tx, guide_id).await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}"),
        Flash("guide_withdrawn"),
    ))
}
