use std::sync::Arc;

use annai_content::compress;
use annai_domain::Encoding;
use annai_web::EntityTag;
use bytes::Bytes;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio::task::JoinError;

/// Below this size compressing saves less than its header costs.
const WORTH_COMPRESSING: usize = 1024;

/// An answer that was put together for somebody who asked: a list, a guide in a rarer shape. Its
/// encodings are made when they are first wanted.
#[derive(Debug)]
pub(crate) struct Made {
    identity: Bytes,
    opaque: String,
    encoded: [OnceCell<Bytes>; Encoding::ALL.len()],
}

/// Answers by what names their bytes for ever.
#[derive(Debug)]
pub(crate) struct MadeAnswers(Cache<String, Arc<Made>>);

impl Made {
    pub(crate) fn new(identity: impl Into<Bytes>) -> Self {
        let identity = identity.into();
        Self {
            opaque: hex::encode(&Sha256::digest(&identity)[..16]),
            identity,
            encoded: Default::default(),
        }
    }

    /// In which encoding an asker who wants `encoding` gets it.
    pub(crate) fn encoding(&self, encoding: Encoding) -> Encoding {
        if self.identity.len() < WORTH_COMPRESSING {
            Encoding::Identity
        } else {
            encoding
        }
    }

    pub(crate) fn tag(&self, encoding: Encoding) -> EntityTag {
        EntityTag::encoded(&self.opaque, encoding)
    }

    /// The bytes in `encoding`, compressed once and away from the threads that answer.
    ///
    /// # Errors
    ///
    /// [`JoinError`] when compressing fails, or the program ends; whoever asks next tries again.
    pub(crate) async fn bytes(&self, encoding: Encoding) -> Result<Bytes, JoinError> {
        if encoding == Encoding::Identity {
            return Ok(self.identity.clone());
        }
        self.compressed_by(encoding, compress).await
    }

    async fn compressed_by(
        &self,
        encoding: Encoding,
        compress: fn(Encoding, &[u8]) -> Vec<u8>,
    ) -> Result<Bytes, JoinError> {
        let pack = async || {
            let identity = self.identity.clone();
            let work = move || Bytes::from(compress(encoding, &identity));
            tokio::task::spawn_blocking(work).await
        };
        let slot = &self.encoded[encoding as usize];
        slot.get_or_try_init(pack).await.cloned()
    }
}

impl MadeAnswers {
    /// Keeps about `bytes` of them.
    pub(crate) fn new(bytes: usize) -> Self {
        // The encodings that come later take about two thirds as much again.
        let weigh = |key: &String, made: &Arc<Made>| {
            u32::try_from(key.len() + made.identity.len() / 3 * 5 + 400).unwrap_or(u32::MAX)
        };
        Self(
            Cache::builder()
                .max_capacity(bytes as u64)
                .weigher(weigh)
                .build(),
        )
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.0.invalidate_all();
    }

    /// The answer named `key`; put together by `make` once, however many ask at the same time.
    pub(crate) async fn get<E, F>(
        &self,
        key: String,
        make: impl FnOnce() -> F,
    ) -> Result<Arc<Made>, E>
    where
        E: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Bytes, E>>,
    {
        if let Some(kept) = self.0.get(&key).await {
            return Ok(kept);
        }
        // On the heap: making is large and rare, and would be a part of everybody's future.
        let making = Box::pin(async { make().await.map(|bytes| Arc::new(Made::new(bytes))) });
        let ready = self.0.try_get_with(key, making).await;
        ready.map_err(|error| (*error).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn compressing_that_fails_gives_no_empty_answer_and_is_tried_again() {
        let made = Made::new(vec![b'a'; 2 * WORTH_COMPRESSING]);

        let failed = made
            .compressed_by(Encoding::Zstd, |_, _| panic!("as a test"))
            .await;

        assert!(failed.unwrap_err().is_panic());
        let bytes = made.bytes(Encoding::Zstd).await.unwrap();
        assert_eq!(bytes, compress(Encoding::Zstd, &made.identity));
    }
}
