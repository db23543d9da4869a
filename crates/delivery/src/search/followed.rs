//! An index of what is published that is never behind the ledger when it is asked.

use std::sync::Arc;
use std::time::Duration;

use annai_content::{GuideSource, SearchDocument, SearchIndex};
use annai_domain::{GuideId, Ref};
use annai_storage::delivery::{
    PublishedSource, current_position, list_published_since, list_published_sources,
};
use annai_storage::{DeliveryDb, StorageError};
use annai_web::Problem;
use tokio::sync::{Mutex, RwLock, RwLockReadGuard};

use crate::trouble::{RETRY_AFTER, storage_problem};

/// How many guides are read at a time.
const CHUNK: usize = 100;
/// How long a search waits for the index. Only the first ones after a start have to.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is published, by what it says. Everybody who holds a clone holds the same index.
///
/// It is filled through the delivery role, which cannot read drafts: so none can get in. It
/// follows the ledger by its refs whenever somebody searches, so what was published before a
/// search is found by it, on every node.
#[derive(Debug, Clone)]
pub struct PublishedSearch(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    held: RwLock<Held>,
    /// Held by the one that follows.
    following: Mutex<()>,
}

#[derive(Debug)]
struct Held {
    index: SearchIndex,
    /// The ref up to which the index has followed.
    seen: Ref,
}

/// Why the index could not follow.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// What is published could not be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The task that reads guides ended early.
    #[error("the search index could not be filled: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

impl Default for PublishedSearch {
    fn default() -> Self {
        Self(Arc::new(Shared {
            held: RwLock::new(Held {
                index: SearchIndex::default(),
                seen: Ref::EMPTY,
            }),
            following: Mutex::new(()),
        }))
    }
}

impl PublishedSearch {
    /// Fills the index with what is published now, so that the first search need not.
    ///
    /// # Errors
    ///
    /// [`FollowError`] when it cannot be read; the next search tries again.
    pub async fn warm_up(&self, db: &DeliveryDb) -> Result<usize, FollowError> {
        let position = current_position(db).await?;
        self.follow(db, position.name.number).await?;
        Ok(self.0.held.read().await.index.len())
    }

    /// The index, with everything that was published up to `at`.
    pub(crate) async fn at_least(
        &self,
        db: &DeliveryDb,
        at: Ref,
    ) -> Result<RwLockReadGuard<'_, SearchIndex>, Problem> {
        if self.0.held.read().await.seen < at {
            let (search, db) = (self.clone(), db.clone());
            // A task of its own: a request that goes away must not undo what the next waits for.
            let following = tokio::spawn(async move { search.follow(&db, at).await });
            match tokio::time::timeout(PATIENCE, following).await {
                Ok(Ok(Ok(()))) => {}
                Ok(Ok(Err(FollowError::Storage(error)))) => return Err(storage_problem(&error)),
                Ok(Ok(Err(FollowError::Ended(error))) | Err(error)) => {
                    return Err(Problem::internal(&error));
                }
                Err(_) => return Err(Problem::unavailable(RETRY_AFTER)),
            }
        }
        Ok(RwLockReadGuard::map(self.0.held.read().await, |held| {
            &held.index
        }))
    }

    async fn follow(&self, db: &DeliveryDb, to: Ref) -> Result<(), FollowError> {
        let _following = self.0.following.lock().await;
        let seen = self.0.held.read().await.seen;
        if seen >= to {
            return Ok(());
        }
        let guides = list_published_since(db, seen, to).await?;
        for chunk in guides.chunks(CHUNK) {
            let sources = list_published_sources(db, chunk).await?;
            let documents = tokio::task::spawn_blocking(|| read(sources)).await?;
            let index = &mut self.0.held.write().await.index;
            for &guide_id in chunk {
                index.remove(guide_id); // it may have been taken down
            }
            for (guide_id, newness, document) in documents {
                index.put(guide_id, newness, document);
            }
        }
        self.0.held.write().await.seen = to;
        Ok(())
    }
}

fn read(sources: Vec<PublishedSource>) -> Vec<(GuideId, i64, SearchDocument)> {
    let document = |published: PublishedSource| {
        let newness = published.published_at.as_microsecond();
        match GuideSource::parse(published.source) {
            Ok(source) => Some((published.guide_id, newness, SearchDocument::of(&source))),
            Err(error) => {
                tracing::error!(guide_id = %published.guide_id, %error, "a published guide cannot be read");
                None
            }
        }
    };
    sources.into_iter().filter_map(document).collect()
}
