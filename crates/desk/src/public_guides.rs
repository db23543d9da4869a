//! The public guides, as the checks of other guides compare with them.

use std::sync::Arc;
use std::time::Duration;

use annai_checks::{Neighbour, Neighbourhood};
use annai_content::{GuideSource, Schema};
use annai_domain::{GuideId, Ref};
use annai_storage::published_versions::{PublicText, list_changed_guides, list_public_texts};
use annai_storage::{ReadDb, ledger};
use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};

use crate::search::FollowError;

/// The number of guides that are read at a time.
const CHUNK: usize = 100;
/// The longest wait of a check for the public guides. Only the first checks after a start have to
/// wait.
const PATIENCE: Duration = Duration::from_secs(1);

/// The public guides, as the checks of other guides compare with them. Clones share them. Each
/// check brings them up to date with the ledger first.
#[derive(Debug, Clone)]
pub struct PublicGuides {
    /// The schema, which names the compared fields.
    schema: Arc<Schema>,
    held: Arc<RwLock<HeldGuides>>,
    /// The lock of the task that follows the ledger.
    following: Arc<Mutex<()>>,
}

/// The public guides at one ref.
#[derive(Debug)]
pub struct HeldGuides {
    /// Every public guide, as the checks compare it.
    pub guides: Neighbourhood,
    /// The ref of the newest publication that is included.
    seen: Ref,
}

impl Default for HeldGuides {
    fn default() -> Self {
        Self {
            guides: Neighbourhood::default(),
            seen: Ref::EMPTY,
        }
    }
}

impl PublicGuides {
    /// Creates a register without guides.
    #[must_use]
    pub fn new(schema: Arc<Schema>) -> Self {
        Self {
            schema,
            held: Arc::default(),
            following: Arc::default(),
        }
    }

    /// Reads the public guides, so that the first check need not.
    ///
    /// # Errors
    ///
    /// [`FollowError`] when they cannot be read; the next check tries again.
    pub async fn warm_up(&self, db: &ReadDb) -> Result<(), FollowError> {
        let newest = ledger::head(db).await?.number;
        self.follow(db, newest).await
    }

    /// Returns the present public guides; `None` while they are being read.
    pub async fn read(
        &self,
        db: &ReadDb,
    ) -> Result<Option<OwnedRwLockReadGuard<HeldGuides>>, FollowError> {
        let newest = ledger::head(db).await?.number;
        if self.held.read().await.seen < newest {
            let (guides, db) = (self.clone(), db.clone());
            // The follower is a task of its own: a request that is dropped must not undo work that
            // the next one needs.
            let following = tokio::spawn(async move { guides.follow(&db, newest).await });
            match tokio::time::timeout(PATIENCE, following).await {
                Ok(followed) => followed??,
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(self.held.clone().read_owned().await))
    }

    async fn follow(&self, db: &ReadDb, to: Ref) -> Result<(), FollowError> {
        let _following = self.following.lock().await;
        let seen = self.held.read().await.seen;
        if seen >= to {
            return Ok(());
        }
        let changed = list_changed_guides(db, seen).await?;
        for chunk in changed.chunks(CHUNK) {
            let texts = list_public_texts(db, chunk).await?;
            let neighbours = tokio::task::spawn_blocking({
                let schema = Arc::clone(&self.schema);
                move || read(texts, &schema)
            });
            let neighbours = neighbours.await?;
            let guides = &mut self.held.write().await.guides;
            for guide_id in chunk {
                guides.remove(&guide_id.to_string());
            }
            for (guide_id, neighbour) in neighbours {
                guides.put(&guide_id.to_string(), neighbour);
            }
        }
        self.held.write().await.seen = to;
        Ok(())
    }
}

fn read(texts: Vec<PublicText>, schema: &Schema) -> Vec<(GuideId, Neighbour)> {
    let neighbour = |text: PublicText| match GuideSource::parse(text.source) {
        Ok(source) => Some((text.guide_id, Neighbour::of(&source, schema, &text.slug))),
        Err(error) => {
            tracing::error!(guide_id = %text.guide_id, %error, "a public text could not be parsed");
            None
        }
    };
    texts.into_iter().filter_map(neighbour).collect()
}
