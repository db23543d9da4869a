use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whether the database is away, as far as looking up keys tells.
#[derive(Debug, Default)]
pub(super) struct Away {
    /// While it is away: when to look again.
    look_again: Mutex<Option<Instant>>,
}

/// What may be asked of the database about a key that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Anything: it is there.
    Freely,
    /// One question, by whoever got this answer: to see whether it is back.
    Once,
    /// Nothing yet.
    NotNow,
}

impl Away {
    /// What the caller may ask at `now`. Nobody else is told [`Look::Once`] for `pause` then, so
    /// that all the keys of a node together look once.
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

    /// It did not answer; it is looked at again at `again`. Gives whether that is news.
    pub(super) fn begin(&self, again: Instant) -> bool {
        self.replace(Some(again)).is_none()
    }

    /// It answered. Gives whether that is news.
    pub(super) fn end(&self) -> bool {
        self.replace(None).is_some()
    }

    fn replace(&self, look_again: Option<Instant>) -> Option<Instant> {
        let mut held = self
            .look_again
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut held, look_again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_it_is_away_one_looks_after_each_pause_and_changes_are_news_once() {
        let (away, pause) = (Away::default(), Duration::from_secs(5));
        let began = Instant::now();
        assert_eq!(away.look(began, pause), Look::Freely);
        assert!(away.begin(began + pause));
        assert!(!away.begin(began + pause));

        assert_eq!(away.look(began, pause), Look::NotNow);
        assert_eq!(away.look(began + pause, pause), Look::Once);
        assert_eq!(away.look(began + pause, pause), Look::NotNow);
        assert_eq!(away.look(began + pause * 2, pause), Look::Once);

        assert!(away.end());
        assert!(!away.end());
        assert_eq!(away.look(began, pause), Look::Freely);
    }
}
