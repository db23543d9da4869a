use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method};
use http::{HeaderName, HeaderValue, header};
use tokio::sync::watch;
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::{Instrument as _, Span};

use crate::context::{RequestContext, RequestId, scope};
use crate::extract::BODY_TIME;
use crate::trace::TRACERESPONSE;
use crate::{Problem, ProblemKind, TraceParent};

#[cfg(test)]
mod tests;

/// How long a request may take, its body apart.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// The longest path and query, in bytes.
const URI_LIMIT: usize = 8 * 1024;
/// The name under which the request id is answered.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Addresses whose last part is a secret.
const SECRET_LINKS: [&str; 4] = [
    "/admin/setup/",
    "/admin/invite/",
    "/admin/reset/",
    "/preview/",
];

/// Set where the handler has not said otherwise.
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

/// Puts around a whole router what every answer needs: a request id, a time limit (10 s, and
/// 30 s more for a body; see [`crate::allow_time`]), a 500 problem instead of a panic, a limit
/// on the address, security headers where the handler set none, no `Server`.
pub fn layers(router: Router) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(wrap))
}

/// Tells browsers to use nothing but https from now on. Only for a base URL that is https.
pub fn require_https(router: Router) -> Router {
    router.layer(from_fn(async |request: Request, next: Next| {
        let mut response = next.run(request).await;
        response.headers_mut().insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=63072000; includeSubDomains"),
        );
        response
    }))
}

/// The path as logs and problems show it: cut, and without the secret of a link.
fn shown_path(path: &str) -> String {
    for link in SECRET_LINKS {
        if path.starts_with(link) {
            return format!("{link}…");
        }
    }
    path.chars().take(1024).collect()
}

async fn wrap(mut request: Request, next: Next) -> Response {
    let request_id = RequestId::generate();
    let time = if has_body(&request) {
        REQUEST_TIME + BODY_TIME
    } else {
        REQUEST_TIME
    };
    let trace = TraceParent::from_headers(request.headers());
    let (deadline, timer) = watch::channel(Instant::now() + time);
    let context = Arc::new(RequestContext {
        request_id: request_id.clone(),
        path: shown_path(request.uri().path()),
        trace,
        deadline,
    });
    let span = span_of(&request, &context);
    request.headers_mut().remove(X_REQUEST_ID);
    request.extensions_mut().insert(request_id.clone());

    let too_long = request
        .uri()
        .path_and_query()
        .is_some_and(|uri| uri.as_str().len() > URI_LIMIT);
    let answer = scope(context, async move {
        if too_long {
            return Problem::new(ProblemKind::UriTooLong).into_response();
        }
        tokio::select! {
            response = next.run(request) => response,
            () = past(timer) => {
                tracing::warn!(request_id = %RequestId::current().map_or_else(String::new, |id| id.to_string()), "request took too long");
                Problem::unavailable(Duration::from_secs(1)).into_response()
            }
        }
    });
    let mut response = answer.instrument(span).await;
    finish(response.headers_mut(), &request_id);
    if let Some(value) = trace.and_then(|trace| trace.response(&request_id)) {
        response.headers_mut().insert(TRACERESPONSE, value);
    }
    response
}

/// What all log lines of a request have in common. Delivery answers in less time than a span
/// takes, so its requests have one only where the asker records the trace.
fn span_of(request: &Request, context: &RequestContext) -> Span {
    let recorded = context.trace.is_some_and(TraceParent::is_sampled);
    if request.uri().path().starts_with("/v1/") && !recorded {
        return Span::none();
    }
    let span = tracing::info_span!(
        "request",
        request_id = %context.request_id,
        method = %request.method(),
        path = %context.path,
        trace_id = tracing::field::Empty,
    );
    if let Some(trace) = context.trace {
        span.record("trace_id", tracing::field::display(trace.shown_id()));
        #[cfg(feature = "otlp")]
        trace.adopt(&span);
    }
    span
}

fn has_body(request: &Request) -> bool {
    !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    )
}

/// Ends when the deadline is over that may be moved meanwhile.
async fn past(mut deadline: watch::Receiver<Instant>) {
    loop {
        let until = *deadline.borrow_and_update();
        tokio::select! {
            () = tokio::time::sleep_until(until) => return,
            moved = deadline.changed() => if moved.is_err() {
                return tokio::time::sleep_until(until).await;
            },
        }
    }
}

fn finish(headers: &mut HeaderMap, request_id: &RequestId) {
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(X_REQUEST_ID, value);
    }
    headers.remove(header::SERVER);
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
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
