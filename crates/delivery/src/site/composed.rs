use std::sync::Arc;

use annai_content::compress;
use annai_domain::Encoding;
use annai_web::ReadyTag;
use bytes::Bytes;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio::task::JoinError;

/// Below this size compressing saves less than its header costs.
const WORTH_COMPRESSING: usize = 1024;

/// A body composed for a request, such as a list or a guide in a rarer shape. Each encoding is
/// made when a client first wants it.
#[derive(Debug)]
pub(crate) struct Composed {
    identity: Bytes,
    /// In the order of [`Encoding::ALL`].
    tags: [ReadyTag; Encoding::ALL.len()],
    encoded: [OnceCell<Bytes>; Encoding::ALL.len()],
}

/// Recently composed bodies, each by a name that stands for its bytes for ever.
#[derive(Debug)]
pub(crate) struct ComposedBodies(Cache<String, Arc<Composed>>);

impl Composed {
    pub(crate) fn new(identity: impl Into<Bytes>) -> Self {
        let identity = identity.into();
        let opaque = hex::encode(&Sha256::digest(&identity)[..16]);
        Self {
            tags: ReadyTag::of_encodings(&opaque),
            identity,
            encoded: Default::default(),
        }
    }

    /// Returns the encoding that a client who prefers `encoding` gets.
    pub(crate) fn encoding(&self, encoding: Encoding) -> Encoding {
        if self.identity.len() < WORTH_COMPRESSING {
            Encoding::Identity
        } else {
            encoding
        }
    }

    /// Estimates the memory it takes. The encodings that come later take about two thirds as much
    /// again.
    pub(crate) fn weight(&self) -> usize {
        self.identity.len() / 3 * 5 + 800
    }

    pub(crate) fn tag(&self, encoding: Encoding) -> &ReadyTag {
        &self.tags[encoding as usize]
    }

    /// Returns the bytes in `encoding`, compressed once, away from the threads that answer.
    ///
    /// # Errors
    ///
    /// [`JoinError`] when compressing fails or the program ends. The next request tries again.
    pub(crate) async fn bytes(&self, encoding: Encoding) -> Result<Bytes, JoinError> {
        if encoding == Encoding::Identity {
            return Ok(self.identity.clone());
        }
        match self.encoded[encoding as usize].get() {
            Some(bytes) => Ok(bytes.clone()),
            None => Box::pin(self.compressed_by(encoding, compress)).await,
        }
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

impl ComposedBodies {
    /// Creates a cache of about `bytes`.
    pub(crate) fn new(bytes: usize) -> Self {
        let weigh = |key: &String, composed: &Arc<Composed>| {
            u32::try_from(key.len() + composed.weight()).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder().max_capacity(bytes as u64).weigher(weigh);
        Self(cache.build())
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.0.invalidate_all();
    }

    /// Returns the body named `key`. `compose` makes it once for all concurrent requests.
    pub(crate) async fn get<E, F>(
        &self,
        key: String,
        compose: impl FnOnce() -> F,
    ) -> Result<Arc<Composed>, E>
    where
        E: Clone + Send + Sync + 'static,
        F: Future<Output = Result<Bytes, E>>,
    {
        if let Some(kept) = self.0.get(&key).await {
            return Ok(kept);
        }
        let composing = async { compose().await.map(|bytes| Arc::new(Composed::new(bytes))) };
        let composed = Box::pin(self.0.try_get_with(key, composing)).await;
        composed.map_err(|error| (*error).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn compressing_that_fails_gives_no_empty_answer_and_is_tried_again() {
        let composed = Composed::new(vec![b'a'; 2 * WORTH_COMPRESSING]);

        let failed = composed
            .compressed_by(Encoding::Zstd, |_, _| panic!("as a test"))
            .await;

        assert!(failed.unwrap_err().is_panic());
        let bytes = composed.bytes(Encoding::Zstd).await.unwrap();
        assert_eq!(bytes, compress(Encoding::Zstd, &composed.identity));
    }
}
