use std::any::Any;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use tokio::time::Instant;
use tower::ServiceExt as _;
use tracing::{Instrument as _, Span};

use crate::body_wait::noted;
use crate::context::{RequestContext, scope};
use crate::extract::BODY_TIMEOUT;
use crate::outage::RETRY_AFTER;
use crate::trace::TRACERESPONSE;
use crate::trace::TraceParent;
use crate::{Problem, ProblemKind};

#[cfg(test)]
mod tests;

/// The time a request may take, without its body.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest path and query, in bytes.
const URI_LIMIT: usize = 8 * 1024;
/// The longest head without its first line, in bytes.
const HEAD_LIMIT: usize = 32 * 1024;
/// The header that carries the request id.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers set on every response that does not set them itself.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
        ),
    ),
];

/// A service that is always ready and never fails.
///
/// Its future lives where it is awaited, not on the heap.
pub trait Answers: Send + Sync + 'static {
    /// Responds to `request`.
    fn answer(&self, request: Request) -> impl Future<Output = Response> + Send;
}

impl Answers for Router {
    async fn answer(&self, request: Request) -> Response {
        let Ok(response) = self.clone().oneshot(request).await;
        response
    }
}

/// The outermost layer, around everything that responds.
///
/// It adds a request id, and security headers where the handler set none. It limits the length of
/// the URI and of the other headers, and the time: 10 s without the waits for the body, which may
/// last 30 s; see [`crate::allow_time`]. A panic becomes a 500 problem. `Server` is removed.
#[derive(Debug, Clone)]
pub struct Layers<A> {
    inner: A,
    is_https: bool,
    needs_host: bool,
}

impl<A: Answers> Layers<A> {
    /// Wraps `inner`.
    pub fn new(inner: A) -> Self {
        Self {
            inner,
            is_https: false,
            needs_host: false,
        }
    }

    /// Refuses requests without exactly one `Host`, as RFC 9112, section 3.2, asks of servers.
    ///
    /// Only for requests that a client sent; those of tests have none.
    #[must_use]
    pub fn require_host(self) -> Self {
        Self {
            needs_host: true,
            ..self
        }
    }

    /// Adds `Strict-Transport-Security`: browsers then use nothing but HTTPS.
    ///
    /// Only for an installation with an HTTPS base URL.
    #[must_use]
    pub fn require_https(self) -> Self {
        Self {
            is_https: true,
            ..self
        }
    }

    /// Returns the response, or a 503 problem once the time is over.
    ///
    /// Most responses are ready at the first poll; only the others need a timer.
    async fn respond_in_time(&self, request: Request, context: &Arc<RequestContext>) -> Response {
        let began = Instant::now();
        let has_body = has_body(&request);
        let request = if has_body {
            noted(request, &context.body_wait)
        } else {
            request
        };
        let mut answer = pin!(self.inner.answer(request));
        let at_once = poll_fn(|context| Poll::Ready(answer.as_mut().poll(context)));
        if let Poll::Ready(response) = at_once.await {
            return response;
        }
        tokio::select! {
            response = answer => response,
            () = deadline_passed(context, began) => {
                tracing::warn!(request_id = %context.request_id, "request took too long");
                let problem = if has_body {
                    Problem::commit_unknown(RETRY_AFTER)
                } else {
                    Problem::unavailable(Duration::from_secs(1))
                };
                problem.into_response()
            }
        }
    }
}

impl<A: Answers> Answers for Layers<A> {
    async fn answer(&self, mut request: Request) -> Response {
        let context = Arc::new(RequestContext::of(&request));
        let span = span_of(&request, &context);
        request.headers_mut().remove(X_REQUEST_ID);
        let answer = async {
            if let Some(problem) = self.refusal(&request) {
                return problem.into_response();
            }
            let answer = AssertUnwindSafe(self.respond_in_time(request, &context));
            answer.catch_unwind().await.unwrap_or_else(panicked)
        };
        let mut response = scope(Arc::clone(&context), answer).instrument(span).await;
        let is_not_modified = response.status() == StatusCode::NOT_MODIFIED;
        let headers = response.headers_mut();
        Self::set_request_headers(headers, &context);
        if is_not_modified {
            // The router says 0, but for a 304 it would have to be the length of the body not sent.
            headers.remove(header::CONTENT_LENGTH);
        } else {
            self.set_security_headers(headers);
        }
        response
    }
}

