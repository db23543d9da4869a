use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use http::Uri;
use tokio::task::futures::TaskLocalFuture;
use tokio::time::Instant;

use crate::RequestId;
use crate::body_wait::BodyWait;
use crate::trace::TraceParent;

/// Paths that end in a secret.
const SECRET_LINKS: [&str; 4] = [
    "/admin/setup/",
    "/admin/invite/",
    "/admin/reset/",
    "/preview/",
];

tokio::task_local! {
    static REQUEST: Arc<RequestContext>;
}

/// The facts about the request under way, for code below a handler.
#[derive(Debug)]
pub(crate) struct RequestContext {
    pub(crate) request_id: RequestId,
    uri: Uri,
    pub(crate) trace: Option<TraceParent>,
    pub(crate) body_wait: Arc<BodyWait>,
    /// The deadline, where a handler set one.
    deadline: Mutex<Option<Instant>>,
}

impl RequestId {
    /// Returns the id of the request under way; `None` outside a request.
    #[must_use]
    pub fn current() -> Option<Self> {
        current().map(|context| context.request_id)
    }
}

impl RequestContext {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            request_id: RequestId::generate(),
            uri: request.uri().clone(),
            trace: TraceParent::from_headers(request.headers()),
            body_wait: Arc::default(),
            deadline: Mutex::new(None),
        }
    }

    /// Returns the path as logs and problems show it.
    pub(crate) fn path(&self) -> String {
        shown_path(self.uri.path())
    }

    /// Returns the deadline, where a handler set one.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns `path` shortened, with the secret of a link removed.
pub(crate) fn shown_path(path: &str) -> String {
    for link in SECRET_LINKS {
        if path.starts_with(link) {
            return format!("{link}…");
        }
    }
    path.chars().take(1024).collect()
}

/// Extends the deadline of the request under way to at least `time` from now.
///
/// For the few handlers that rightly take longer than others: import, export, long polls.
pub fn allow_time(time: Duration) {
    if let Some(context) = current() {
        let deadline = Some(Instant::now() + time);
        let mut held = context
            .deadline
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *held = (*held).max(deadline);
    }
}

pub(crate) fn current() -> Option<Arc<RequestContext>> {
    REQUEST.try_with(Arc::clone).ok()
}

/// Runs `answer` with `context` as its request.
pub(crate) fn scope<F: Future>(
    context: Arc<RequestContext>,
    answer: F,
) -> TaskLocalFuture<Arc<RequestContext>, F> {
    REQUEST.scope(context, answer)
}
