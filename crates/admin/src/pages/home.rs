//! The first page: what waits for the person.

use annai_domain::{GuideStatus, Permission, Reach, ReviewState};
use annai_storage::guide_list::{self, GuideListFilter, GuideListItem, GuideListOrder};
use annai_storage::{ledger, published_versions, working_copies};
use axum::response::Response;

use super::fault::Fault;
use super::guides::row;
use super::page::Page;
use super::publishing::publication;
use super::reviews::queue;
use crate::view::guides::GuideRow;
use crate::view::home::{BrokenView, HomeView, RecentView};

/// The most entries in each part of the page.
const SHOWN: i64 = 8;
/// How many of the person's guides are looked at for those that are work.
const LOOKED_AT: i64 = 50;

/// `GET /admin`
pub(super) async fn get(page: Page) -> Result<Response, Fault> {
    let reads_all = page.actor().roles.reach(Permission::ReadGuide) == Reach::Every;
    let (work, sent_back, waiting, all) = tokio::try_join!(
        own_guides(&page, None),
        own_guides(&page, Some(GuideStatus::ChangesRequested)),
        queue(&page, ReviewState::Open, SHOWN),
        count(&page, reads_all),
    )?;
    let (published, broken) = if reads_all {
        tokio::try_join!(recent(&page), broken(&page))?
    } else {
        (Vec::new(), Vec::new())
    };
    page.show(&HomeView {
        is_empty: all == 0,
        work,
        sent_back,
        waiting,
        published,
        broken,
    })
}

async fn own_guides(page: &Page, status: Option<GuideStatus>) -> Result<Vec<GuideRow>, Fault> {
    if page.actor().roles.reach(Permission::ReadGuide) == Reach::Nothing {
        return Ok(Vec::new());
    }
    let filter = GuideListFilter {
        owner_id: Some(page.actor().user_id),
        status,
        ..GuideListFilter::default()
    };
    let list = guide_list::list(
        &page.reader(),
        &filter,
        GuideListOrder::Updated,
        LOOKED_AT,
        0,
    )
    .await?;
    let is_work = |item: &GuideListItem| {
        status.is_some() || !matches!(item.status, GuideStatus::Published | GuideStatus::Archived)
    };
    let shown = list.items.into_iter().filter(is_work);
    let mut rows: Vec<_> = shown
        .take(usize::try_from(SHOWN).unwrap_or_default())
        .map(|item| row(page, item))
        .collect();
    let (db, person) = (page.reader(), page.actor().user_id);
    for row in &mut rows {
        let kept = working_copies::find(&db, row.guide_id, person).await?;
        row.has_working_copy = kept.is_some();
    }
    Ok(rows)
}

async fn count(page: &Page, reads_all: bool) -> Result<i64, Fault> {
    let owner = (!reads_all).then(|| page.actor().user_id);
    let counts = guide_list::count_by_status(&page.reader(), owner).await?;
    Ok(counts.into_iter().map(|(_, count)| count).sum())
}

async fn recent(page: &Page) -> Result<Vec<RecentView>, Fault> {
    let records = ledger::list(&page.reader(), None, None, SHOWN).await?;
    let view = |record: ledger::PublicationRecord| RecentView {
        guide_id: record.guide_id,
        publication: publication(record, None),
    };
    Ok(records.into_iter().map(view).collect())
}

async fn broken(page: &Page) -> Result<Vec<BrokenView>, Fault> {
    let found = published_versions::list_broken_relations(&page.reader(), SHOWN).await?;
    let view = |relation: published_versions::BrokenRelation| BrokenView {
        guide_id: relation.guide_id,
        title: relation.title,
        missing: relation.missing,
    };
    Ok(found.into_iter().map(view).collect())
}
