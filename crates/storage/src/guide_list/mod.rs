//! The list of guides that editors search, filter and page through.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

mod count;
mod facts;
mod page;
mod words;

use annai_domain::decide::GuideScope;
use annai_domain::{GuideId, GuideStatus, RevisionId, UserId, closed_set};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Reads, StorageError};

pub use count::count_by_status;
pub use words::list_words;

/// The filters of the list. Each one narrows it; the default lists every guide that is not
/// archived.
#[derive(Debug, Clone, Default)]
pub struct GuideListFilter {
    /// The only guides to list: those that a text search found.
    pub found: Option<Vec<GuideId>>,
    /// The label. Archived guides appear only under theirs.
    pub status: Option<GuideStatus>,
    /// The category of the newest text.
    pub category: Option<String>,
    /// A tag in the guide's front matter.
    pub tag: Option<ListedWord>,
    /// The person responsible for the guide.
    pub owner_id: Option<UserId>,
    /// A person with unsaved text of the guide.
    pub written_by: Option<UserId>,
}

/// A word in a list of the front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWord {
    /// The front matter key of the list.
    pub key: String,
    /// The word in that list.
    pub word: String,
}

closed_set! {
    /// The order of the list.
    pub enum GuideListOrder: "an order" {
        /// The last saved first.
        Updated = "updated",
        /// By title; those without one last.
        Title = "title",
        /// By slug.
        Slug = "slug",
        /// The last published first; those that are not public last.
        Published = "published",
    }
}

/// A stretch of the list.
#[derive(Debug, Clone, Copy)]
pub struct GuideListStretch<'a> {
    /// The order of the list.
    pub order: GuideListOrder,
    /// Whether the order is turned round. Guides without a value still come last.
    pub is_reversed: bool,
    /// The most guides to return.
    pub limit: i64,
    /// The guides to skip.
    pub offset: i64,
    /// The guide after which the stretch begins.
    pub after: Option<&'a GuideListPlace>,
    /// The front matter key of the summary, where lines show one.
    pub summary_key: Option<&'a str>,
}

impl GuideListStretch<'_> {
    /// Returns the first `limit` guides in `order`.
    #[must_use]
    pub fn first(order: GuideListOrder, limit: i64) -> Self {
        Self {
            order,
            is_reversed: false,
            limit,
            offset: 0,
            after: None,
            summary_key: None,
        }
    }
}

/// The place of a guide in an order by time or title. It stays where it is when the guide changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideListPlace {
    /// The guide; it orders those with the same value.
    pub guide_id: GuideId,
    /// Its time in an order by time; `None` where it has none.
    pub at: Option<Timestamp>,
    /// Its title in the order by title; empty where it has none.
    pub title: String,
}

/// One line of the list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListItem {
    /// The guide of this line.
    pub guide_id: GuideId,
    /// The guide's owner.
    pub owner_id: UserId,
    /// The owner's display name.
    pub owner_name: String,
    /// The newest text's title; empty where it has none.
    pub title: String,
    /// The newest text's slug; empty where it has none.
    pub slug: String,
    /// The newest text's category; empty where it has none.
    pub category: String,
    /// The newest text's summary; empty where it has none or nobody asked.
    pub summary: String,
    /// The derived label.
    pub status: GuideStatus,
    /// The newest revision.
    pub latest_revision_id: RevisionId,
    /// The number of the newest revision.
    pub latest_revision_number: i32,
    /// The display name of the person who saved the newest revision.
    pub updated_by_name: String,
    /// The time when the newest revision was saved.
    pub updated_at: Timestamp,
    /// The time when the public text became public; `None` while the guide is not public.
    pub published_at: Option<Timestamp>,
}

impl GuideListItem {
    /// Returns the place of this line in `order`.
    #[must_use]
    pub fn place(&self, order: GuideListOrder) -> GuideListPlace {
        GuideListPlace {
            guide_id: self.guide_id,
            at: match order {
                GuideListOrder::Updated => Some(self.updated_at),
                GuideListOrder::Published => self.published_at,
                GuideListOrder::Title | GuideListOrder::Slug => None,
            },
            title: self.title.clone(),
        }
    }
}

/// A page of the list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListPage {
    /// The lines of this page.
    pub items: Vec<GuideListItem>,
    /// The number of guides that satisfy the filter, on all pages.
    pub total: i64,
}

/// Lists the guides in `scope` that satisfy `filter`.
pub async fn list(
    db: &dyn Reads,
    scope: GuideScope,
    filter: &GuideListFilter,
    stretch: GuideListStretch<'_>,
) -> Result<GuideListPage, StorageError> {
    let filter = Narrowed::new(scope, filter);
    let items = page::page(db, &filter, stretch).await?;
    // The last page shows the total by itself, so it needs no second query.
    let shown = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let offset = stretch.offset;
    let is_last = shown < stretch.limit && (shown > 0 || offset == 0) && stretch.after.is_none();
    let total = if is_last {
        offset + shown
    } else {
        count::count(db, &filter).await?
    };
    Ok(GuideListPage { items, total })
}

/// A scope and a filter as parameters of the query.
struct Narrowed<'a> {
    scope: Option<Uuid>,
    /// The wanted combinations of facts; `None` for every guide that is not archived.
    facts: Option<Vec<String>>,
    category: Option<&'a str>,
    /// A piece of front matter that lists the tag.
    tag: Option<Value>,
    owner_id: Option<Uuid>,
    written_by: Option<Uuid>,
    found: Option<Vec<Uuid>>,
}

impl<'a> Narrowed<'a> {
    fn new(scope: GuideScope, filter: &'a GuideListFilter) -> Self {
        let ids = |found: &Vec<GuideId>| found.iter().map(|guide| guide.0).collect();
        Self {
            scope: scope.owner().map(|owner| owner.0),
            facts: filter.status.map(facts::facts_of),
            category: filter.category.as_deref(),
            tag: filter
                .tag
                .as_ref()
                .map(|tag| json!({ &tag.key: [tag.word] })),
            owner_id: filter.owner_id.map(|owner| owner.0),
            written_by: filter.written_by.map(|person| person.0),
            found: filter.found.as_ref().map(ids),
        }
    }

    /// Returns whether the filter is empty, apart from the scope and the owner.
    fn is_usual(&self) -> bool {
        let Self {
            scope: _,
            facts,
            category,
            tag,
            owner_id: _,
            written_by,
            found,
        } = self;
        let (text, state) = (found.is_none(), facts.is_none());
        text && state && category.is_none() && tag.is_none() && written_by.is_none()
    }
}
