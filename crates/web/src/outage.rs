//! The database is away: one wait, one log line and one count for every face.

use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::metrics::{Witness, database_away};
use crate::{Problem, RequestId, error_chain};

/// The time after which a client should try again, during an outage or while all permits are taken.
pub const RETRY_AFTER: Duration = Duration::from_secs(5);

/// The time without a failure after which the next failure begins another outage.
const OVER: Duration = Duration::from_mins(1);

/// The time at which a request last found the database away.
///
/// Clients send requests during an outage too, so a line for each would let strangers fill the log.
/// The first writes one and the rest are counted; the heartbeat logs the end.
#[derive(Debug)]
struct Outage {
    noticed: Mutex<Option<Instant>>,
}

/// The outage of the program's one database.
static OUTAGE: Outage = Outage {
    noticed: Mutex::new(None),
};

impl Outage {
    /// Notes a request of `now` and returns whether the outage is news.
    fn notice(&self, now: Instant) -> bool {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let before = noticed.replace(now);
        before.is_none_or(|before| now.saturating_duration_since(before) >= OVER)
    }
}

/// Counts a request that found the database away, and logs the first one of an outage.
pub fn notice(seen_by: Witness, error: &dyn Error) {
    database_away(seen_by);
    if OUTAGE.notice(Instant::now()) {
        let request_id = RequestId::current();
        tracing::warn!(
            request_id = request_id.as_ref().map(tracing::field::display),
            seen_by = seen_by.as_str(),
            error = %error_chain(error),
            "the database was away"
        );
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

    #[test]
    fn an_outage_is_news_once_however_many_requests_it_refuses() {
        let outage = Outage {
            noticed: Mutex::new(None),
        };
        let began = Instant::now();
        assert!(outage.notice(began));
        // One request per second, for an hour.
        let news = (1..3600).filter(|second| outage.notice(began + Duration::from_secs(*second)));
        assert_eq!(news.count(), 0);
        let later = began + Duration::from_secs(3599) + OVER;
        assert!(outage.notice(later), "it was over meanwhile");
        assert!(!outage.notice(later));
    }
}
