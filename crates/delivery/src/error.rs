use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use annai_storage::StorageError;
use annai_web::metrics::{Witness, database_away};
use annai_web::{Problem, RequestId, error_chain};

/// The `Retry-After` of answers while the database is away.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The reason why a part of a guide is not available.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum NoBody {
    /// Postgres failed.
    #[error(transparent)]
    Storage(Arc<StorageError>),
    /// Postgres does not have it.
    #[error("published_versions has no such version")]
    Missing,
    /// The kept bytes do not decompress, or do not compress again.
    #[error("kept bytes cannot be decompressed or compressed again")]
    Broken,
}

/// A stored part is missing or malformed, or its bytes are not available.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Broken {
    /// Every published version has this part, but this one does not.
    #[error("published_versions has no {0}")]
    Missing(&'static str),
    /// The stored document is not one that publishing writes.
    #[error("the stored document cannot be read: {0}")]
    Document(Arc<serde_json::Error>),
    /// The stored source is malformed.
    #[error("the stored source cannot be read: {0}")]
    Source(Arc<annai_content::SourceError>),
    /// The ready bytes are not available.
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

/// Notices when requests begin to find the database away. A log line for each request would let
/// strangers fill the log: the first is logged, the others are counted. The server's heartbeat logs
/// the end of the outage.
#[derive(Debug)]
struct Outage {
    noticed: Mutex<Option<Instant>>,
}

/// The program has one database.
static OUTAGE: Outage = Outage {
    noticed: Mutex::new(None),
};

/// The quiet time after which a failure begins another outage.
const OVER: Duration = Duration::from_mins(1);

impl Outage {
    /// Notes that a request found the database away at `now`. Returns whether an outage begins.
    fn notice(&self, now: Instant) -> bool {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = noticed.replace(now);
        before.is_none_or(|before| now.saturating_duration_since(before) >= OVER)
    }
}

/// Returns the problem for a failure of storage.
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

/// Returns the problem for a request beyond those that may wait.
pub(crate) fn busy() -> Problem {
    Problem::unavailable(RETRY_AFTER)
}

/// Returns the problem for stored data that is malformed or not available.
pub(crate) fn broken(error: &Broken) -> Problem {
    match error {
        Broken::Body(error) => no_body(error),
        Broken::Missing(_) | Broken::Document(_) | Broken::Source(_) => Problem::internal(error),
    }
}

/// Returns the problem for a guide whose ready bytes are not available.
pub(crate) fn no_body(error: &NoBody) -> Problem {
    match error {
        NoBody::Storage(error) => storage_problem(error),
        NoBody::Missing | NoBody::Broken => Problem::internal(error),
    }
}

/// Returns the problem for a node that has not loaded the site yet.
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
