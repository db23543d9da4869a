use annai_domain::RevisionId;
use annai_web::{IfMatch, Problem};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::error::ApiError;

/// The revision that a text is based on, from `If-Match`. Responds with 428 without it, and 400 if
/// it is not the tag of one revision.
#[derive(Debug, Clone, Copy)]
pub(super) struct BaseRevision(pub(super) RevisionId);

impl<S: Sync> FromRequestParts<S> for BaseRevision {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let condition = <IfMatch as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let revision = condition.single().and_then(|tag| tag.opaque().parse().ok());
        revision.map(Self).ok_or_else(|| {
            let message = "send the ETag of exactly one revision";
            Problem::invalid_parameter("If-Match", "not_a_revision", message).into()
        })
    }
}
