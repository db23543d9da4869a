//! The change feed: a reader that follows it ends with the current site.

mod page;
mod permits;
mod request;
mod since;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use annai_contract::ChangeList;
use annai_domain::RefName;
use annai_web::{ClientAddress, Problem, ProblemDocument, Query, allow_time};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::answer::{Answer, Caching, Entity, Negotiation, Written};
use crate::answered::{Question, Subject};
use crate::consumers::Caller;
use crate::error::{broken, not_loaded, storage_problem};
use crate::parameters::ChangesParameters;
use crate::state::DeliveryState;
use crate::writing;

use page::ChangePage;
pub(crate) use permits::StreamPermits;
use request::ChangesRequest;

/// The change feed
///
/// The changes behind a token, each slug once and in its current state, the oldest change first.
/// A guide whose related cards changed counts as changed. `links.next` continues the feed and never
/// expires. With `Accept: text/event-stream` the same pages come as events, with the token as `id`.
#[utoipa::path(
    get,
    path = "/v1/changes",
    operation_id = "list_changes",
    tag = "changes",
    params(
        ChangesParameters,
        ("Last-Event-ID" = Option<String>, Header, pattern = "^[0-9]+-[0-9a-f]{8}$", description = "The token after which a stream continues; wins over `since`")
    ),
    responses(
        (status = 200, description = "A page, or a stream of them",
         content((ChangeList = "application/json"), (String = "text/event-stream"))),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "The token belongs to another database: begin again at `restart`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away, or there are too many streams", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_changes(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    client: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let client = client.map(|Extension(client)| client);
    get(
        &state,
        query.as_deref().unwrap_or_default(),
        client,
        &headers,
    )
    .await
}

/// Answers the request. Readers that have caught up poll all day, so memory answers them without
/// parsing the query.
pub(crate) async fn get(
    state: &DeliveryState,
    query: &str,
    client: Option<ClientAddress>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let resumed = stream::last_event_id(headers)?;
    let mut response = if stream::is_wanted(headers) {
        Box::pin(open_stream(
            state,
            query,
            resumed,
            Caller::of(client, headers),
        ))
        .await?
    } else {
        let now = state.site.now().ok_or_else(not_loaded)?;
        let question = Question {
            about: Subject::Changes,
            history: now.history,
            name: now.position.name,
            query: query.into(),
        };
        let known = state.answered.get(&question).await;
        let answer = match known {
            Some(answer) => answer,
            None => Box::pin(page(state, question, client, headers)).await?,
        };
        let negotiation = Negotiation::from_headers(headers);
        state.respond(&answer, &negotiation).await?
    };
    let by_accept = HeaderValue::from_static("Accept");
    response.headers_mut().append(header::VARY, by_accept);
    Ok(response)
}

async fn open_stream(
    state: &DeliveryState,
    query: &str,
    resumed: Option<RefName>,
    caller: Caller,
) -> Result<Response, Problem> {
    let Query(parameters) = Query::<ChangesParameters>::parse(query)?;
    let request = ChangesRequest::read(&parameters)?;
    if parameters.wait.is_some() {
        let message = "a stream waits by itself";
        let problem = Problem::invalid_parameter("wait", "not_with_stream", message);
        return Err(problem);
    }
    stream::open(state, resumed.or(parameters.since), request, caller).await
}

async fn page(
    state: &DeliveryState,
    question: Question,
    client: Option<ClientAddress>,
    headers: &HeaderMap,
) -> Result<Arc<Answer>, Problem> {
    let Query(parameters) = Query::<ChangesParameters>::parse(&question.query)?;
    let request = ChangesRequest::read(&parameters)?;
    let since = since::check(state, parameters.since).await?;
    let mut now = state.site.now().ok_or_else(not_loaded)?;
    if let (Some(wait), true) = (parameters.wait, now.at() <= since.number) {
        let wait = Duration::from_secs(wait.into());
        allow_time(wait + Duration::from_secs(10));
        now = state
            .site
            .later_than(since.number, wait)
            .await
            .unwrap_or(now);
        state
            .consumers
            .admit_again(&Caller::of(client, headers))
            .await?;
    }
    let page = ChangePage::load(state, now, since, request.limit).await;
    let page = page.map_err(|error| storage_problem(&error))?;
    let content_ref = Some(page.now.content_ref.clone());
    let name = format!("changes {since} {} {request:?}", page.now.position.name);
    let is_of_question = page.now.position.name == question.name && parameters.wait.is_none();
    let is_lasting = page.is_empty() && is_of_question;
    let entity = if page.is_empty() {
        let composed = state
            .site
            .composed()
            .get(name, async || page.empty(request));
        Entity::Composed(composed.await.map_err(|error| broken(&error))?)
    } else {
        let (state, page) = (state.clone(), Arc::new(page));
        let (writers, network) = (state.writers.clone(), client.map(ClientAddress::network));
        let written = Written::new(&name, writers, network, move |permit| {
            let (state, page) = (state.clone(), Arc::clone(&page));
            writing::body(async move |out| {
                let _held = permit;
                page.write(&state, request, &out).await
            })
        });
        Entity::Written(written)
    };
    let answer = Answer {
        content_ref,
        ..Answer::plain(entity, "application/json", Caching::Revalidated)
    };
    let answer = Arc::new(answer.tagged(annai_domain::REFS_TAG));
    if is_lasting {
        let answer = Arc::clone(&answer);
        state.answered.keep(question, answer).await;
    }
    Ok(answer)
}
