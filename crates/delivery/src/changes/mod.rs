//! The change feed: a reader that only follows it ends with the site as it is.

mod page;
mod since;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use annai_domain::RefName;
use annai_web::{Problem, ProblemDocument, Query, allow_time};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

use crate::answer::{Answer, Asked, Caching, Entity, Written};
use crate::parameters::ChangesParameters;
use crate::site::{Question, Subject};
use crate::state::DeliveryState;
use crate::trouble::{broken, not_loaded, storage_problem};
use crate::writing::{self, Out, Stopped};

use page::{ChangeList, Page};

/// What of the feed is wanted.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    /// About how many changes a page has.
    limit: u32,
    /// Whether the guides' documents stand in it.
    documents: bool,
}

/// The change feed
///
/// What changed behind a token, each slug once and as it is now, the oldest change first. A
/// guide whose related cards changed has changed too. `links.next` is where to go on; it never
/// expires. With `Accept: text/event-stream` the same pages come as events, the token as `id`.
#[utoipa::path(
    get,
    path = "/v1/changes",
    operation_id = "list_changes",
    tag = "changes",
    params(
        ChangesParameters,
        ("Last-Event-ID" = Option<String>, Header, pattern = "^[0-9]+-[0-9a-f]{8}$", description = "Of a stream: the token to go on from; wins over `since`")
    ),
    responses(
        (status = 200, description = "A page, or a stream of them",
         content((ChangeList = "application/json"), (String = "text/event-stream"))),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "The token is of another database: begin again at `restart`", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away, or there are too many streams", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_changes(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    get(&state, query.as_deref().unwrap_or_default(), &headers).await
}

/// The answer. Who has caught up is told so all day: from memory, without reading the question.
pub(crate) async fn get(
    state: &DeliveryState,
    query: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let resumed = stream::last_event_id(headers)?;
    let mut response = if stream::is_wanted(headers) {
        Box::pin(open_stream(state, query, resumed)).await?
    } else {
        let now = state.site.now().ok_or_else(not_loaded)?;
        let question = Question {
            about: Subject::Changes,
            name: now.position.name,
            query: query.into(),
        };
        let known = state.site.made().answer(&question).await;
        let answer = match known {
            Some(answer) => answer,
            None => Box::pin(page(state, question)).await?,
        };
        let asked = Asked::from_headers(headers);
        answer.respond(&asked, state).await?
    };
    let by_accept = HeaderValue::from_static("Accept");
    response.headers_mut().append(header::VARY, by_accept);
    Ok(response)
}

async fn open_stream(
    state: &DeliveryState,
    query: &str,
    resumed: Option<RefName>,
) -> Result<Response, Problem> {
    let Query(parameters) = Query::<ChangesParameters>::parse(query)?;
    let wanted = Wanted::read(&parameters)?;
    if parameters.wait.is_some() {
        let message = "a stream waits by itself";
        let problem = Problem::invalid_parameter("wait", "not_with_stream", message);
        return Err(problem);
    }
    stream::open(state, resumed.or(parameters.since), wanted).await
}

impl Wanted {
    fn read(parameters: &ChangesParameters) -> Result<Self, Problem> {
        let documents = parameters.body.is_none();
        let (most, message) = if documents {
            (100, "1 to 100, with documents")
        } else {
            (1000, "1 to 1000")
        };
        let limit = parameters.limit.unwrap_or(100);
        if !(1..=most).contains(&limit) {
            return Err(Problem::invalid_parameter("limit", "out_of_range", message));
        }
        if parameters
            .wait
            .is_some_and(|wait| !(1..=25).contains(&wait))
        {
            let message = "1 to 25 seconds";
            return Err(Problem::invalid_parameter("wait", "out_of_range", message));
        }
        Ok(Self { limit, documents })
    }
}

async fn page(state: &DeliveryState, question: Question) -> Result<Arc<Answer>, Problem> {
    let Query(parameters) = Query::<ChangesParameters>::parse(&question.query)?;
    let wanted = Wanted::read(&parameters)?;
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
    }
    let page = Page::load(state, now, since, wanted.limit).await;
    let page = page.map_err(|error| storage_problem(&error))?;
    let content_ref = Some(page.now.content_ref.clone());
    let name = format!("changes {since} {} {wanted:?}", page.now.position.name);
    let is_of_question = page.now.position.name == question.name && parameters.wait.is_none();
    let is_lasting = page.is_empty() && is_of_question;
    let entity = if page.is_empty() {
        let made = state.site.made().get(name, async || page.empty(wanted));
        Entity::Made(made.await.map_err(|error| broken(&error))?)
    } else {
        let (state, page) = (state.clone(), Arc::new(page));
        Entity::Written(Written::new(&name, move || {
            writing::body(|out| write(state.clone(), Arc::clone(&page), wanted, out))
        }))
    };
    let answer = Answer {
        content_ref,
        ..Answer::plain(entity, "application/json", Caching::Revalidated)
    };
    let answer = Arc::new(answer.tagged("refs"));
    if is_lasting {
        let answer = Arc::clone(&answer);
        state.site.made().keep(question, answer).await;
    }
    Ok(answer)
}

async fn write(
    state: DeliveryState,
    page: Arc<Page>,
    wanted: Wanted,
    out: Out,
) -> Result<(), Stopped> {
    page.write(&state, wanted, &out).await
}
