use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use annai_content::{compress, decompress};
use annai_domain::{Encoding, GuideId, Ref};
use annai_storage::DeliveryDb;
use annai_storage::StorageError;
use annai_storage::delivery::{Part, load_parts};
use bytes::Bytes;
use moka::future::Cache;

use super::budget::Budget;
use super::guide::Guide;
use crate::error::NoBody;

/// The parts of every guide to keep ready while the budget lasts, the most useful first. Every client
/// accepts one of the first two, and the others can be made from them.
const KEPT: [Part; 5] = [
    Part::Answer(Encoding::Brotli),
    Part::Answer(Encoding::Gzip),
    Part::Source,
    Part::PlainText,
    Part::Answer(Encoding::Identity),
];

/// The number of guides per query while a node warms up.
const BATCH: usize = 200;

/// The ready bytes of guides: most from memory, the others from Postgres, with one query for all
/// concurrent requests.
#[derive(Debug)]
pub(crate) struct Bodies {
    db: DeliveryDb,
    is_database_away: Arc<AtomicBool>,
    budget: Arc<Budget>,
    cold: Cache<(GuideId, Ref, Part), Bytes>,
}

impl Bodies {
    /// Creates an empty store of at most `kept` ready bytes and `cold` recently read bytes.
    pub(crate) fn new(
        db: DeliveryDb,
        is_database_away: Arc<AtomicBool>,
        kept: usize,
        cold: usize,
    ) -> Self {
        let weigh = |_: &(GuideId, Ref, Part), bytes: &Bytes| {
            u32::try_from(bytes.len() + 200).unwrap_or(u32::MAX)
        };
        Self {
            db,
            is_database_away,
            budget: Budget::new(kept),
            cold: Cache::builder()
                .max_capacity(cold as u64)
                .weigher(weigh)
                .build(),
        }
    }

    /// Returns the published bytes of a part of a guide.
    pub(crate) async fn get(&self, guide: &Guide, part: Part) -> Result<Bytes, NoBody> {
        if let Some(bytes) = guide.resident(part) {
            return Ok(bytes.clone());
        }
        if part == Part::Answer(Encoding::Identity)
            && let Some(bytes) = unpacked(guide)?
        {
            // Unpacked for each request, because it would displace costlier bytes in the cache.
            return Ok(bytes);
        }
        let version = &guide.version;
        let key = (version.guide_id, version.from_ref, part);
        let load = self.make_or_load(guide, part);
        let loaded = Box::pin(self.cold.try_get_with(key, load)).await;
        loaded.map_err(|error| (*error).clone())
    }

    /// Loads a part, or compresses it from another kept encoding. Loading is quicker; compressing
    /// works while Postgres is away.
    async fn make_or_load(&self, guide: &Guide, part: Part) -> Result<Bytes, NoBody> {
        let (Part::Answer(encoding), Some(bytes)) = (part, unpacked(guide)?) else {
            return self.load(guide, part).await;
        };
        if !self.is_database_away.load(Ordering::Relaxed) {
            match self.load(guide, part).await {
                Err(NoBody::Storage(_)) => {}
                loaded => return loaded,
            }
        }
        let packed = tokio::task::spawn_blocking(move || compress(encoding, &bytes)).await;
        packed.map(Bytes::from).map_err(|_| NoBody::Broken)
    }

