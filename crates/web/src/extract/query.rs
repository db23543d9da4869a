use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::strict::{Fault, Texts};
use crate::{Problem, ProblemError, ProblemKind};

/// The parameters of the query string. What `T` does not know is refused with 400 and with what
/// was probably meant; so is a repeated parameter, unless `T` has a list in its place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> Query<T> {
    /// Reads a query string as it stands behind the `?`, where a handler first has to see which
    /// parameters there are.
    ///
    /// # Errors
    ///
    /// A 400 problem that names the parameter.
    pub fn parse(query: &str) -> Result<Self, Problem> {
        Texts::read(query)
            .and_then(Texts::into)
            .map(Query)
            .map_err(|fault| bad_parameter(&fault))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

fn bad_parameter(fault: &Fault) -> Problem {
    let name = fault.outermost().unwrap_or_default();
    if fault.code == "unknown" {
        return Problem::unknown_parameter(name, fault.known);
    }
    Problem::new(ProblemKind::InvalidParameter)
        .with_detail(format!("{name}: {fault}"))
        .with_error(
            ProblemError::parameter(name, fault.code)
                .with_message(fault.to_string())
                .with_suggestion(fault.suggestion.clone()),
        )
}
