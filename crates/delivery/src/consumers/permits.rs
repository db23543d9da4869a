use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// The most concurrent lookups in one lane, so that guesses cannot use up delivery's connections.
const AT_ONCE: usize = 2;
/// The most waiting lookups in one lane. A database of usual speed serves the last of them in time;
/// further ones are refused at once.
const WAITING: usize = 64;
/// The longest wait of a lookup for its permit.
const PATIENCE: Duration = Duration::from_secs(2);

/// The permits to look keys up, in two lanes. Known keys never wait behind strangers, who may be
/// guessing.
#[derive(Debug)]
pub(super) struct LookupPermits {
    known: Lane,
    strangers: Lane,
}

impl LookupPermits {
    pub(super) fn new() -> Self {
        Self {
            known: Lane::new(),
            strangers: Lane::new(),
        }
    }

    /// Waits for a permit; `None` where too many wait already.
    pub(super) async fn take(&self, is_known: bool) -> Option<LookupPermit<'_>> {
        let lane = if is_known {
            &self.known
        } else {
            &self.strangers
        };
        let place = lane.places.try_acquire().ok()?;
        let permit = tokio::time::timeout(PATIENCE, lane.permits.acquire()).await;
        Some(LookupPermit {
            _turn: permit.ok()?.ok()?,
            _place: place,
        })
    }
}

/// The permit for one lookup, until it is dropped.
#[derive(Debug)]
pub(super) struct LookupPermit<'a> {
    _turn: SemaphorePermit<'a>,
    _place: SemaphorePermit<'a>,
}

#[derive(Debug)]
struct Lane {
    places: Semaphore,
    permits: Semaphore,
}

impl Lane {
    fn new() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE + WAITING),
            permits: Semaphore::new(AT_ONCE),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_known_key_gets_a_permit_however_many_strangers_wait() {
        let permits = LookupPermits::new();
        let _asking = (permits.take(false).await, permits.take(false).await);
        let mut waiting: Vec<_> = (0..WAITING)
            .map(|_| Box::pin(permits.take(false)))
            .collect();
        for stranger in &mut waiting {
            assert!(stranger.now_or_never().is_none(), "it waits");
        }

        let late = permits.take(false).now_or_never();
        assert!(matches!(late, Some(None)), "told at once: {late:?}");
        let known = permits.take(true).now_or_never();
        assert!(matches!(known, Some(Some(_))), "{known:?}");
    }
}
