use annai_storage::delivery::current_position;
use annai_web::{IfNoneMatch, Problem, ProblemDocument, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::json;

use crate::answer::{Answer, Caching};
use crate::openapi::CurrentRef;
use crate::parameters::NoParameters;
use crate::state::DeliveryState;
use crate::trouble::storage_problem;

/// The current ref
///
/// What to pin a build to: `/v1/@{ref}/…` stays as it is now.
#[utoipa::path(
    get,
    path = "/v1/refs/current",
    operation_id = "get_current_ref",
    tag = "refs",
    responses(
        (status = 200, description = "The current ref", body = CurrentRef, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_current(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    held: IfNoneMatch,
) -> Result<Response, Problem> {
    Query::<NoParameters>::parse(query.as_deref().unwrap_or_default())?;
    let position = current_position(&state.db).await;
    let position = position.map_err(|error| storage_problem(&error))?;
    let name = position.name;
    let document = json!({
        "data": { "ref": name, "published_at": position.published_at },
        "links": { "self": "/v1/refs/current", "guides": format!("/v1/@{name}/guides") },
    });
    let bytes = document.to_string().into_bytes();
    let answer = Answer {
        content_ref: Some(name),
        last_modified: position.published_at,
        cache_tags: vec![annai_domain::REFS_TAG.to_owned()],
        ..Answer::document(bytes, "application/json", Caching::Revalidated)
    };
    Ok(answer.respond(&held, state.settings))
}
