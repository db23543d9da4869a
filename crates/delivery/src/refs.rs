use annai_storage::delivery::LedgerPosition;
use annai_web::{Problem, ProblemDocument, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::json;

use crate::answer::{Answer, Asked, Caching, http_date};
use crate::openapi::CurrentRef;
use crate::parameters::NoParameters;
use crate::state::DeliveryState;
use crate::trouble::not_loaded;

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
    asked: Asked,
) -> Result<Response, Problem> {
    Query::<NoParameters>::parse(query.as_deref().unwrap_or_default())?;
    let now = state.site.now().ok_or_else(not_loaded)?;
    let LedgerPosition { name, published_at } = now.position;
    let document = json!({
        "data": { "ref": name, "published_at": published_at },
        "links": { "self": "/v1/refs/current", "guides": format!("/v1/@{name}/guides") },
    });
    let bytes = document.to_string().into_bytes();
    let answer = Answer {
        content_ref: Some(now.content_ref.clone()),
        last_modified: published_at.and_then(http_date),
        ..Answer::document(bytes, "application/json", Caching::Revalidated)
    };
    answer
        .tagged(annai_domain::REFS_TAG)
        .respond(&asked, &state)
        .await
}
