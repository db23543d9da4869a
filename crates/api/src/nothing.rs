use annai_web::{Problem, Query};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body `{}`. Even a command without parameters takes JSON, which a form of another site cannot
/// send.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Proof that a request has no query parameters. Extract it after the person.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoParameters;

impl NoParameters {
    /// Refuses every query parameter.
    ///
    /// # Errors
    ///
    /// 400 with the name of a parameter.
    pub(super) fn of(parts: &Parts) -> Result<Self, Problem> {
        Query::<Nothing>::parse(parts.uri.query().unwrap_or_default()).map(|Query(Nothing {})| Self)
    }
}

impl<S: Sync> FromRequestParts<S> for NoParameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(parts)
    }
}
