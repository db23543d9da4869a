//! `GET /v1/search`: full-text search in the published guides.

mod cursor;
mod followed;
mod page;
mod permits;
mod request;
mod view;

use std::sync::Arc;

use annai_contract::FoundGuides;
use annai_web::{Problem, ProblemDocument, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::HeaderValue;

use crate::answer::{Answer, Caching, Negotiation};
use crate::error::{Broken, broken, not_loaded};
use crate::state::DeliveryState;
use cursor::SearchCursor;
pub use followed::{FollowError, PublishedSearch};
use page::SearchPage;
use request::{SearchParameters, SearchRequest};

/// Search in published guides
///
/// Guides with every Latin word as a whole word come first (`java` before `javascript`). Guides with
/// all words in the title follow, then in tags and keywords, then in headings, then in the body. Among
/// equals the more frequent words come first, then, within a page, the nearer ones, then the newest.
#[utoipa::path(
    get,
    path = "/v1/search",
    operation_id = "search_guides",
    tag = "guides",
    params(SearchParameters),
    responses(
        (status = 200, description = "A page", body = FoundGuides, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away, the index is not ready yet, or there are too many searches", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    let query = query.as_deref().unwrap_or_default();
    let Query(parameters) = Query::<SearchParameters>::parse(query)?;
    let (request, name) = SearchRequest::read(parameters)?;
    let now = state.site.now().ok_or_else(not_loaded)?;
    let permit = state.search.permit().await?;
    let request = Arc::new(request);
    let page = page::find(&state, &permit, &now, &request).await?;
    let content_ref = HeaderValue::try_from(page.name.to_string());
    let query = query.to_owned();
    let write = move || write(page, &request, name, &query);
    let bytes = permit.work(write).await?.map_err(|error| broken(&error))?;
    drop(permit);
    let answer = Answer {
        content_ref: content_ref.ok(),
        ..Answer::document(bytes, "application/json", Caching::Current)
    };
    let answer = answer.tagged(annai_domain::LISTS_TAG);
    state.respond(&answer, &negotiation).await
}

fn write(
    page: SearchPage,
    request: &SearchRequest,
    search: String,
    query: &str,
) -> Result<Vec<u8>, Broken> {
    let next = page.next.map(|hit| SearchCursor::new(search, hit).write());
    let answer = view::document(page, request, query, next.transpose()?);
    Ok(serde_json::to_vec(&answer)?)
}
