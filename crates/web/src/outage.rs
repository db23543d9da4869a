//! The database is away: one wait, one log line and one count for every face.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::metrics::{Witness, database_away};
use crate::{Problem, RequestId, error_chain};

/// The time after which a client should try again, during an outage or while all permits are taken.
pub const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The time without a failure after which an answer ends an outage. While all connections are taken
/// some questions fail and others are answered; that is one outage.
const QUIET: Duration = Duration::from_secs(5);

/// An outage of the database, from its first failure to an answer.
///
/// Requests and jobs fail in great numbers during an outage, so a line for each would fill the log.
/// The first failure writes one line, and the end another.
#[derive(Debug)]
struct Outage {
    lasting: Mutex<Option<Lasting>>,
}

/// The time of an outage that is not over.
#[derive(Debug, Clone, Copy)]
struct Lasting {
    /// The time of its first failure.
    since: Instant,
    /// The time of its newest failure.
    last: Instant,
}

/// The outage of the program's one database.
static OUTAGE: Outage = Outage {
    lasting: Mutex::new(None),
};

/// Wakes the regular check.
static NOTICED: Notify = Notify::const_new();

impl Outage {
    fn is_lasting(&self) -> bool {
        let lasting = self.lasting.lock().unwrap_or_else(PoisonError::into_inner);
        lasting.is_some()
    }

    /// Notes a failure at `now` and returns whether it begins an outage.
    fn begin(&self, now: Instant) -> bool {
        let mut lasting = self.lasting.lock().unwrap_or_else(PoisonError::into_inner);
        let since = lasting.map_or(now, |lasting| lasting.since);
        lasting.replace(Lasting { since, last: now }).is_none()
    }

    /// Notes an answer at `now`. Returns the beginning of the outage if it ends one.
    fn end(&self, now: Instant) -> Option<Instant> {
        let mut lasting = self.lasting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_quiet = |last| now.saturating_duration_since(last) >= QUIET;
        let over = lasting.take_if(|lasting| is_quiet(lasting.last))?;
        Some(over.since)
    }
}

/// Counts a failure of the database to respond, and logs the first one of an outage.
pub fn notice(seen_by: Witness, error: &dyn Error) {
    database_away(seen_by);
    if seen_by != Witness::Heartbeat {
        NOTICED.notify_one();
    }
    let seen_by = seen_by.as_str();
    let error = error_chain(error);
    if OUTAGE.begin(Instant::now()) {
        let request_id = RequestId::current();
        let request_id = request_id.as_ref().map(tracing::field::display);
        tracing::warn!(request_id, seen_by, error, "the database was away");
    } else {
        tracing::debug!(seen_by, error, "the database was still away");
    }
}

/// Waits until somebody notices a failure. A failure before the call counts if nobody waited then.
pub async fn noticed() {
    NOTICED.notified().await;
}

/// Returns whether an outage is not over yet.
#[must_use]
pub fn is_lasting() -> bool {
    OUTAGE.is_lasting()
}

/// Notes that the database answered the regular check. Logs the end of an outage.
pub fn answered() {
    if let Some(since) = OUTAGE.end(Instant::now()) {
        let seconds = since.elapsed().as_secs();
        tracing::info!(seconds, "the database answered again");
    }
}

/// Notices the outage and returns the response to the request.
#[must_use]
pub fn problem(seen_by: Witness, error: &dyn Error) -> Problem {
    notice(seen_by, error);
    busy()
}

/// Returns the response to a request that waited for something too long.
#[must_use]
pub fn busy() -> Problem {
    Problem::unavailable(RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn an_outage_begins_once_however_many_failures_it_has() {
        let outage = Outage {
            lasting: Mutex::new(None),
        };
        let began = Instant::now();
        assert_eq!(outage.end(began), None);
        assert!(outage.begin(began));
        // One failure per second, for an hour.
        let news = (1..3600).filter(|second| outage.begin(began + SECOND * *second));
        assert_eq!(news.count(), 0);
    }

    #[test]
    fn an_outage_is_over_once_and_the_next_may_begin_at_once() {
        let outage = Outage {
            lasting: Mutex::new(None),
        };
        let began = Instant::now();
        assert!(outage.begin(began));
        assert!(!outage.begin(began + SECOND * 2));
        assert_eq!(outage.end(began + SECOND), None);
        assert_eq!(outage.end(began + QUIET), None, "a failure came later");
        let over = began + SECOND * 2 + QUIET;
        assert_eq!(outage.end(over), Some(began));
        assert_eq!(outage.end(over), None);
        assert!(outage.begin(over));
    }
}
