use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::strict::{InputError, UrlEncoded};
use crate::{Problem, ProblemError, ProblemKind};

/// The parameters of the query string.
///
/// A parameter that `T` does not know is refused with 400 and the probable spelling. So is a
/// repeated parameter, unless `T` holds a list there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> Query<T> {
    /// Parses a raw query string, without its `?`.
    ///
    /// For handlers that must look at the parameters before they choose a type.
    ///
    /// # Errors
    ///
    /// Returns a 400 problem that names the parameter.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        UrlEncoded::read(query)
            .and_then(UrlEncoded::into)
            .map(Query)
            .map_err(|error| bad_parameter(&error))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

fn bad_parameter(error: &InputError) -> Problem {
    let name = error.outermost().unwrap_or_default();
    if error.code == "unknown" {
        return Problem::unknown_parameter(name, error.known);
    }
    Problem::new(ProblemKind::InvalidParameter)
        .with_detail(format!("{name}: {error}"))
        .with_error(
            ProblemError::parameter(name, error.code)
                .with_message(error.to_string())
                .with_suggestion(error.suggestion.clone()),
        )
}
