use std::sync::Arc;

use annai_content::compress;
use annai_domain::{Encoding, RefName};
use annai_web::ReadyTag;
use bytes::Bytes;
use moka::future::Cache;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio::task::JoinError;

use crate::answer::Answer;

/// Below this size compressing saves less than its header costs.
const WORTH_COMPRESSING: usize = 1024;

/// An answer that was put together for somebody who asked: a list, a guide in a rarer shape. Its
/// encodings are made when they are first wanted.
#[derive(Debug)]
pub(crate) struct Made {
    identity: Bytes,
    /// In the order of [`Encoding::ALL`].
    tags: [ReadyTag; Encoding::ALL.len()],
    encoded: [OnceCell<Bytes>; Encoding::ALL.len()],
}

/// Answers by what names their bytes for ever.
#[derive(Debug)]
pub(crate) struct MadeAnswers {
    made: Cache<String, Arc<Made>>,
    /// The same by what was asked, so that asking the same again is not even read.
    asked: Cache<Question, Arc<Answer>>,
}

/// Something that was asked for, to be answered at a ref.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(crate) about: Subject,
    pub(crate) name: RefName,
    /// As it stands in the address.
    pub(crate) query: Box<str>,
}

/// What a [`Question`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// The guides at the newest ref.
    List,
    /// The guides at a ref that the address names.
    ListAtRef,
    /// What changed up to the newest ref.
    Changes,
}

impl Made {
    pub(crate) fn new(identity: impl Into<Bytes>) -> Self {
        let identity = identity.into();
        let opaque = hex::encode(&Sha256::digest(&identity)[..16]);
        Self {
            tags: ReadyTag::of_encodings(&opaque),
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

    /// About how much memory it takes. The encodings that come later take about two thirds as
    /// much again.
    fn weight(&self) -> usize {
        self.identity.len() / 3 * 5 + 800
    }

    pub(crate) fn tag(&self, encoding: Encoding) -> &ReadyTag {
        &self.tags[encoding as usize]
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

impl MadeAnswers {
    /// Keeps about `bytes` of them.
    pub(crate) fn new(bytes: usize) -> Self {
        let weigh = |key: &String, made: &Arc<Made>| weight(key.len() + made.weight());
        let weigh_answer = |question: &Question, answer: &Arc<Answer>| {
            weight(question.query.len() + answer.entity.made().map_or(0, Made::weight))
        };
        let half = bytes as u64 / 2;
        Self {
            made: Cache::builder().max_capacity(half).weigher(weigh).build(),
            asked: Cache::builder()
                .max_capacity(half)
                .weigher(weigh_answer)
                .build(),
        }
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.made.invalidate_all();
        self.asked.invalidate_all();
    }

    /// The answer that was kept to `question`.
    pub(crate) async fn answer(&self, question: &Question) -> Option<Arc<Answer>> {
        self.asked.get(question).await
    }

    /// Keeps an answer for whoever asks the same.
    pub(crate) async fn keep(&self, question: Question, answer: Arc<Answer>) {
        Box::pin(self.asked.insert(question, answer)).await;
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
        if let Some(kept) = self.made.get(&key).await {
            return Ok(kept);
        }
        let making = async { make().await.map(|bytes| Arc::new(Made::new(bytes))) };
        let ready = Box::pin(self.made.try_get_with(key, making)).await;
        ready.map_err(|error| (*error).clone())
    }
}

fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
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
