use std::error::Error;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::strict::{InputError, Malformed, from_value, parse};
use crate::{Problem, ProblemError, ProblemKind};

/// The largest JSON body, in bytes.
pub(crate) const JSON_LIMIT: usize = 1024 * 1024;
/// The time within which a body must arrive.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A JSON body as an extractor, and a JSON response.
///
/// The extractor takes `application/json` only (415) and at most 1 MiB (413). The body must be
/// well-formed and without repeated keys (400, with line and column). A key that `T` does not have,
/// at any level, is refused (422, with the probable spelling). Flattened and internally tagged
/// parts of `T` must be marked `deny_unknown_fields`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(ProblemKind::UnsupportedMediaType)
                .with_detail("send the body as `content-type: application/json`"));
        }
        let body = read_body(request.into_body(), JSON_LIMIT).await?;
        let value = parse(&body).map_err(|malformed| malformed_body(&malformed))?;
        from_value(value)
            .map(Json)
            .map_err(|error| invalid_body(&error))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Reads a whole body of at most `limit` bytes that arrives within 30 seconds.
///
/// # Errors
///
/// Returns a 413 problem beyond the limit, 408 after the time limit, 400 when the body breaks off.
async fn read_body(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let reading = axum::body::to_bytes(body, limit);
    let Ok(bytes) = tokio::time::timeout(BODY_TIMEOUT, reading).await else {
        return Err(Problem::new(ProblemKind::RequestTimeout));
    };
    bytes.map_err(|error| {
        if is_too_long(&error) {
            Problem::new(ProblemKind::PayloadTooLarge)
                .with_detail(format!("the body may have at most {limit} bytes"))
        } else {
            Problem::new(ProblemKind::MalformedBody)
                .with_detail("the connection ended before the whole body arrived")
        }
    })
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Returns whether the type is `application/json`, with or without `charset=utf-8`.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return false;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let (essence, parameters) = value.split_once(';').unwrap_or((value, ""));
    let parameters = parameters.trim().to_ascii_lowercase();
    essence.trim().eq_ignore_ascii_case("application/json")
        && matches!(
            parameters.as_str(),
            "" | "charset=utf-8" | "charset=\"utf-8\""
        )
}

fn malformed_body(malformed: &Malformed) -> Problem {
    let Malformed {
        line,
        column,
        message,
    } = malformed;
    Problem::new(ProblemKind::MalformedBody)
        .with_detail(format!("line {line}, column {column}: {message}"))
        .with_error(
            ProblemError::pointer("", "malformed")
                .with_message(message)
                .with_position(*line, *column),
        )
}

fn invalid_body(error: &InputError) -> Problem {
    let pointer = error.pointer();
    Problem::new(ProblemKind::Validation)
        .with_detail(format!(
            "{}: {error}",
            if pointer.is_empty() {
                "the body"
            } else {
                &pointer
            }
        ))
        .with_error(
            ProblemError::pointer(pointer, error.code)
                .with_message(error.to_string())
                .with_suggestion(error.suggestion.clone()),
        )
}
