use std::sync::Arc;

use annai_domain::RefName;
use moka::future::Cache;

use crate::answer::Answer;
use crate::site::Composed;

/// Recent answers by the question they answer: a repeated question is not even parsed.
#[derive(Debug, Clone)]
pub(crate) struct Answered(Cache<Question, Arc<Answer>>);

/// A query together with the ref that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(crate) about: Subject,
    /// The ledger history of `name`: see [`crate::site::Snapshot::history`]. An answer from an
    /// earlier history never matches again.
    pub(crate) history: u64,
    pub(crate) name: RefName,
    /// The query string as the client sent it.
    pub(crate) query: Box<str>,
}

/// The subject of a [`Question`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// The guides at the newest ref.
    List,
    /// The guides at a ref that the address names.
    ListAtRef,
    /// The changes up to the newest ref.
    Changes,
}

impl Answered {
    /// Creates a cache of about `bytes`.
    pub(crate) fn new(bytes: usize) -> Self {
        let weigh = |question: &Question, answer: &Arc<Answer>| {
            let composed = answer.entity.composed().map_or(0, Composed::weight);
            u32::try_from(question.query.len() + composed).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder().max_capacity(bytes as u64).weigher(weigh);
        Self(cache.build())
    }

    /// Returns the kept answer to `question`.
    pub(crate) async fn get(&self, question: &Question) -> Option<Arc<Answer>> {
        self.0.get(question).await
    }

    /// Keeps an answer for repetitions of its question.
    pub(crate) async fn keep(&self, question: Question, answer: Arc<Answer>) {
        Box::pin(self.0.insert(question, answer)).await;
    }
}
