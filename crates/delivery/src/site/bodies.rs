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

/// What is kept ready of every guide while the budget lasts, the most useful first: every client
/// takes one of the first two, and all the others can be made of them.
const KEPT: [Part; 5] = [
    Part::Answer(Encoding::Brotli),
    Part::Answer(Encoding::Gzip),
    Part::Source,
    Part::PlainText,
    Part::Answer(Encoding::Identity),
];

/// How many guides are read at once while a node warms up.
const BATCH: usize = 200;

/// The ready bytes of guides: most from memory, the others from Postgres, once for however many
/// ask at the same time.
#[derive(Debug)]
pub(crate) struct Bodies {
    db: DeliveryDb,
    is_database_away: Arc<AtomicBool>,
    budget: Arc<Budget>,
    cold: Cache<(GuideId, Ref, Part), Bytes>,
}

/// Why a part cannot be had.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum NoBody {
    /// Postgres does not give it.
    #[error(transparent)]
    Storage(Arc<StorageError>),
    /// Postgres does not have it.
    #[error("published_versions has no such version")]
    Missing,
    /// What is kept cannot be read, or not be packed.
    #[error("a kept answer cannot be decompressed, or compressed anew")]
    Broken,
}

impl Bodies {
    /// Keeps at most `kept` bytes ready and `cold` bytes of what was asked for last.
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

    /// The bytes of a part of a guide, as they were published.
    pub(crate) async fn get(&self, guide: &Guide, part: Part) -> Result<Bytes, NoBody> {
        if let Some(bytes) = guide.resident(part) {
            return Ok(bytes.clone());
        }
        if part == Part::Answer(Encoding::Identity)
            && let Some(bytes) = unpacked(guide)?
        {
            // For everybody anew: kept, it would push out what costs more to get.
            return Ok(bytes);
        }
        let version = &guide.version;
        let key = (version.guide_id, version.from_ref, part);
        let load = self.make_or_load(guide, part);
        let loaded = Box::pin(self.cold.try_get_with(key, load)).await;
        loaded.map_err(|error| (*error).clone())
    }

    /// Asking Postgres is quicker than packing anew what is kept in another encoding, which works
    /// while Postgres is away.
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

    /// The documents of `guides`, in their order, for whoever reads many once: nothing of them
    /// is remembered, so that a crawl does not push out what others ask for.
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

    /// Makes those parts of `guides` ready that the budget has room for.
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

    /// Whether there was room for everything.
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
                // Somebody else may have been quicker; then both hold the same bytes.
                let _ = guide.slot(loaded.part).set(resident);
            }
        }
        Ok(true)
    }

    /// Forgets what was read for those who asked.
    pub(crate) fn forget(&self) {
        self.cold.invalidate_all();
    }

    /// Takes in bytes that were kept elsewhere, where there is room.
    pub(crate) fn put(&self, guide: &Guide, part: Part, bytes: &[u8]) {
        if let Some(resident) = self.budget.admit(Bytes::copy_from_slice(bytes)) {
            let _ = guide.slot(part).set(resident);
        }
    }

    /// How many bytes are kept ready.
    pub(crate) fn used(&self) -> usize {
        self.budget.used()
    }
}

/// The JSON itself, unpacked from whichever encoding of it is kept.
fn unpacked(guide: &Guide) -> Result<Option<Bytes>, NoBody> {
    for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Brotli] {
        if let Some(bytes) = guide.resident(Part::Answer(encoding)) {
            let bytes = decompress(encoding, bytes).map_err(|_| NoBody::Broken)?;
            return Ok(Some(bytes.into()));
        }
    }
    Ok(None)
}
