//! Permits for searches. A search keeps a processor busy, so few run at a time, on other threads
//! than responses. A flood of searches then delays nothing else.

use std::sync::Arc;
use std::time::Duration;

use annai_web::{Problem, outage};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most concurrent searches.
const AT_ONCE: usize = 4;
/// The longest wait of a search for its permit.
const PATIENCE: Duration = Duration::from_secs(2);

/// The permits of a node.
#[derive(Debug)]
pub(super) struct SearchPermits {
    free: Arc<Semaphore>,
    patience: Duration,
}

/// The permit for one search. It ends with the request and all work begun for it.
#[derive(Debug, Clone)]
pub(super) struct SearchPermit {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl Default for SearchPermits {
    fn default() -> Self {
        Self::new(AT_ONCE, PATIENCE)
    }
}

impl SearchPermits {
    fn new(at_once: usize, patience: Duration) -> Self {
        Self {
            free: Arc::new(Semaphore::new(at_once)),
            patience,
        }
    }

    /// Waits for a permit. After a while, the problem 503 names the time to try again.
    pub(super) async fn take(&self) -> Result<SearchPermit, Problem> {
        let permit = Arc::clone(&self.free).acquire_owned();
        match tokio::time::timeout(self.patience, permit).await {
            Ok(Ok(permit)) => Ok(SearchPermit {
                _permit: Arc::new(permit),
            }),
            // The semaphore is never closed.
            Ok(Err(_)) | Err(_) => Err(outage::busy()),
        }
    }
}

impl SearchPermit {
    /// Does a piece of the work on another thread.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = self.clone();
        let work = move || {
            let _turn = permit;
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
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_search_that_waits_too_long_for_a_permit_is_refused() {
        let permits = SearchPermits::new(1, Duration::from_millis(20));
        let permit = permits.take().await.unwrap();

        let refused = permits.take().await.unwrap_err().into_response();

        assert_eq!(refused.status(), 503);
        assert!(refused.headers().contains_key("retry-after"));
        drop(permit);
        assert!(permits.take().await.is_ok());
    }

    #[tokio::test]
    async fn a_permit_lasts_as_long_as_its_work_although_the_request_went_away() {
        let permits = SearchPermits::new(1, Duration::from_millis(20));
        let permit = permits.take().await.unwrap();
        let (finish, finished) = mpsc::channel::<()>();
        let (begin, has_begun) = oneshot::channel();
        let request = tokio::spawn(async move {
            let work = permit.work(move || {
                begin.send(()).unwrap();
                finished.recv()
            });
            work.await
        });
        has_begun.await.unwrap();
        request.abort();
        assert!(request.await.unwrap_err().is_cancelled());

        assert!(permits.take().await.is_err(), "the work goes on");

        finish.send(()).unwrap();
        let patient = SearchPermits {
            free: Arc::clone(&permits.free),
            patience: Duration::from_secs(5),
        };
        assert!(patient.take().await.is_ok());
    }

    #[tokio::test]
    async fn work_is_done_on_another_thread() {
        let permit = SearchPermits::default().take().await.unwrap();
        let worker = permit.work(|| std::thread::current().id()).await.unwrap();
        assert_ne!(worker, std::thread::current().id());
    }
}
