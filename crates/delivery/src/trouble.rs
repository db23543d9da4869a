use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use annai_storage::StorageError;
use annai_web::metrics::{Witness, database_away};
use annai_web::{Problem, RequestId, error_chain};

use crate::site::NoBody;

/// When to try again while the database is away.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(5);

/// A stored part that every published version has is missing or malformed.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Broken {
    /// It was not read.
    #[error("published_versions has no {0}")]
    Missing(&'static str),
    /// The stored document is not what publishing writes.
    #[error("the stored document cannot be read: {0}")]
    Document(Arc<serde_json::Error>),
    /// The stored source cannot be read.
    #[error("the stored source cannot be read: {0}")]
    Source(Arc<annai_content::SourceError>),
    /// The ready bytes cannot be had.
    #[error(transparent)]
    Body(#[from] NoBody),
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Self {
        Self::Document(Arc::new(error))
    }
}

impl From<annai_content::SourceError> for Broken {
    fn from(error: annai_content::SourceError) -> Self {
        Self::Source(Arc::new(error))
    }
}

/// Whether requests find the database away. Anybody can ask while it is, so that a line for each
/// request would let strangers fill the log: one is written when it begins, and the rest is
/// counted. When the database is back says the heartbeat of the server.
#[derive(Debug)]
struct Outage {
    noticed: Mutex<Option<Instant>>,
}

/// The program has one database.
static OUTAGE: Outage = Outage {
    noticed: Mutex::new(None),
};

/// How long nobody has found it away when what is noticed next is another outage.
const OVER: Duration = Duration::from_mins(1);

impl Outage {
    /// A request found the database away at `now`. Gives whether that is news.
    fn notice(&self, now: Instant) -> bool {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = noticed.replace(now);
        before.is_none_or(|before| now.saturating_duration_since(before) >= OVER)
    }
}

/// What a consumer is told when storage cannot answer.
pub(crate) fn storage_problem(error: &StorageError) -> Problem {
    match error {
        StorageError::Unavailable(_) => {
            database_away(Witness::Delivery);
            if OUTAGE.notice(Instant::now()) {
                let request_id = RequestId::current();
                tracing::warn!(
                    request_id = request_id.as_ref().map(tracing::field::display),
                    error = %error_chain(error),
                    "delivery cannot reach the database"
                );
            }
            Problem::unavailable(RETRY_AFTER)
        }
        StorageError::Conflict(_)
        | StorageError::Corrupt { .. }
        | StorageError::Database(_)
        | StorageError::Migrate(_) => Problem::internal(error),
    }
}

/// What a consumer is told when more wait for the database than it can serve.
pub(crate) fn busy() -> Problem {
    Problem::unavailable(RETRY_AFTER)
}

/// What a consumer is told when what is stored makes no sense, or cannot be had.
pub(crate) fn broken(error: &Broken) -> Problem {
    match error {
        Broken::Body(error) => no_body(error),
        Broken::Missing(_) | Broken::Document(_) | Broken::Source(_) => Problem::internal(error),
    }
}

/// What a consumer is told when the ready bytes of a guide cannot be had.
pub(crate) fn no_body(error: &NoBody) -> Problem {
    match error {
        NoBody::Storage(error) => storage_problem(error),
        NoBody::Missing | NoBody::Broken => Problem::internal(error),
    }
}

/// What a consumer is told before the node has loaded the site.
pub(crate) fn not_loaded() -> Problem {
    Problem::unavailable(RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_news_once_however_many_requests_it_refuses() {
        let outage = Outage {
            noticed: Mutex::new(None),
        };
        let began = Instant::now();
        assert!(outage.notice(began));
        // An hour of a request a second.
        let news = (1..3600).filter(|second| outage.notice(began + Duration::from_secs(*second)));
        assert_eq!(news.count(), 0);
        let later = began + Duration::from_secs(3599) + OVER;
        assert!(outage.notice(later), "it was over meanwhile");
        assert!(!outage.notice(later));
    }
}
