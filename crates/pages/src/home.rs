//! The first page: the work that waits for the person.

use std::collections::BTreeSet;

use annai_content::FieldRole;
use annai_domain::{GuideId, GuideStatus, Permission, ReviewState};
use annai_storage::guide_list::{self, GuideListFilter, GuideListItem, GuideListOrder};
use annai_storage::{ledger, published_versions, threads};
use axum::response::Response;

use super::error::PageError;
use super::guides::row;
use super::page::Page;
use super::publishing::publication;
use super::reviews::queue;
use annai_view::guides::GuideRow;
use annai_view::home::{BrokenView, HomeView, MentionView, RecentView};

/// The most entries in each part of the page.
const SHOWN: i64 = 8;
/// The most entries of lists that cost nothing.
const PART: usize = 8;
/// The most guides of the person that are searched for work.
const LOOKED_AT: i64 = 50;

/// `GET /admin`
pub(super) async fn get(page: Page) -> Result<Response, PageError> {
    let reads_all = reads_all(&page);
    let (mentions, work, sent_back, waiting, all) = tokio::try_join!(
        mentions(&page, reads_all),
        work(&page),
        sent_back(&page),
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
        mentions,
        work,
        sent_back,
        waiting,
        published,
        broken,
        relations_key: page
            .state
            .schema
            .key_of(FieldRole::Relations)
            .map(str::to_owned),
    })
}

/// Lists unresolved mentions of the person.
async fn mentions(page: &Page, reads_all: bool) -> Result<Vec<MentionView>, PageError> {
    let person = page.actor().user_id;
    let owner = (!reads_all).then_some(person);
    let found = threads::list_mentions(&page.reader(), person, owner, SHOWN).await?;
    let view = |record: threads::MentionRecord| MentionView {
        guide_id: record.guide_id,
        thread_id: record.thread_id,
        title: record.title,
        body: record.body,
        by: record.created_by_name,
        at: record.created_at,
    };
    Ok(found.into_iter().map(view).collect())
}

/// Lists the person's unfinished guides, and every guide in which they have unsaved text.
async fn work(page: &Page) -> Result<Vec<GuideRow>, PageError> {
    let person = page.actor().user_id;
    let own = GuideListFilter {
        owner_id: Some(person),
        ..GuideListFilter::default()
    };
    let unsaved = GuideListFilter {
        // People who read their own guides only learn nothing of a guide that was taken from them.
        owner_id: (!reads_all(page)).then_some(person),
        written_by: Some(person),
        ..GuideListFilter::default()
    };
    let (own, unsaved) = tokio::try_join!(list(page, &own), list(page, &unsaved))?;
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
    Ok(rows.take(PART).collect())
}

/// Lists the person's guides with requested changes.
async fn sent_back(page: &Page) -> Result<Vec<GuideRow>, PageError> {
    let filter = GuideListFilter {
        owner_id: Some(page.actor().user_id),
        status: Some(GuideStatus::ChangesRequested),
        ..GuideListFilter::default()
    };
    let items = list(page, &filter).await?.into_iter();
    Ok(items.take(PART).map(|item| row(page, item)).collect())
}

/// Lists the guides that pass `filter`, the last saved first; none for people who may read none.
async fn list(page: &Page, filter: &GuideListFilter) -> Result<Vec<GuideListItem>, PageError> {
    if !page.actor().may_somewhere(Permission::ReadGuide) {
        return Ok(Vec::new());
    }
    let (db, order) = (page.reader(), GuideListOrder::Updated);
    let list = guide_list::list(&db, filter, order, LOOKED_AT, 0).await?;
    Ok(list.items)
}

fn reads_all(page: &Page) -> bool {
    page.actor().may_everywhere(Permission::ReadGuide)
}

async fn count(page: &Page, reads_all: bool) -> Result<i64, PageError> {
    let owner = (!reads_all).then(|| page.actor().user_id);
    let counts = guide_list::count_by_status(&page.reader(), owner).await?;
    Ok(counts.into_iter().map(|(_, count)| count).sum())
}

async fn recent(page: &Page) -> Result<Vec<RecentView>, PageError> {
    let records = ledger::list(&page.reader(), None, None, SHOWN).await?;
    let view = |record: ledger::PublicationRecord| RecentView {
        guide_id: record.guide_id,
        publication: publication(record, None),
    };
    Ok(records.into_iter().map(view).collect())
}

async fn broken(page: &Page) -> Result<Vec<BrokenView>, PageError> {
    let found = published_versions::list_broken_relations(&page.reader(), SHOWN).await?;
    let view = |relation: published_versions::BrokenRelation| BrokenView {
        guide_id: relation.guide_id,
        title: relation.title,
        missing: relation.missing,
    };
    Ok(found.into_iter().map(view).collect())
}
