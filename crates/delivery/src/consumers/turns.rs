use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many keys of a kind are looked up at once, so that guesses cannot use up delivery's
/// connections.
const AT_ONCE: usize = 2;
/// How many more may wait for that. The last of them gets its turn in time where the database is
/// as quick as usual; whoever comes after them is told at once.
const WAITING: usize = 64;
/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who asks the database about keys now, and who waits to. Those whose key was good when it was
/// last asked about never wait behind strangers, who may be guessing.
#[derive(Debug)]
pub(super) struct Turns {
    known: Lane,
    strangers: Lane,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self {
            known: Lane::new(),
            strangers: Lane::new(),
        }
    }

    /// Waits for a turn; `None` when there are too many before it.
    pub(super) async fn take(&self, is_known: bool) -> Option<Turn<'_>> {
        let lane = if is_known {
            &self.known
        } else {
            &self.strangers
        };
        let place = lane.places.try_acquire().ok()?;
        let turn = tokio::time::timeout(PATIENCE, lane.turns.acquire()).await;
        Some(Turn {
            _turn: turn.ok()?.ok()?,
            _place: place,
        })
    }
}

/// The right to ask, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    _turn: SemaphorePermit<'a>,
    _place: SemaphorePermit<'a>,
}

#[derive(Debug)]
struct Lane {
    places: Semaphore,
    turns: Semaphore,
}

impl Lane {
    fn new() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE + WAITING),
            turns: Semaphore::new(AT_ONCE),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_known_key_has_its_turn_however_many_strangers_wait() {
        let turns = Turns::new();
        let _asking = (turns.take(false).await, turns.take(false).await);
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(turns.take(false))).collect();
        for stranger in &mut waiting {
            assert!(stranger.now_or_never().is_none(), "it waits");
        }

        let late = turns.take(false).now_or_never();
        assert!(matches!(late, Some(None)), "told at once: {late:?}");
        let known = turns.take(true).now_or_never();
        assert!(matches!(known, Some(Some(_))), "{known:?}");
    }
}
