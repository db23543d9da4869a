mod document;
mod kind;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Map, Value};

pub use document::{ProblemDocument, ProblemError};
pub use kind::ProblemKind;

use crate::context;
use crate::context::RequestContext;
use crate::trace::TraceParent;

/// An error response as RFC 9457 describes it.
///
/// A handler returns it as its error. Path and request id come from the request under way. A fault
/// of the server shows nothing but that id.
#[derive(Debug, Clone)]
pub struct Problem(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: ProblemKind,
    detail: Option<String>,
    errors: Vec<ProblemError>,
    extensions: Map<String, Value>,
    headers: HeaderMap,
}

impl Problem {
    /// Creates a problem of `kind` without details.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: None,
            errors: Vec::new(),
            extensions: Map::new(),
            headers: HeaderMap::new(),
        }))
    }

    /// Creates a 404 problem: nothing is here, or nothing that the client may know of.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ProblemKind::NotFound)
    }

    /// Creates a 400 problem: `parameter` has an invalid value; `message` names the valid ones.
    #[must_use]
    pub fn invalid_parameter(parameter: &str, code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let error = ProblemError::parameter(parameter, code).with_message(message.clone());
        Self::new(ProblemKind::InvalidParameter)
            .with_detail(format!("{parameter}: {message}"))
            .with_error(error)
    }

    /// Creates a 400 problem: `parameter` does not exist here; `known` lists those that do.
    #[must_use]
    pub(crate) fn unknown_parameter(parameter: &str, known: &[&str]) -> Self {
        let suggestion = crate::suggest(parameter, known);
        let detail = match suggestion {
            Some(suggestion) => {
                format!("there is no parameter `{parameter}`; did you mean `{suggestion}`?")
            }
            None if known.is_empty() => {
                format!("there is no parameter `{parameter}`; none is taken here")
            }
            None => format!(
                "there is no parameter `{parameter}`; there are: {}",
                known.join(", ")
            ),
        };
        let mut problem = Self::new(ProblemKind::UnknownParameter)
            .with_error(ProblemError::parameter(parameter, "unknown").with_suggestion(suggestion))
            .with_detail(detail);
        if let Some(suggestion) = suggestion {
            problem = problem.with_extension("suggestion", suggestion);
        }
        problem
    }

    /// Creates a 503 problem: a retry after `retry_after`, rounded up to seconds, may succeed.
    #[must_use]
    pub fn unavailable(retry_after: Duration) -> Self {
        Self::new(ProblemKind::Unavailable)
            .with_detail("the service cannot answer at the moment; try again")
            .with_retry_after(retry_after)
    }

    /// Creates a 503 problem: the change may have been made or not. A repeat with the same
    /// Idempotency-Key after `retry_after` tells.
    #[must_use]
    pub fn commit_unknown(retry_after: Duration) -> Self {
        Self::new(ProblemKind::CommitUnknown)
            .with_detail("the database did not confirm the change, so it may have been made; repeat the request with the same Idempotency-Key, or look before you repeat it")
            .with_retry_after(retry_after)
    }

    /// Logs `error` once, with all its causes, and creates a 500 problem that shows only the
    /// request id.
    #[must_use]
    pub fn internal(error: &dyn Error) -> Self {
        let context = context::current();
        let context = context.as_deref();
        let trace = context.and_then(|context| context.trace);
        tracing::error!(
            request_id = context.map(|context| tracing::field::display(context.request_id)),
            trace_id = trace.map(TraceParent::shown_id),
            path = context.map(RequestContext::path),
            error = %error_chain(error),
            "a request failed"
        );
        Self::new(ProblemKind::Internal)
            .with_detail("the server failed; its log has the details under this request id")
    }

    /// Adds an explanation in English.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds one detail.
    #[must_use]
    pub fn with_error(mut self, error: ProblemError) -> Self {
        self.0.errors.push(error);
        self
    }

    /// Adds details.
    #[must_use]
    pub fn with_errors(mut self, errors: impl IntoIterator<Item = ProblemError>) -> Self {
        self.0.errors.extend(errors);
        self
    }

    /// Adds a member that only this kind of problem has.
    #[must_use]
    pub fn with_extension(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extensions.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.insert(name, value);
        self
    }

    /// Sets `Retry-After`, rounded up to seconds.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with_header(header::RETRY_AFTER, seconds.into())
    }

    /// Returns the kind of problem.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    /// Returns the explanation in English.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// Returns the details.
    #[must_use]
    pub fn errors(&self) -> &[ProblemError] {
        &self.0.errors
    }

    /// Returns the response's headers besides the media type.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the body of the response to the request under way.
    #[must_use]
    pub fn document(&self) -> ProblemDocument {
        let context = context::current();
        ProblemDocument {
            kind: format!("/problems/{}", self.0.kind.name()),
            title: self.0.kind.title(),
            status: self.0.kind.status().as_u16(),
            detail: self.0.detail.clone(),
            instance: context.as_deref().map(RequestContext::path),
            request_id: context.map(|context| context.request_id.to_string()),
            errors: self.0.errors.clone(),
            extensions: self.0.extensions.clone(),
        }
    }
}

impl From<ProblemKind> for Problem {
    fn from(kind: ProblemKind) -> Self {
        Self::new(kind)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.document()).unwrap_or_default(); // only strings and numbers: this cannot fail
        let mut headers = self.0.headers;
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        (self.0.kind.status(), headers, body).into_response()
    }
}

/// Formats an error and all its causes on one line, for the log.
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}
