//! The history of a guide: its revisions, their names, and restoring one.

use annai_domain::{GuideId, RevisionId, RevisionKind};
use annai_editorial::{CommandError, name_revision, restore};
use annai_storage::history::{self, PublicSpan, RevisionRecord};
use annai_storage::revisions;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;
use serde::Deserialize;

use super::address::{Path, Query};
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::guide::open;
use super::page::{Page, end};
use annai_view::form::FormField;
use annai_view::history::{HistoryView, RevisionView, SittingView, SpanView};

/// The revisions on one page.
const PAGE: i64 = 50;
/// The longest pause within a sitting.
const PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// The page to show.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    before: Option<i32>,
}

/// The most ledger entries with their times.
const SPANS: i64 = 500;

/// `GET /admin/guides/{guide_id}/history`
pub(super) async fn get(
    page: Page,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Response, PageError> {
    page.show(&view(&page, guide_id, query.before, None).await?)
}

async fn view(
    page: &Page,
    guide_id: GuideId,
    before: Option<i32>,
    naming: Option<(RevisionId, FormField)>,
) -> Result<HistoryView, PageError> {
    let guide = open(page, guide_id).await?;
    let db = page.reader();
    let records = history::list_revisions(&db, guide_id, before, PAGE).await?;
    let spans = history::list_public_spans(&db, guide_id, SPANS).await?;
    let last = records.last().map(|record| record.revision_number);
    let latest = guide.facts.latest.revision_id;
    Ok(HistoryView {
        head: guide.head,
        count: records.len(),
        sittings: sittings(
            records
                .into_iter()
                .map(|record| revision(record, latest, &spans)),
        ),
        before: last.filter(|number| *number > 1),
        naming,
    })
}

fn revision(record: RevisionRecord, latest: RevisionId, spans: &[PublicSpan]) -> RevisionView {
    let own = spans
        .iter()
        .filter(|span| span.revision_id == record.revision_id);
    let is_restored = record.kind == RevisionKind::Restore;
    RevisionView {
        is_latest: record.revision_id == latest,
        revision_id: record.revision_id,
        number: record.revision_number,
        restored_number: is_restored
            .then(|| record.message.strip_prefix('#')?.parse().ok())
            .flatten(),
        kind: record.kind,
        message: record.message,
        title: record.title,
        author: record.created_by_name,
        at: record.created_at,
        is_public: record.is_public,
        name: record.name,
        merged_number: record.merged_number,
        spans: own
            .map(|span| SpanView {
                from_ref: span.from_ref,
                from: span.from,
                to: span.to,
            })
            .collect(),
    }
}

/// Groups revisions into sittings: one person's saves without a pause of more than [`PAUSE`]. A
/// revision that people look for is never folded.
fn sittings(revisions: impl Iterator<Item = RevisionView>) -> Vec<SittingView> {
    let mut sittings: Vec<SittingView> = Vec::new();
    for revision in revisions {
        match sittings.last_mut() {
            Some(sitting) if belongs(sitting, &revision) => sitting.folded.push(revision),
            _ => sittings.push(SittingView {
                newest: revision,
                folded: Vec::new(),
            }),
        }
    }
    sittings
}

fn belongs(sitting: &SittingView, revision: &RevisionView) -> bool {
    let after = sitting.folded.last().unwrap_or(&sitting.newest);
    let is_plain =
        revision.kind == RevisionKind::Save && revision.name.is_none() && revision.spans.is_empty();
    is_plain
        && after.kind == RevisionKind::Save
        && after.author == revision.author
        && after.at.duration_since(revision.at) <= PAUSE
}

/// `POST /admin/guides/{guide_id}/name-revision`
pub(super) async fn post_name(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["revision_id", "name"])?;
    let revision_id = form.parse("revision_id")?;
    let mut tx = page.begin().await?;
    let named = name_revision(&mut tx, guide_id, revision_id, form.text("name")).await;
    match end(tx, named).await? {
        Ok(()) => {
            let history = format!("/admin/guides/{guide_id}/history");
            Ok(page.go(&history, Flash("revision_named")))
        }
        Err(CommandError::Field { fault, .. }) => {
            let name = FormField::holding(form.text("name")).refused(format!("field.{fault}"));
            let number = revisions::find(&page.reader(), guide_id, revision_id).await?;
            // The page with the revision.
            let before = number.map(|revision| revision.revision_number + 1);
            let view = view(&page, guide_id, before, Some((revision_id, name))).await?;
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/guides/{guide_id}/restore`
pub(super) async fn post_restore(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, PageError> {
    form.only(&["revision_id", "base"])?;
    let mut tx = page.begin().await?;
    restore(
        &mut tx,
        &page.state.schema,
        guide_id,
        form.parse("revision_id")?,
        form.parse("base")?,
    )
    .await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}/history"),
        Flash("guide_restored"),
    ))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    /// A revision: its number, its author, the minute it was saved in, what else.
    type Saved<'a> = (i32, &'a str, i64, fn(&mut RevisionView));

    /// Folds revisions into sittings, as numbers; both begin with the newest.
    fn folded(revisions: &[Saved<'_>]) -> Vec<Vec<i32>> {
        let revision = |(number, author, minutes, change): &Saved<'_>| {
            let mut revision = RevisionView {
                revision_id: RevisionId::new(),
                number: *number,
                kind: RevisionKind::Save,
                message: String::new(),
                title: String::new(),
                author: (*author).to_owned(),
                at: Timestamp::UNIX_EPOCH + SignedDuration::from_mins(*minutes),
                is_public: false,
                is_latest: false,
                name: None,
                merged_number: None,
                restored_number: None,
                spans: Vec::new(),
            };
            change(&mut revision);
            revision
        };
        let numbers = |sitting: SittingView| {
            let folded = sitting.folded.iter().map(|revision| revision.number);
            std::iter::once(sitting.newest.number)
                .chain(folded)
                .collect()
        };
        sittings(revisions.iter().map(revision))
            .into_iter()
            .map(numbers)
            .collect()
    }

    fn public_once() -> SpanView {
        SpanView {
            from_ref: 1,
            from: Timestamp::UNIX_EPOCH,
            to: None,
        }
    }

    #[test]
    fn what_one_person_saves_in_one_go_is_one_sitting() {
        let plain: fn(&mut RevisionView) = |_| {};
        let all = [
            (6, "佐藤", 95, plain),
            (5, "佐藤", 70, plain),
            (4, "佐藤", 40, plain),
            (3, "佐藤", 9, plain),
            (2, "鈴木", 5, plain),
            (1, "佐藤", 0, plain),
        ];
        assert_eq!(folded(&all), [vec![6, 5, 4], vec![3], vec![2], vec![1]]);
    }

    #[test]
    fn what_people_look_for_is_never_folded() {
        let kept: [fn(&mut RevisionView); 3] = [
            |revision| revision.name = Some("秋の改訂".to_owned()),
            |revision| revision.kind = RevisionKind::Merge,
            |revision| revision.spans.push(public_once()),
        ];
        for keep in kept {
            let all = [
                (3, "佐藤", 2, (|_| {}) as fn(&mut RevisionView)),
                (2, "佐藤", 1, keep),
            ];
            assert_eq!(folded(&all), [vec![3], vec![2]]);
        }
    }
}
