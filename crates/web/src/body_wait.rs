//! The time that a request waits for its body, which is the client's time and not the server's.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use tokio::time::Instant;

/// The time that a request has waited for its body so far.
#[derive(Debug, Default)]
pub(crate) struct BodyWait(Mutex<Waited>);

#[derive(Debug, Default)]
struct Waited {
    /// The length of the waits that are over.
    over: Duration,
    /// The beginning of the wait under way.
    since: Option<Instant>,
}

/// A body that notes how long it is waited for.
struct NotedBody {
    body: Body,
    wait: Arc<BodyWait>,
}

impl BodyWait {
    /// Returns the length of all waits at `now`.
    pub(crate) fn so_far(&self, now: Instant) -> Duration {
        let waited = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = waited
            .since
            .map(|since| now.saturating_duration_since(since));
        waited.over + under_way.unwrap_or_default()
    }

    fn note(&self, is_waiting: bool) {
        let now = Instant::now();
        let mut waited = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_waiting {
            waited.since.get_or_insert(now);
        } else if let Some(since) = waited.since.take() {
            waited.over += now.saturating_duration_since(since);
        }
    }
}

/// Makes the body of `request` note its waits in `wait`.
pub(crate) fn noted(request: Request, wait: &Arc<BodyWait>) -> Request {
    let wait = Arc::clone(wait);
    request.map(|body| Body::new(NotedBody { body, wait }))
}

impl HttpBody for NotedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.wait.note(polled.is_pending());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

impl Drop for NotedBody {
    fn drop(&mut self) {
        self.wait.note(false);
    }
}
