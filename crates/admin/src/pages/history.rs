//! The history of a guide, and bringing an older revision back.

use annai_domain::GuideId;
use annai_editorial::restore;
use annai_storage::history::{self, RevisionRecord};
use axum::response::Response;
use serde::Deserialize;

use super::address::{Path, Query};
use super::fault::Fault;
use super::flash::Said;
use super::form::FormData;
use super::guide::open;
use super::page::Page;
use crate::view::history::{HistoryView, RevisionView};

/// Revisions on one page.
const PAGE: i64 = 50;

/// Where to go on.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryQuery {
    before: Option<i32>,
}

/// `GET /admin/guides/{guide_id}/history`
pub(super) async fn get(
    page: Page,
    Path(guide_id): Path<GuideId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Response, Fault> {
    let guide = open(&page, guide_id).await?;
    let records = history::list_revisions(&page.reader(), guide_id, query.before, PAGE).await?;
    let last = records.last().map(|record| record.revision_number);
    let latest = guide.facts.latest.revision_id;
    let view = |record: RevisionRecord| RevisionView {
        is_latest: record.revision_id == latest,
        revision_id: record.revision_id,
        number: record.revision_number,
        kind: record.kind,
        message: record.message,
        title: record.title,
        author: record.created_by_name,
        at: record.created_at,
        is_public: record.is_public,
        public_refs: record.public_refs,
    };
    page.show(&HistoryView {
        head: guide.head,
        entries: records.into_iter().map(view).collect(),
        before: last.filter(|number| *number > 1),
    })
}

/// `POST /admin/guides/{guide_id}/restore`
pub(super) async fn post_restore(
    page: Page,
    Path(guide_id): Path<GuideId>,
    form: FormData,
) -> Result<Response, Fault> {
    form.only(&["revision_id", "base"])?;
    let mut tx = page.begin().await?;
    restore(
        &mut tx,
        guide_id,
        form.parse("revision_id")?,
        form.parse("base")?,
    )
    .await?;
    tx.commit().await?;
    Ok(page.go(
        &format!("/admin/guides/{guide_id}/history"),
        Said("guide_restored"),
    ))
}