    /// Returns the documents of `guides` in their order. None is remembered: a crawl must not
    /// displace what other clients request.
    pub(crate) async fn documents(&self, guides: &[Arc<Guide>]) -> Result<Vec<Bytes>, NoBody> {
        let ready: Result<Vec<_>, _> = guides.iter().map(|guide| unpacked(guide)).collect();
        let ready = ready?;
        let lacking: Vec<_> = std::iter::zip(guides, &ready)
            .filter(|(_, ready)| ready.is_none())
            .map(|(guide, _)| (guide.version.guide_id, guide.version.from_ref))
            .collect();
        let mut loaded = HashMap::with_capacity(lacking.len());
        if !lacking.is_empty() {
            let parts = load_parts(&self.db, &lacking, &[Part::Answer(Encoding::Identity)]).await;
            let parts = parts.map_err(|error| NoBody::Storage(Arc::new(error)))?;
            loaded.extend(parts.into_iter().map(|part| (part.guide_id, part.bytes)));
        }
        std::iter::zip(guides, ready)
            .map(|(guide, ready)| {
                let loaded = || loaded.remove(&guide.version.guide_id).map(Bytes::from);
                ready.or_else(loaded).ok_or(NoBody::Missing)
            })
            .collect()
    }

    async fn load(&self, guide: &Guide, part: Part) -> Result<Bytes, NoBody> {
        let version = &guide.version;
        let key = (version.guide_id, version.from_ref);
        let loaded = load_parts(&self.db, &[key], &[part]).await;
        let mut loaded = loaded.map_err(|error| NoBody::Storage(Arc::new(error)))?;
        let part = loaded.pop().ok_or(NoBody::Missing)?;
        Ok(part.bytes.into())
    }

    /// Loads the parts of `guides` while the budget has room.
    pub(crate) async fn warm(&self, guides: &[Arc<Guide>]) -> Result<(), StorageError> {
        if guides.len() <= BATCH / 10 {
            return self.keep(guides, &KEPT).await.map(drop);
        }
        for part in KEPT {
            for guides in guides.chunks(BATCH) {
                if !self.keep(guides, &[part]).await? {
                    return Ok(()); // the budget is spent
                }
            }
        }
        Ok(())
    }

    /// Loads `parts` of `guides`. Returns whether there was room for everything.
    async fn keep(&self, guides: &[Arc<Guide>], parts: &[Part]) -> Result<bool, StorageError> {
        let lacking = |guide: &&Arc<Guide>| {
            let mut parts = parts.iter();
            parts.any(|part| guide.resident(*part).is_none())
        };
        let lacking: Vec<_> = guides.iter().filter(lacking).collect();
        if lacking.is_empty() {
            return Ok(true);
        }
        let keys: Vec<_> = lacking
            .iter()
            .map(|guide| (guide.version.guide_id, guide.version.from_ref))
            .collect();
        let mut loaded = load_parts(&self.db, &keys, parts).await?;
        loaded.sort_by_key(|loaded| parts.iter().position(|part| *part == loaded.part));
        for loaded in loaded {
            let guide = lacking
                .iter()
                .find(|guide| guide.version.guide_id == loaded.guide_id);
            let Some(resident) = self.budget.admit(loaded.bytes.into()) else {
                return Ok(false);
            };
            if let Some(guide) = guide {
                // Another task may have set the same bytes already.
                let _ = guide.slot(loaded.part).set(resident);
            }
        }
        Ok(true)
    }

    /// Forgets the recently read bytes.
    pub(crate) fn forget(&self) {
        self.cold.invalidate_all();
    }

    /// Keeps bytes from the site file where there is room.
    pub(crate) fn put(&self, guide: &Guide, part: Part, bytes: &[u8]) {
        if let Some(resident) = self.budget.admit(Bytes::copy_from_slice(bytes)) {
            let _ = guide.slot(part).set(resident);
        }
    }

    /// Returns the number of ready bytes.
    pub(crate) fn used(&self) -> usize {
        self.budget.used()
    }
}

/// Unpacks the document from any kept encoding of it.
fn unpacked(guide: &Guide) -> Result<Option<Bytes>, NoBody> {
    for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Brotli] {
        if let Some(bytes) = guide.resident(Part::Answer(encoding)) {
            let bytes = decompress(encoding, bytes).map_err(|_| NoBody::Broken)?;
            return Ok(Some(bytes.into()));
        }
    }
    Ok(None)
}
