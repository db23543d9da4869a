use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use http::{HeaderValue, Uri};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::task::futures::TaskLocalFuture;
use tokio::time::Instant;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use crate::{Problem, TraceParent};

/// Addresses whose last part is a secret.
const SECRET_LINKS: [&str; 4] = [
    "/admin/setup/",
    "/admin/invite/",
    "/admin/reset/",
    "/preview/",
];

tokio::task_local! {
    static REQUEST: Arc<RequestContext>;
}

/// Names one request in the log and in its answer: 128 random bits, the size of a trace id.
///
/// Always made here: what a client sends under that name is ignored. As text it has 32
/// hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(u128);

/// What anything below a handler may want to know of the request under way.
#[derive(Debug)]
pub(crate) struct RequestContext {
    pub(crate) request_id: RequestId,
    uri: Uri,
    pub(crate) trace: Option<TraceParent>,
    /// Until when it may take, where a handler said so.
    deadline: Mutex<Option<Instant>>,
}

impl RequestId {
    fn generate() -> Self {
        Self(rand::random())
    }

    /// The id of the request that the calling code answers, if it answers one.
    #[must_use]
    pub fn current() -> Option<Self> {
        current().map(|context| context.request_id)
    }

    /// The id as the value of a header.
    pub(crate) fn header_value(self) -> HeaderValue {
        let mut digits = [0; 32];
        // There is room for two digits of each byte.
        let _ = hex::encode_to_slice(self.0.to_be_bytes(), &mut digits);
        HeaderValue::from_bytes(&digits).unwrap_or(HeaderValue::from_static("")) // digits and letters
    }

    /// Its first half, which names a span.
    pub(crate) fn span_id(self) -> u64 {
        (self.0 >> 64) as u64
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl RequestContext {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            request_id: RequestId::generate(),
            uri: request.uri().clone(),
            trace: TraceParent::from_headers(request.headers()),
            deadline: Mutex::new(None),
        }
    }

    /// The path as logs and problems show it.
    pub(crate) fn path(&self) -> String {
        shown_path(self.uri.path())
    }

    /// Until when the request may take, where a handler said so.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path, cut and without the secret of a link.
pub(crate) fn shown_path(path: &str) -> String {
    for link in SECRET_LINKS {
        if path.starts_with(link) {
            return format!("{link}…");
        }
    }
    path.chars().take(1024).collect()
}

/// Gives the request under way `time` from now on, if it had less: for the few handlers that
/// rightly take longer than others (import, export, long polls).
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

/// Runs `answer` as the answer to `context`'s request.
pub(crate) fn scope<F: Future>(
    context: Arc<RequestContext>,
    answer: F,
) -> TaskLocalFuture<Arc<RequestContext>, F> {
    REQUEST.scope(context, answer)
}

/// Answers the requests of `router` on the threads of `runtime`: long work there, such as
/// rendering and compressing, keeps nobody else's request waiting. When the asker is gone, so is
/// the work.
pub fn answer_on(router: Router, runtime: Handle) -> Router {
    Router::new().fallback(async move |request: Request| {
        let answer = router.oneshot(request);
        let mut work = JoinSet::new();
        match current() {
            Some(context) => work.spawn_on(scope(context, answer).in_current_span(), &runtime),
            None => work.spawn_on(answer.in_current_span(), &runtime),
        };
        match work.join_next().await {
            Some(Ok(Ok(response))) => response,
            Some(Err(error)) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime ends with the program only.
            Some(Err(_)) | None => Problem::unavailable(Duration::from_secs(1)).into_response(),
        }
    })
}
