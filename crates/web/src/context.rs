use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

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
