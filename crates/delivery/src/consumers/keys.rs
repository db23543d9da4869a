use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use annai_domain::ApiKeyId;
use annai_storage::delivery::find_key;
use annai_storage::{DeliveryDb, StorageError};
use annai_web::metrics::Witness;
use annai_web::{error_chain, outage};

use super::away::{Away, Look};
use super::known::{Entry, KnownKey, Lifetimes, Standing};
use super::permits::LookupPermits;

/// SHA-256 of a key.
pub(super) type KeyHash = [u8; 32];

/// The most remembered hashes, of keys and of guesses together.
const CAPACITY: usize = 10_000;

/// Recently looked up keys. A request with one of them needs no query.
#[derive(Debug, Clone)]
pub(super) struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: DeliveryDb,
    limit: Option<NonZeroU32>,
    started: Instant,
    entries: RwLock<HashMap<KeyHash, Arc<Entry>>>,
    away: Away,
    permits: LookupPermits,
}

/// The remembered state of a hash.
#[derive(Debug)]
pub(super) enum Memory {
    /// It belongs to a living key.
    Key(Arc<KnownKey>),
    /// It belongs to no living key.
    NoKey,
    /// Only the database can tell.
    Nothing,
}

/// The reason why a key could not be looked up.
#[derive(Debug)]
pub(super) enum LookupError {
    /// The database failed.
    Storage(StorageError),
    /// Too many lookups wait for a permit.
    Busy,
}

impl Keys {
    pub(super) fn new(db: DeliveryDb, limit: Option<NonZeroU32>) -> Self {
        Self(Arc::new(Inner {
            db,
            limit,
            started: Instant::now(),
            entries: RwLock::default(),
            away: Away::default(),
            permits: LookupPermits::new(),
        }))
    }

    /// Recalls a hash without a query, and notes the use. An ageing entry is looked up again in the
    /// background.
    pub(super) fn recall(&self, hash: &KeyHash) -> Memory {
        let now = Instant::now();
        let Some(entry) = self.entry(hash) else {
            return Memory::Nothing;
        };
        match entry.standing(now, Lifetimes::STANDARD) {
            Standing::Fresh => {}
            Standing::Ageing => match self.look(now) {
                Look::Freely | Look::Once => self.refresh(hash, &entry),
                Look::NotNow => {}
            },
            Standing::Doubtful => match self.look(now) {
                Look::Freely => return Memory::Nothing,
                Look::Once => self.refresh(hash, &entry),
                Look::NotNow => {}
            },
            Standing::Past => return Memory::Nothing,
        }
        self.memory_of(&entry)
    }

    /// Looks a hash up in the database, and notes the use. While the database is away, a key that was
    /// valid lately stays valid.
    pub(super) async fn look_up(&self, hash: &KeyHash) -> Result<Memory, LookupError> {
        let is_known = self.entry(hash).is_some_and(|entry| entry.key.is_some());
        let Some(_permit) = self.0.permits.take(is_known).await else {
            return Err(LookupError::Busy);
        };
        // Another request may have looked it up meanwhile.
        let memory = self.recall(hash);
        if !matches!(memory, Memory::Nothing) {
            return Ok(memory);
        }
        match self.ask(hash).await {
            Ok(entry) => Ok(self.memory_of(&entry)),
            Err(error) => match self.recall(hash) {
                Memory::Nothing => Err(LookupError::Storage(error)),
                memory => {
                    outage::notice(Witness::Delivery, &error);
                    Ok(memory)
                }
            },
        }
    }

    /// Takes the keys used since the last call, with the times of use.
    pub(super) fn take_uses(&self) -> Vec<(ApiKeyId, Instant)> {
        let entries = self
            .0
            .entries
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let keys = entries.values().filter_map(|entry| entry.key.as_ref());
        keys.filter_map(|key| Some((key.api_key_id, self.0.started + key.take_use()?)))
            .collect()
    }

    /// Reads an entry, and notes the use.
    fn memory_of(&self, entry: &Entry) -> Memory {
        let Some(key) = &entry.key else {
            return Memory::NoKey;
        };
        key.note_use(self.0.started.elapsed());
        Memory::Key(Arc::clone(key))
    }

    async fn ask(&self, hash: &KeyHash) -> Result<Arc<Entry>, StorageError> {
        let asked = Instant::now();
        match find_key(&self.0.db, hash).await {
            Ok(found) => {
                self.0.away.end();
                let before = self.entry(hash);
                let entry = Entry::new(found, asked, before.as_deref(), self.0.limit);
                let entry = Arc::new(entry);
                self.remember(*hash, Arc::clone(&entry));
                Ok(entry)
            }
            Err(error) => {
                if matches!(error, StorageError::Unavailable(_)) {
                    self.note_away();
                }
                Err(error)
            }
        }
    }

    fn refresh(&self, hash: &KeyHash, entry: &Arc<Entry>) {
        if !entry.claim() {
            return;
        }
        let (keys, hash, entry) = (self.clone(), *hash, Arc::clone(entry));
        tokio::spawn(async move {
            if let Err(error) = keys.ask(&hash).await {
                if matches!(error, StorageError::Unavailable(_)) {
                    outage::notice(Witness::Delivery, &error);
                } else {
                    let error = error_chain(&error);
                    tracing::warn!(error, "a known key could not be looked up again");
                }
                entry.release();
            }
        });
    }

    fn look(&self, now: Instant) -> Look {
        self.0.away.look(now, Lifetimes::STANDARD.retry)
    }

    /// Lets known keys stay valid without a look, until the next attempt.
    pub(super) fn note_away(&self) {
        self.0
            .away
            .begin(Instant::now() + Lifetimes::STANDARD.retry);
    }

    pub(super) fn entry(&self, hash: &KeyHash) -> Option<Arc<Entry>> {
        let entries = self
            .0
            .entries
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        entries.get(hash).cloned()
    }

    /// Remembers an entry. When memory is full, the guesses are forgotten, or else everything.
    pub(super) fn remember(&self, hash: KeyHash, entry: Arc<Entry>) {
        let mut entries = self
            .0
            .entries
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CAPACITY && !entries.contains_key(&hash) {
            entries.retain(|_, entry| entry.key.is_some());
            if entries.len() >= CAPACITY {
                entries.clear();
            }
        }
        entries.insert(hash, entry);
    }

    /// Makes the lookup of a hash older by `time`.
    #[cfg(test)]
    pub(super) fn age(&self, hash: &KeyHash, time: std::time::Duration) {
        let older = self.entry(hash).unwrap().older(time);
        self.remember(*hash, Arc::new(older));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.entries.read().map_or(0, |entries| entries.len())
    }
}
