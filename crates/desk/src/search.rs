//! The search index of everybody's newest texts, drafts included, for the list of guides.

use std::sync::Arc;
use std::time::Duration;

use annai_content::{
    GuideSource, Schema, SearchDocument, SearchFilter, SearchIndex, SearchQuery, SearchQueryError,
    fold,
};
use annai_domain::GuideId;
use annai_domain::decide::GuideScope;
use annai_storage::guide_list::{self, GuideListFilter, GuideListOrder, GuideListStretch};
use annai_storage::latest_texts::{
    LatestText, list_latest, list_names, list_written_since, newest_audit_number,
};
use annai_storage::{ReadDb, StorageError};
use tokio::sync::{Mutex, RwLock};

/// The number of guides that are read at a time.
const CHUNK: usize = 100;
/// The most guides whose text is read a second time.
const LOOK_LIMIT: usize = 30;
/// The longest wait of a search for the index. Only the first searches after a start have to wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// The search index of the newest texts. Clones share one index.
///
/// It follows the audit log, which has an entry for each revision in the order of commits. Each
/// search brings it up to date first: the search finds everything that was saved before, on every
/// node. The index does not know who may read what; the list that it narrows does.
#[derive(Debug, Clone)]
pub struct LatestSearch(Arc<SharedIndex>);

#[derive(Debug)]
struct SharedIndex {
    /// The schema, which names the searched fields.
    schema: Arc<Schema>,
    held: RwLock<HeldIndex>,
    /// The lock of the task that follows the audit log.
    following: Mutex<()>,
}

#[derive(Debug, Default)]
struct HeldIndex {
    index: SearchIndex,
    /// The newest audit entry in the index.
    seen: i64,
}

/// The reason why the index could not follow.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The texts could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The task that reads guides ended early.
    #[error("the search index could not be filled: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

/// The reason why the list could not be narrowed.
#[derive(Debug, thiserror::Error)]
pub enum NarrowError {
    /// The text is not a query.
    #[error(transparent)]
    Query(SearchQueryError),
    /// The texts could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Whether the number of guides in a narrowed list is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedNumber {
    /// Every guide in the list contains the words.
    Exact,
    /// The list may hold guides with the parts of a word but not the word.
    Unknown,
}

/// A search with one word fewer, which finds guides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShorterSearch {
    /// The word left out, as it was typed.
    pub without: String,
    /// The other words.
    pub text: String,
    /// The number of guides found, if it is exact.
    pub total: Option<i64>,
}

impl LatestSearch {
    /// Creates an empty index.
    #[must_use]
    pub fn new(schema: Arc<Schema>) -> Self {
        Self(Arc::new(SharedIndex {
            schema,
            held: RwLock::default(),
            following: Mutex::default(),
        }))
    }

    /// Fills the index, so that the first search need not.
    ///
    /// # Errors
    ///
    /// [`FollowError`] when they cannot be read; the next search tries again.
    pub async fn warm_up(&self, db: &ReadDb) -> Result<usize, FollowError> {
        let newest = newest_audit_number(db).await?;
        self.follow(db, newest).await?;
        Ok(self.0.held.read().await.index.len())
    }

    /// Narrows the list to the guides whose newest text contains every word of `text`. While the
    /// index is being built, the words are looked for in title and slug. Blanks narrow nothing.
    ///
    /// No guide is missing. When a long word matches in parts in more than 30 guides, all of them
    /// stay in the list, whose number is unknown then.
    pub async fn narrow(
        &self,
        db: &ReadDb,
        filter: &mut GuideListFilter,
        text: &str,
    ) -> Result<ListedNumber, NarrowError> {
        let query = match SearchQuery::parse(text) {
            Ok(query) => query,
            Err(SearchQueryError::Empty) => return Ok(ListedNumber::Exact),
            Err(error) => return Err(NarrowError::Query(error)),
        };
        let (found, number) = match self.find(db, &query).await {
            Ok(Some(guides)) => self.look_again(db, query, guides).await?,
            Ok(None) => (find_named(db, &query).await?, ListedNumber::Exact),
            Err(FollowError::Storage(error)) => return Err(NarrowError::Storage(error)),
            Err(error @ FollowError::Ended(_)) => {
                tracing::error!(%error, "search fell back to title and slug");
                (find_named(db, &query).await?, ListedNumber::Exact)
            }
        };
        filter.found = Some(found);
        Ok(number)
    }

    /// Returns the searches with one word fewer than `text` that find guides in the list.
    pub async fn shorter(
        &self,
        db: &ReadDb,
        scope: GuideScope,
        filter: &GuideListFilter,
        text: &str,
    ) -> Result<Vec<ShorterSearch>, NarrowError> {
        let query = SearchQuery::parse(text).map_err(NarrowError::Query)?;
        let mut searches = Vec::new();
        for shorter in query.without_one() {
            let mut filter = filter.clone();
            let number = self.narrow(db, &mut filter, &shorter.text).await?;
            let first = GuideListStretch::first(GuideListOrder::Updated, 1);
            let found = guide_list::list(db, scope, &filter, first).await?;
            if found.total > 0 {
                searches.push(ShorterSearch {
                    without: shorter.without,
                    text: shorter.text,
                    total: number.of(found.total),
                });
            }
        }
        Ok(searches)
    }