impl<A> Layers<A> {
    /// Returns the problem of a request whose head nobody should read any further.
    fn refusal(&self, request: &Request) -> Option<Problem> {
        let uri = request.uri().path_and_query();
        if uri.is_some_and(|uri| uri.as_str().len() > URI_LIMIT) {
            return Some(Problem::new(ProblemKind::UriTooLong));
        }
        // Each header has a colon, a space and the end of its line besides.
        let lines = request.headers().iter();
        let head: usize = lines
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        if head > HEAD_LIMIT {
            return Some(Problem::new(ProblemKind::HeadersTooLarge));
        }
        if self.needs_host && !has_host(request) {
            let message = "exactly one is required";
            return Some(Problem::invalid_parameter("Host", "required", message));
        }
        None
    }

    fn set_request_headers(headers: &mut HeaderMap, context: &RequestContext) {
        headers.insert(X_REQUEST_ID, context.request_id.header_value());
        headers.remove(header::SERVER);
        let trace = context.trace;
        if let Some(value) = trace.and_then(|trace| trace.response(context.request_id)) {
            headers.insert(TRACERESPONSE, value);
        }
    }

    /// Sets the security headers, except on a 304: the client kept those of the first response.
    fn set_security_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in SECURITY_HEADERS {
            headers.entry(name).or_insert(value);
        }
        if self.is_https {
            let for_two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, for_two_years);
        }
    }
}

/// Returns whether `text` can name a host and its port. Parsing it would copy it for every request.
fn is_host(text: &[u8]) -> bool {
    let is_of_host = |byte: &u8| byte.is_ascii_graphic() && !b"/?#@\\\"<>".contains(byte);
    !text.is_empty() && text.iter().all(is_of_host)
}

fn has_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_host(host.as_bytes()),
        (None, _) => request.version() < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// Opens the span that all log lines of a request share.
///
/// Delivery responds faster than a span opens, so its requests have one only when the client
/// records the trace.
fn span_of(request: &Request, context: &RequestContext) -> Span {
    let recorded = context.trace.is_some_and(TraceParent::is_sampled);
    if is_delivery_path(request.uri().path()) && !recorded {
        return Span::none();
    }
    let span = tracing::info_span!(
        "request",
        request_id = %context.request_id,
        method = %request.method(),
        path = context.path(),
        trace_id = tracing::field::Empty,
    );
    if let Some(trace) = context.trace {
        span.record("trace_id", tracing::field::display(trace.shown_id()));
        #[cfg(feature = "otlp")]
        trace.adopt(&span);
    }
    span
}

/// Returns whether the path belongs to delivery, which consumers poll all day.
fn is_delivery_path(path: &str) -> bool {
    ["/v1/", "/feed.", "/sitemap.xml"]
        .iter()
        .any(|begin| path.starts_with(begin))
}

fn has_body(request: &Request) -> bool {
    !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    )
}

/// Completes when the time of a request that began at `began` is over, or at the later deadline
/// that a handler sets meanwhile.
async fn deadline_passed(context: &RequestContext, began: Instant) {
    loop {
        let now = Instant::now();
        let waited = context.body_wait.so_far(now).min(BODY_TIMEOUT);
        let until = began + REQUEST_TIMEOUT + waited;
        let until = context.deadline().map_or(until, |later| later.max(until));
        if until <= now {
            return;
        }
        tokio::time::sleep_until(until).await;
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    Problem::internal(&Panicked(message.to_owned())).into_response()
}

#[derive(Debug)]
struct Panicked(String);

impl std::fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "a handler panicked: {}", self.0)
    }
}

impl std::error::Error for Panicked {}
