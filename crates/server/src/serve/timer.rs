use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use tokio::time;

/// The timer of one connection while it waits for the next request.
///
/// hyper asks for a new time limit with every request. One timer serves them all. It is reset only
/// when it fires, because a reset costs more than reading the request.
#[derive(Debug, Clone)]
pub(crate) struct LazyTimer(Arc<Mutex<Pin<Box<time::Sleep>>>>);

/// A time limit that ends at `until`.
struct Limit {
    until: Instant,
    timer: LazyTimer,
}

impl LazyTimer {
    /// Creates a timer that fires first after `first`, the shortest limit in use.
    pub(crate) fn new(first: Duration) -> Self {
        Self(Arc::new(Mutex::new(Box::pin(time::sleep(first)))))
    }
}

impl Timer for LazyTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, until: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Limit {
            until,
            timer: self.clone(),
        })
    }

    fn now(&self) -> Instant {
        time::Instant::now().into_std()
    }
}

impl Sleep for Limit {}

impl Future for Limit {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut timer = self.timer.0.lock().unwrap_or_else(PoisonError::into_inner);
        while timer.as_mut().poll(context).is_ready() {
            if time::Instant::now().into_std() >= self.until {
                return Poll::Ready(());
            }
            timer.as_mut().reset(self.until.into());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn each_limit_ends_in_its_time_however_often_it_moves() {
        let timer = LazyTimer::new(LIMIT);
        for _ in 0..5 {
            let mut moved = timer.sleep(LIMIT);
            let polled = poll_fn(|context| Poll::Ready(moved.as_mut().poll(context)));
            assert!(polled.await.is_pending());
            drop(moved);
            time::advance(LIMIT / 3).await;

            let began = time::Instant::now();
            timer.sleep(LIMIT).await;

            let waited = began.elapsed();
            assert!(
                waited >= LIMIT && waited < LIMIT + Duration::from_millis(5),
                "{waited:?}"
            );
        }
    }
}