    /// Finds the guides that may contain every word of `query`; `None` while the index is being
    /// built.
    async fn find(
        &self,
        db: &ReadDb,
        query: &SearchQuery,
    ) -> Result<Option<Vec<GuideId>>, FollowError> {
        let newest = newest_audit_number(db).await?;
        if self.0.held.read().await.seen < newest {
            let (search, db) = (self.clone(), db.clone());
            // The follower is a task of its own: a request that is dropped must not undo work that
            // the next one needs.
            let following = tokio::spawn(async move { search.follow(&db, newest).await });
            match tokio::time::timeout(PATIENCE, following).await {
                Ok(followed) => followed??,
                Err(_) => return Ok(None),
            }
        }
        let held = self.0.held.read().await;
        let hits = held.index.find(query, &SearchFilter::default());
        Ok(Some(hits.into_iter().map(|hit| hit.guide_id).collect()))
    }

    async fn follow(&self, db: &ReadDb, to: i64) -> Result<(), FollowError> {
        let _following = self.0.following.lock().await;
        let seen = self.0.held.read().await.seen;
        if seen >= to {
            return Ok(());
        }
        let guides = list_written_since(db, seen, to).await?;
        for chunk in guides.chunks(CHUNK) {
            let texts = list_latest(db, chunk).await?;
            let schema = Arc::clone(&self.0.schema);
            let documents = tokio::task::spawn_blocking(move || read(texts, &schema)).await?;
            let index = &mut self.0.held.write().await.index;
            for (guide_id, newness, document) in documents {
                index.put(guide_id, newness, document);
            }
        }
        self.0.held.write().await.seen = to;
        Ok(())
    }

    /// Returns the guides that contain every word. Their texts are read where the index alone cannot
    /// decide and the guides are few.
    async fn look_again(
        &self,
        db: &ReadDb,
        query: SearchQuery,
        guides: Vec<GuideId>,
    ) -> Result<(Vec<GuideId>, ListedNumber), StorageError> {
        if query.is_decided_by_index() {
            return Ok((guides, ListedNumber::Exact));
        }
        if guides.len() > LOOK_LIMIT {
            return Ok((guides, ListedNumber::Unknown));
        }
        let texts = list_latest(db, &guides).await?;
        let schema = Arc::clone(&self.0.schema);
        let holds = move |text: &LatestText| {
            let source = GuideSource::parse(text.source.as_slice());
            source.is_ok_and(|source| query.matches(&SearchDocument::text_of(&source, &schema)))
        };
        let looking = tokio::task::spawn_blocking(move || {
            let found = texts.iter().filter(|text| holds(text));
            found.map(|text| text.guide_id).collect()
        });
        // Reading again only removes guides. Where it fails, the answer of the index stands.
        Ok(looking
            .await
            .map_or((guides, ListedNumber::Unknown), |found| {
                (found, ListedNumber::Exact)
            }))
    }
}

impl ListedNumber {
    /// Returns `total` where it is exact.
    #[must_use]
    pub fn of(self, total: i64) -> Option<i64> {
        match self {
            Self::Exact => Some(total),
            Self::Unknown => None,
        }
    }
}

/// Finds the guides whose newest title or slug contains every word.
async fn find_named(db: &ReadDb, query: &SearchQuery) -> Result<Vec<GuideId>, StorageError> {
    let named = list_names(db).await?.into_iter();
    let named = named.filter(|named| is_named(query, &named.title, &named.slug));
    Ok(named.map(|named| named.guide_id).collect())
}

/// Returns whether the title and the slug of a guide contain every word together.
#[must_use]
pub fn is_named(query: &SearchQuery, title: &str, slug: &str) -> bool {
    query.matches(&fold(&format!("{title} {slug}")))
}

fn read(texts: Vec<LatestText>, schema: &Schema) -> Vec<(GuideId, i64, SearchDocument)> {
    let document = |text: LatestText| {
        let newness = text.saved_at.as_microsecond();
        match GuideSource::parse(text.source) {
            Ok(source) => Some((text.guide_id, newness, SearchDocument::of(&source, schema))),
            Err(error) => {
                tracing::error!(guide_id = %text.guide_id, %error, "a saved text could not be parsed");
                None
            }
        }
    };
    texts.into_iter().filter_map(document).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("100%", "one")]
    #[case("0% の", "one")]
    #[case("100", "one two")]
    #[case("a_b", "three")]
    #[case("%", "one six")]
    #[case("_", "three")]
    #[case("\\", "five")]
    #[case(r"a\b", "five")]
    #[case(r"\%", "")]
    #[case("の案内", "one two")]
    #[case("five", "five")]
    #[case("five ａ", "five")]
    #[case("フォルダー", "seven")]
    #[case("なし", "")]
    fn a_title_or_slug_is_found_by_any_of_its_words(#[case] text: &str, #[case] expected: &str) {
        let guides = [
            ("one", "100% の案内"),
            ("two", "100x の案内"),
            ("three", "a_b"),
            ("four", "axb"),
            ("five", r"a\b"),
            ("six", "%"),
            ("seven", "フォルダの話"),
        ];
        let query = SearchQuery::parse(text).unwrap();
        let found = guides
            .iter()
            .filter(|(slug, title)| is_named(&query, title, slug));
        let found: Vec<_> = found.map(|(slug, _)| *slug).collect();
        assert_eq!(found.join(" "), expected);
    }
}
