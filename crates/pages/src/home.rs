//! The first page: the work that waits for the person.

use std::collections::BTreeSet;

use annai_content::FieldRole;
use annai_domain::decide::{self, GuideScope};
use annai_domain::{GuideId, GuideStatus};
use annai_storage::guide_list::{
    self, GuideListFilter, GuideListItem, GuideListOrder, GuideListStretch,
};
use annai_storage::{ledger, published_versions, threads};
use axum::response::Response;

use super::error::PageError;
use super::guides::row;
use super::page::Page;
use super::publishing::publication;
use super::reviews::{first_publishable, first_waiting};
use annai_desk::{count_publishable, count_waiting};
use annai_view::guides::GuideRow;
use annai_view::home::{BrokenView, HomeView, MentionView, Part, RecentView};
use annai_view::review::QueuedView;

/// The most entries in each part of the page.
const SHOWN: usize = 8;
/// The most recent publications.
const RECENT: i64 = 8;
/// The most entries of a list that are counted.
const COUNTED: i64 = 1_000;
/// The most guides of the person that are searched for work.
const LOOKED_AT: i64 = 50;

/// `GET /admin`
pub(super) async fn get(page: Page) -> Result<Response, PageError> {
    let Ok(scope) = decide::list_guides(page.actor()) else {
        return page.show(&HomeView {
            is_empty: true,
            ..HomeView::default()
        });
    };
    let (mentions, work, sent_back, waiting, to_publish, all) = tokio::try_join!(
        mentions(&page, scope),
        work(&page, scope),
        sent_back(&page, scope),
        waiting(&page),
        to_publish(&page),
        count(&page, scope),
    )?;
    let (published, broken) = tokio::try_join!(recent(&page, scope), broken(&page, scope))?;
    page.show(&HomeView {
        is_empty: all == 0,
        mentions,
        work,
        sent_back,
        waiting,
        to_publish,
        published,
        broken,
        is_own: !scope.is_everything(),
        relations_key: page
            .state
            .schema
            .key_of(FieldRole::Relations)
            .map(str::to_owned),
    })
}

/// Lists the unresolved mentions of the person.
async fn mentions(page: &Page, scope: GuideScope) -> Result<Part<MentionView>, PageError> {
    let person = page.actor().user_id;
    let found = threads::list_mentions(&page.reader(), scope, person, COUNTED).await?;
    let view = |record: threads::MentionRecord| MentionView {
        guide_id: record.guide_id,
        thread_id: record.thread_id,
        title: record.title,
        body: record.body,
        by: record.created_by_name,
        at: record.created_at,
    };
    Ok(Part::first(found.into_iter().map(view).collect(), SHOWN))
}

/// Lists the first reviews that wait for the person, and counts them all.
async fn waiting(page: &Page) -> Result<Option<Part<QueuedView>>, PageError> {
    let Some(count) = count_waiting(&page.state, page.actor()).await? else {
        return Ok(None);
    };
    Ok(Some(Part {
        rows: first_waiting(page, SHOWN).await?,
        count: usize::try_from(count).unwrap_or_default(),
    }))
}

/// Lists the first approved reviews that the person may publish, and counts them all.
async fn to_publish(page: &Page) -> Result<Option<Part<QueuedView>>, PageError> {
    let Some(count) = count_publishable(&page.state, page.actor()).await? else {
        return Ok(None);
    };
    Ok(Some(Part {
        rows: first_publishable(page, SHOWN).await?,
        count: usize::try_from(count).unwrap_or_default(),
    }))
}

/// Lists the person's unfinished guides, and every guide in `scope` with unsaved text of theirs.
async fn work(page: &Page, scope: GuideScope) -> Result<Vec<GuideRow>, PageError> {
    let person = page.actor().user_id;
    let own = GuideListFilter {
        owner_id: Some(person),
        ..GuideListFilter::default()
    };
    let unsaved = GuideListFilter {
        written_by: Some(person),
        ..GuideListFilter::default()
    };
    let (own, unsaved) = tokio::try_join!(
        list(page, scope, &own, LOOKED_AT),
        list(page, scope, &unsaved, LOOKED_AT)
    )?;
    let has_unsaved: BTreeSet<GuideId> = unsaved.iter().map(|item| item.guide_id).collect();
    let is_work = |item: &GuideListItem| item.status != GuideStatus::Published;
    let rest = own
        .into_iter()
        .filter(|item| is_work(item) && !has_unsaved.contains(&item.guide_id));
    let rows = unsaved.into_iter().chain(rest).map(|item| {
        let has_working_copy = has_unsaved.contains(&item.guide_id);
        GuideRow {
            has_working_copy,
            ..row(page, item)
        }
    });
    Ok(rows.take(SHOWN).collect())
}

/// Guides of the person's that were sent back.
async fn sent_back(page: &Page, scope: GuideScope) -> Result<Part<GuideRow>, PageError> {
    let filter = GuideListFilter {
        owner_id: Some(page.actor().user_id),
        status: Some(GuideStatus::ChangesRequested),
        ..GuideListFilter::default()
    };
    let items = list(page, scope, &filter, COUNTED).await?.into_iter();
    let rows = items.map(|item| row(page, item)).collect();
    Ok(Part::first(rows, SHOWN))
}

/// Lists the guides that `filter` lets through, the last saved first.
async fn list(
    page: &Page,
    scope: GuideScope,
    filter: &GuideListFilter,
    most: i64,
) -> Result<Vec<GuideListItem>, PageError> {
    let stretch = GuideListStretch::first(GuideListOrder::Updated, most);
    let list = guide_list::list(&page.reader(), scope, filter, stretch).await?;
    Ok(list.items)
}

async fn count(page: &Page, scope: GuideScope) -> Result<i64, PageError> {
    let none = GuideListFilter::default();
    let counts = guide_list::count_by_status(&page.reader(), scope, &none).await?;
    Ok(counts.into_iter().map(|(_, count)| count).sum())
}

async fn recent(page: &Page, scope: GuideScope) -> Result<Vec<RecentView>, PageError> {
    let records = ledger::list(&page.reader(), scope, None, None, RECENT).await?;
    let view = |record: ledger::PublicationRecord| RecentView {
        guide_id: record.guide_id,
        publication: publication(record, None),
    };
    Ok(records.into_iter().map(view).collect())
}

async fn broken(page: &Page, scope: GuideScope) -> Result<Part<BrokenView>, PageError> {
    let found = published_versions::list_broken_relations(&page.reader(), scope, COUNTED).await?;
    let view = |relation: published_versions::BrokenRelation| BrokenView {
        guide_id: relation.guide_id,
        title: relation.title,
        missing: relation.missing,
    };
    Ok(Part::first(found.into_iter().map(view).collect(), SHOWN))
}
