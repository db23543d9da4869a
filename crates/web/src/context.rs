use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::ServiceExt as _;
use tracing::Instrument as _;

use crate::Problem;

use crate::TraceParent;

tokio::task_local! {
    static REQUEST: Arc<RequestContext>;
}

/// Names one request in the log and in its answer: 128 random bits, the size of a trace id.
///
/// Always made here: what a client sends under that name is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(Arc<str>);

/// What anything below a handler may want to know of the request under way.
#[derive(Debug)]
pub(crate) struct RequestContext {
    pub(crate) request_id: RequestId,
    pub(crate) path: String,
    pub(crate) trace: Option<TraceParent>,
    pub(crate) deadline: watch::Sender<Instant>,
}

impl RequestId {
    pub(crate) fn generate() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()).into())
    }

    /// The id of the request that the calling code answers, if it answers one.
    #[must_use]
    pub fn current() -> Option<Self> {
        current().map(|context| context.request_id.clone())
    }

    /// The id as text: 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Gives the request under way `time` from now on, whatever it had left: for the few handlers
/// that rightly take longer than others (import, export, long polls).
pub fn allow_time(time: Duration) {
    if let Some(context) = current() {
        context.deadline.send_replace(Instant::now() + time);
    }
}

pub(crate) fn current() -> Option<Arc<RequestContext>> {
    REQUEST.try_with(Arc::clone).ok()
}

/// Runs `answer` as the answer to `context`'s request.
pub(crate) async fn scope<F: Future>(context: Arc<RequestContext>, answer: F) -> F::Output {
    REQUEST.scope(context, answer).await
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
