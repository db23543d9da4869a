//! The list of guides that editors search, filter and page through.

mod count;
mod facts;
mod page;
mod words;

use annai_domain::decide::GuideScope;
use annai_domain::{GuideId, GuideStatus, RevisionId, UserId, closed_set};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{ReadDb, StorageError};

pub use count::count_by_status;
pub use words::list_words;

/// Which guides to list. Every part narrows; the default lists all that are not archived.
#[derive(Debug, Clone, Default)]
pub struct GuideListFilter {
    /// Title or slug contains this; folded as `annai_content::fold` does.
    pub search: Option<String>,
    /// Only these guides: what a search in the texts has found.
    pub found: Option<Vec<GuideId>>,
    /// Only guides with this label; archived ones are shown only when asked for.
    pub status: Option<GuideStatus>,
    /// Only this category.
    pub category: Option<String>,
    /// Only guides whose front matter lists this tag.
    pub tag: Option<ListedWord>,
    /// Only guides of this owner.
    pub owner_id: Option<UserId>,
    /// Only guides of which this person has unsaved text.
    pub written_by: Option<UserId>,
}

/// A word in a list of the front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWord {
    /// The key of the list.
    pub key: String,
    /// The word.
    pub word: String,
}

closed_set! {
    /// In which order.
    pub enum GuideListOrder: "an order" {
        /// Last saved first.
        Updated = "updated",
        /// By title.
        Title = "title",
        /// By slug.
        Slug = "slug",
    }
}

/// One line of the list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListItem {
    /// The guide.
    pub guide_id: GuideId,
    /// Whose guide it is.
    pub owner_id: UserId,
    /// Their name.
    pub owner_name: String,
    /// The newest text's title; empty where it has none.
    pub title: String,
    /// The newest text's slug; empty where it has none.
    pub slug: String,
    /// The newest text's category; empty where it has none.
    pub category: String,
    /// The label.
    pub status: GuideStatus,
    /// The newest revision.
    pub latest_revision_id: RevisionId,
    /// Its number.
    pub latest_revision_number: i32,
    /// Who saved it, by name.
    pub updated_by_name: String,
    /// When.
    pub updated_at: Timestamp,
    /// When what readers see became public.
    pub published_at: Option<Timestamp>,
}

/// A page of the list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListPage {
    /// The lines.
    pub items: Vec<GuideListItem>,
    /// How many guides the filter lets through, on all pages.
    pub total: i64,
}

/// Lists the guides in `scope` that the filter lets through; `limit` and `offset` count guides.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list(
    db: &ReadDb,
    scope: GuideScope,
    filter: &GuideListFilter,
    order: GuideListOrder,
    limit: i64,
    offset: i64,
) -> Result<GuideListPage, StorageError> {
    let filter = Narrowed::new(scope, filter);
    let items = page::page(db, &filter, order, limit, offset).await?;
    // A page that is neither full nor past the end says itself how many there are.
    let shown = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let is_last = shown < limit && (shown > 0 || offset == 0);
    let total = if is_last {
        offset + shown
    } else {
        count::count(db, &filter).await?
    };
    Ok(GuideListPage { items, total })
}

/// A scope and a filter in the words of the database.
struct Narrowed<'a> {
    scope: Option<Uuid>,
    pattern: Option<String>,
    /// `None`: all that are not archived.
    facts: Option<Vec<String>>,
    category: Option<&'a str>,
    /// The part of a front matter that lists the tag.
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
            pattern: filter.search.as_deref().map(contains_pattern),
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

    /// Whether it asks for nothing but, perhaps, an owner.
    fn is_usual(&self) -> bool {
        let Self {
            scope: _,
            pattern,
            facts,
            category,
            tag,
            owner_id: _,
            written_by,
            found,
        } = self;
        let (text, state) = (pattern.is_none() && found.is_none(), facts.is_none());
        text && state && category.is_none() && tag.is_none() && written_by.is_none()
    }
}

/// A LIKE pattern for "contains `text`", in which nothing of `text` is a wildcard.
fn contains_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
