mod document;
mod request;

use std::sync::Arc;

use annai_contract::GuideList;
use annai_domain::RefName;
use annai_web::{Path, Problem, ProblemDocument, ProblemKind, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;

use crate::answer::{Answer, Entity, Negotiation};
use crate::answered::{Question, Subject};
use crate::cursor::Cursor;
use crate::error::{Broken, broken, not_loaded};
use crate::parameters::ListParameters;
use crate::state::DeliveryState;
use crate::view::View;
use document::{ListPage, write};
use request::ListRequest;
pub(crate) use request::words;

/// The surrogate key of every list.
const LIST_TAG: HeaderValue = HeaderValue::from_static(annai_domain::LISTS_TAG);
/// The link to the schema of the listed guides.
const DESCRIBED_BY: HeaderValue =
    HeaderValue::from_static("</v1/schemas/guide.json>; rel=\"describedby\"");

/// Published guides
///
/// A page of the published guides that satisfy every filter. The next page comes from the same
/// snapshot, whatever is published meanwhile.
#[utoipa::path(
    get,
    path = "/v1/guides",
    operation_id = "list_guides",
    tag = "guides",
    params(ListParameters),
    responses(
        (status = 200, description = "A page", body = GuideList, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "The cursor belongs to another database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_current(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    get(
        &state,
        None,
        query.as_deref().unwrap_or_default(),
        &negotiation,
    )
    .await
}

/// Guides that were published at a ref
///
/// Frozen: the bytes and the entity tag of that time, for ever.
#[utoipa::path(
    get,
    path = "/v1/@{ref}/guides",
    operation_id = "list_guides_at_ref",
    tag = "guides",
    params(("ref" = String, Path, description = "The ref"), ListParameters),
    responses(
        (status = 200, description = "A page", body = GuideList, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "The path does not name a ref", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "The ref or the cursor belongs to another database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_at_ref(
    State(state): State<DeliveryState>,
    Path(pinned): Path<RefName>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    get(
        &state,
        Some(pinned),
        query.as_deref().unwrap_or_default(),
        &negotiation,
    )
    .await
}

/// Answers either request. A repeated question gets the kept answer of the same snapshot.
pub(crate) async fn get(
    state: &DeliveryState,
    pinned: Option<RefName>,
    query: &str,
    negotiation: &Negotiation,
) -> Result<Response, Problem> {
    let now = state.site.now().ok_or_else(not_loaded)?;
    let question = Question {
        about: pinned.map_or(Subject::List, |_| Subject::ListAtRef),
        history: now.history,
        name: pinned.unwrap_or(now.position.name),
        query: query.into(),
    };
    if let Some(answer) = state.answered.get(&question).await {
        return state.respond(&answer, negotiation).await;
    }
    let Query(parameters) = Query::<ListParameters>::parse(query)?;
    // Every request checks anew that `min_ref` belongs to this history.
    let is_lasting = parameters.min_ref.is_none();
    let answer = Arc::new(Box::pin(answer(state, pinned, query, parameters)).await?);
    if is_lasting {
        let answer = Arc::clone(&answer);
        state.answered.keep(question, answer).await;
    }
    state.respond(&answer, negotiation).await
}

async fn answer(
    state: &DeliveryState,
    pinned: Option<RefName>,
    query: &str,
    parameters: ListParameters,
) -> Result<Answer, Problem> {
    let min_ref = parameters.min_ref;
    let request = ListRequest::read(parameters, state)?;
    let view = view(state, pinned, min_ref, request.cursor.as_ref()).await?;
    let changed = view.list_changed_at(state, &request.filters).await?;
    let cursor = request.cursor.as_ref();
    if cursor.is_some_and(|cursor| cursor.name != changed.name) {
        return Err(other_snapshot());
    }
    let key = format!("list {} {query}", changed.name);
    let page = || compose(state, &view, changed.name, &request, query);
    let composed = state.site.composed().get(key, page).await;
    Ok(Answer {
        entity: Entity::Composed(composed.map_err(|error| broken(&error))?),
        media_type: "application/json",
        caching: view.caching(),
        content_ref: view.content_ref(),
        surrogate_key: Some(LIST_TAG),
        cache_tag: Some(LIST_TAG),
        link: Some(DESCRIBED_BY),
        sandboxed: false,
    })
}

async fn compose(
    state: &DeliveryState,
    view: &View,
    name: RefName,
    request: &ListRequest,
    query: &str,
) -> Result<Bytes, Broken> {
    let after = request.cursor.as_ref().map(Cursor::after);
    let order = (request.sort, after.as_ref(), request.limit + 1);
    let guides = view.list(state, &request.filters, order).await?;
    let page = ListPage::of(&guides, name, request);
    Ok(write(state, &page, request, query).await?.into())
}

/// Returns the view that answers: the ref in the path, else the one in the cursor, else now.
async fn view(
    state: &DeliveryState,
    pinned: Option<RefName>,
    min_ref: Option<RefName>,
    cursor: Option<&Cursor>,
) -> Result<View, Problem> {
    if min_ref.is_some() && cursor.is_some() {
        let message = "the cursor names the ref already";
        return Err(Problem::invalid_parameter(
            "min_ref",
            "with_cursor",
            message,
        ));
    }
    match (pinned, cursor) {
        (None, Some(cursor)) => View::at(state, cursor.name).await?.ok_or_else(|| {
            Problem::new(ProblemKind::CursorExpired)
                .with_detail("the cursor does not belong to this database: begin again")
                .with_extension("restart", "/v1/guides")
        }),
        (Some(_), _) | (None, None) => View::resolve(state, pinned, min_ref).await,
    }
}

fn other_snapshot() -> Problem {
    Problem::invalid_parameter("cursor", "other_ref", "the cursor belongs to another ref")
}
