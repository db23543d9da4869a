//! Searching is work for a processor: it is done away from the threads that answer, by few at a
//! time, so that everything else that delivery does goes on beside a flood of searches.

use std::sync::Arc;
use std::time::Duration;

use annai_web::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::trouble::busy;

/// How many search at once.
const AT_ONCE: usize = 4;
/// How long a search waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// Who may search now.
#[derive(Debug)]
pub(super) struct Turns {
    free: Arc<Semaphore>,
    patience: Duration,
}

/// The right to search. It ends when the request and all work that was begun for it have ended.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl Default for Turns {
    fn default() -> Self {
        Self::new(AT_ONCE, PATIENCE)
    }
}

impl Turns {
    fn new(at_once: usize, patience: Duration) -> Self {
        Self {
            free: Arc::new(Semaphore::new(at_once)),
            patience,
        }
    }

    /// Waits for a turn, for a while: then 503 says when to try again.
    pub(super) async fn take(&self) -> Result<Turn, Problem> {
        let permit = Arc::clone(&self.free).acquire_owned();
        match tokio::time::timeout(self.patience, permit).await {
            Ok(Ok(permit)) => Ok(Turn {
                _permit: Arc::new(permit),
            }),
            // Nobody closes the semaphore.
            Ok(Err(_)) | Err(_) => Err(busy()),
        }
    }
}

impl Turn {
    /// Does a piece of the work.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.clone();
        let work = move || {
            let _turn = turn;
            work()
        };
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| Problem::internal(&error))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use axum::response::IntoResponse as _;

    use super::*;

    #[tokio::test]
    async fn who_waits_too_long_for_a_turn_is_told_to_come_back() {
        let turns = Turns::new(1, Duration::from_millis(20));
        let turn = turns.take().await.unwrap();

        let refused = turns.take().await.unwrap_err().into_response();

        assert_eq!(refused.status(), 503);
        assert!(refused.headers().contains_key("retry-after"));
        drop(turn);
        assert!(turns.take().await.is_ok());
    }

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_its_work_although_the_request_went_away() {
        let turns = Turns::new(1, Duration::from_millis(20));
        let turn = turns.take().await.unwrap();
        let (finish, finished) = mpsc::channel::<()>();
        let request = tokio::spawn(async move { turn.work(move || finished.recv()).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());

        assert!(turns.take().await.is_err(), "the work goes on");

        finish.send(()).unwrap();
        let patient = Turns {
            free: Arc::clone(&turns.free),
            patience: Duration::from_secs(5),
        };
        assert!(patient.take().await.is_ok());
    }

    #[tokio::test]
    async fn work_is_done_on_another_thread() {
        let turn = Turns::default().take().await.unwrap();
        let worker = turn.work(|| std::thread::current().id()).await.unwrap();
        assert_ne!(worker, std::thread::current().id());
    }
}
