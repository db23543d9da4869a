use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The state of an outage, as lookups of keys notice it.
#[derive(Debug, Default)]
pub(super) struct Away {
    /// The time of the next attempt while it is away.
    look_again: Mutex<Option<Instant>>,
}

/// The permission to query the database about a known key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Granted: the database is there.
    Freely,
    /// Granted to this caller only, to see whether the database is back.
    Once,
    /// Refused for now.
    NotNow,
}

impl Away {
    /// Returns the permission of the caller at `now`. [`Look::Once`] is given once in `pause`, so that
    /// all keys of a node together make one attempt.
    pub(super) fn look(&self, now: Instant, pause: Duration) -> Look {
        let mut look_again = self
            .look_again
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match *look_again {
            None => Look::Freely,
            Some(again) if now < again => Look::NotNow,
            Some(_) => {
                *look_again = Some(now + pause);
                Look::Once
            }
        }
    }

    /// Notes a failure, with the next attempt at `again`.
    pub(super) fn begin(&self, again: Instant) {
        self.replace(Some(again));
    }

    /// Notes a success.
    pub(super) fn end(&self) {
        self.replace(None);
    }

    fn replace(&self, look_again: Option<Instant>) {
        let mut held = self
            .look_again
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *held = look_again;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_it_is_away_one_looks_after_each_pause() {
        let (away, pause) = (Away::default(), Duration::from_secs(5));
        let began = Instant::now();
        assert_eq!(away.look(began, pause), Look::Freely);
        away.begin(began + pause);

        assert_eq!(away.look(began, pause), Look::NotNow);
        assert_eq!(away.look(began + pause, pause), Look::Once);
        assert_eq!(away.look(began + pause, pause), Look::NotNow);
        assert_eq!(away.look(began + pause * 2, pause), Look::Once);

        away.end();
        assert_eq!(away.look(began, pause), Look::Freely);
    }
}
