//! The first page: what waits for the person.

use annai_domain::{GuideStatus, Permission, Reach, ReviewState};
use annai_storage::guide_list::{self, GuideListFilter, GuideListItem, GuideListOrder};
use annai_storage::{ledger, published_versions};
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

/// `GET /admin`
pub(super) async fn get(page: Page) -> Result<Response, Fault> {
    let reads_all = page.actor().roles.reach(Permission::ReadGuide) == Reach::Every;
    let work = own_guides(&page, None).await?;
    let waiting = queue(&page, ReviewState::Open, SHOWN).await?;
    let (published, broken) = if reads_all {
        (recent(&page).await?, broken(&page).await?)
    } else {
        Default::default()
    };
    let is_empty = work.is_empty() && count(&page, reads_all).await? == 0;
    page.show(&HomeView {
        sent_back: own_guides(&page, Some(GuideStatus::ChangesRequested)).await?,
        work,
        waiting,
        published,
        broken,
        is_empty,
    })
}

async fn own_guides(page: &Page, status: Option<GuideStatus>) -> Result<Vec<GuideRow>, Fault> {
    let filter = GuideListFilter {
        owner_id: Some(page.actor().user_id),
        status,
        ..GuideListFilter::default()
    };
    let list = guide_list::list(&page.reader(), &filter, GuideListOrder::Updated, SHOWN, 0).await?;
    let is_work = |item: &GuideListItem| {
        status.is_some() || !matches!(item.status, GuideStatus::Published | GuideStatus::Archived)
    };
    Ok(list
        .items
        .into_iter()
        .filter(is_work)
        .map(|item| row(page, item))
        .collect())
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
