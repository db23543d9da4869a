//! The index of the published guides, brought up to the ledger by every search.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use annai_content::{GuideSource, Schema, SearchDocument, SearchIndex};
use annai_domain::{GuideId, Ref, RefName};
use annai_storage::delivery::{
    PublishedSource, current_position, list_published_since, list_published_sources,
};
use annai_storage::{DeliveryDb, StorageError};
use annai_web::{Problem, outage};
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};

use super::permits::{SearchPermit, SearchPermits};
use crate::error::storage_problem;
use crate::site::Snapshot;

/// The number of guides per query.
const CHUNK: usize = 100;
/// The longest wait of a search for the index. Only the first searches after a start wait.
const PATIENCE: Duration = Duration::from_secs(2);

/// The full-text index of the published guides. Clones share it.
///
/// It is filled through the delivery role, which cannot read drafts, so it holds none. Every search
/// first follows the ledger, so it finds everything published before it, on every node.
#[derive(Debug, Clone)]
pub struct PublishedSearch(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// The schema that names the searched fields.
    schema: Arc<Schema>,
    held: Arc<RwLock<Held>>,
    /// Held while a task follows the ledger.
    following: Mutex<()>,
    permits: SearchPermits,
}

/// The index and its ref.
#[derive(Debug, Default)]
pub(super) struct Held {
    index: SearchIndex,
    /// The ledger history that it was read from: see [`Snapshot::history`].
    history: u64,
    /// The ref of the indexed site, once there is one.
    seen: Option<RefName>,
    /// The ref of an unfinished update. No search may read the index meanwhile.
    towards: Option<RefName>,
}

/// The index of the whole site at one ref. It does not change while this is held.
#[derive(Debug)]
pub(super) struct IndexAt {
    /// The ref of the index.
    pub(super) name: RefName,
    held: OwnedRwLockReadGuard<Held, SearchIndex>,
}

/// The reason why the index could not follow the ledger.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The published guides could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The task that reads guides failed.
    #[error("the search index could not be filled: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

type Read = Vec<(GuideId, i64, SearchDocument)>;

impl Held {
    /// Returns the ref of the index if it has reached `at` in `history`.
    fn reached(&self, history: u64, at: Ref) -> Option<RefName> {
        let whole = self.seen.filter(|_| self.towards.is_none());
        let is_later = |seen: &RefName| match self.history.cmp(&history) {
            Ordering::Less => false,
            Ordering::Equal => seen.number >= at,
            Ordering::Greater => true,
        };
        whole.filter(is_later)
    }

    /// Clears the index of an earlier history.
    fn begin(&mut self, history: u64) {
        if self.history < history {
            *self = Self {
                history,
                ..Self::default()
            };
        }
    }

    fn take_in(&mut self, to: RefName, guides: &[GuideId], documents: Read) {
        self.towards = Some(to);
        for &guide_id in guides {
            self.index.remove(guide_id); // it may be unpublished
        }
        for (guide_id, newness, document) in documents {
            self.index.put(guide_id, newness, document);
        }
    }
}

impl std::ops::Deref for IndexAt {
    type Target = SearchIndex;

    fn deref(&self) -> &SearchIndex {
        &self.held
    }
}

impl PublishedSearch {
    /// Creates an empty index. `schema` names the searched fields.
    #[must_use]
    pub fn new(schema: Arc<Schema>) -> Self {
        Self(Arc::new(Shared {
            schema,
            held: Arc::default(),
            following: Mutex::default(),
            permits: SearchPermits::default(),
        }))
    }

    /// Fills the index before the first search, and returns its number of guides.
    ///
    /// # Errors
    ///
    /// [`FollowError`] when the guides cannot be read. The next search tries again.
    pub async fn warm_up(&self, db: &DeliveryDb) -> Result<usize, FollowError> {
        let position = current_position(db).await?;
        self.follow(db, 0, position.name).await?;
        Ok(self.0.held.read().await.index.len())
    }

    /// Waits for a permit to search.
    pub(super) async fn permit(&self) -> Result<SearchPermit, Problem> {
        self.0.permits.take().await
    }

    /// Returns the index of `snapshot` or a later one.
    pub(super) async fn at_least(
        &self,
        db: &DeliveryDb,
        snapshot: &Snapshot,
    ) -> Result<IndexAt, Problem> {
        let (history, at) = (snapshot.history, snapshot.position.name);
        let whole = tokio::time::timeout(PATIENCE, self.wait_for(db, history, at)).await;
        whole.unwrap_or_else(|_| Err(outage::busy()))
    }

    async fn wait_for(
        &self,
        db: &DeliveryDb,
        history: u64,
        at: RefName,
    ) -> Result<IndexAt, Problem> {
        loop {
            let held = Arc::clone(&self.0.held).read_owned().await;
            if let Some(name) = held.reached(history, at.number) {
                let held = OwnedRwLockReadGuard::map(held, |held| &held.index);
                return Ok(IndexAt { name, held });
            }
            drop(held);
            let (search, db) = (self.clone(), db.clone());
            // A task of its own: a cancelled request must not stop an update that others wait for.
            let following = tokio::spawn(async move { search.follow(&db, history, at).await });
            match following.await {
                Ok(Ok(())) => {}
                Ok(Err(FollowError::Storage(error))) => return Err(storage_problem(&error)),
                Ok(Err(FollowError::Ended(error))) | Err(error) => {
                    return Err(Problem::internal(&error));
                }
            }
        }
    }

    async fn follow(&self, db: &DeliveryDb, history: u64, to: RefName) -> Result<(), FollowError> {
        let _following = self.0.following.lock().await;
        self.0.held.write().await.begin(history);
        let (seen, to) = {
            let held = self.0.held.read().await;
            if held.reached(history, to.number).is_some() {
                return Ok(());
            }
            // An earlier update may have failed on its way to a later ref.
            let later = held.towards.filter(|towards| towards.number > to.number);
            let seen = held.seen.map_or(Ref::EMPTY, |seen| seen.number);
            (seen, later.unwrap_or(to))
        };
        let guides = list_published_since(db, seen, to.number).await?;
        for chunk in guides.chunks(CHUNK) {
            let sources = list_published_sources(db, to.number, chunk).await?;
            let schema = Arc::clone(&self.0.schema);
            let documents = tokio::task::spawn_blocking(move || read(sources, &schema)).await?;
            let mut held = Arc::clone(&self.0.held).write_owned().await;
            let chunk = chunk.to_vec();
            tokio::task::spawn_blocking(move || held.take_in(to, &chunk, documents)).await?;
        }
        let mut held = self.0.held.write().await;
        (held.seen, held.towards) = (Some(to), None);
        Ok(())
    }
}

fn read(sources: Vec<PublishedSource>, schema: &Schema) -> Read {
    let document = |published: PublishedSource| {
        let newness = published.published_at.as_microsecond();
        match GuideSource::parse(published.source) {
            Ok(source) => Some((
                published.guide_id,
                newness,
                SearchDocument::of(&source, schema),
            )),
            Err(error) => {
                tracing::error!(guide_id = %published.guide_id, %error, "the source of a published guide could not be read");
                None
            }
        }
    };
    sources.into_iter().filter_map(document).collect()
}
