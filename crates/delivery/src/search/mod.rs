//! `GET /v1/search`: published guides by what they say.

mod cursor;
mod followed;
mod page;
mod turns;
mod view;

use std::sync::Arc;

use annai_content::{SearchFilter, SearchQuery, SearchQueryError};
use annai_web::{Problem, ProblemDocument, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::HeaderValue;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::answer::{Answer, Asked, Caching};
use crate::list::words;
use crate::parameters::Word;
use crate::state::DeliveryState;
use crate::trouble::{Broken, broken, not_loaded};
use cursor::{SearchCursor, search_name};
pub use followed::{FollowError, PublishedSearch};
use page::{Page, Wanted};
use view::FoundGuides;

/// How many guides a page has if nothing is said.
const USUAL_LIMIT: u32 = 20;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParameters {
    /// Words, parted by blanks; a guide must contain all of them, in title, tags, keywords, slug,
    /// headings or body. Width, case and kana do not matter. At most 10 words.
    #[param(min_length = 1, max_length = 200)]
    pub(crate) q: String,
    /// The category; repeated: any of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) category: Vec<String>,
    /// A tag; repeated: any of them.
    #[serde(default)]
    #[param(value_type = Vec<Word>)]
    pub(crate) tag: Vec<String>,
    /// The most guides of one page; 20 if not given.
    #[param(minimum = 1, maximum = 50)]
    pub(crate) limit: Option<u32>,
    /// Where the next page begins: from the page before.
    #[param(pattern = "^[A-Za-z0-9_-]+$", max_length = 512)]
    pub(crate) cursor: Option<String>,
}

/// Search in published guides
///
/// Those whose title has all words come first, then tags and keywords, then headings, then the
/// rest; the newest first among equals.
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
        (status = 503, description = "The database is away, the index is still being made, or too many search", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    asked: Asked,
) -> Result<Response, Problem> {
    let query = query.as_deref().unwrap_or_default();
    let Query(parameters) = Query::<SearchParameters>::parse(query)?;
    let name = search_name(&parameters);
    let wanted = read(parameters, &name)?;
    let now = state.site.now().ok_or_else(not_loaded)?;
    let turn = state.search.turn().await?;
    let wanted = Arc::new(wanted);
    let page = page::find(&state, &turn, &now, &wanted).await?;
    let content_ref = HeaderValue::try_from(page.name.to_string());
    let query = query.to_owned();
    let write = move || write(page, &wanted, name, &query);
    let bytes = turn.work(write).await?.map_err(|error| broken(&error))?;
    drop(turn);
    let answer = Answer {
        content_ref: content_ref.ok(),
        ..Answer::document(bytes, "application/json", Caching::Current)
    };
    answer
        .tagged(annai_domain::LISTS_TAG)
        .respond(&asked, &state)
        .await
}

fn write(page: Page, wanted: &Wanted, search: String, query: &str) -> Result<Vec<u8>, Broken> {
    let next = page.next.map(|hit| SearchCursor::new(search, hit).write());
    let answer = FoundGuides::of(page, wanted, query, next.transpose()?);
    Ok(serde_json::to_vec(&answer)?)
}

fn read(parameters: SearchParameters, name: &str) -> Result<Wanted, Problem> {
    let query = SearchQuery::parse(&parameters.q).map_err(|error| {
        let code = match error {
            SearchQueryError::Empty => "required",
            SearchQueryError::TooLong => "too_long",
            SearchQueryError::TooManyWords => "too_many",
        };
        Problem::invalid_parameter("q", code, error.to_string())
    })?;
    let limit = parameters.limit.unwrap_or(USUAL_LIMIT);
    if !(1..=50).contains(&limit) {
        return Err(Problem::invalid_parameter(
            "limit",
            "out_of_range",
            "1 to 50",
        ));
    }
    let cursor = parameters.cursor.as_deref();
    let cursor = cursor
        .map(|text| SearchCursor::read(text, name))
        .transpose()?;
    Ok(Wanted {
        query,
        filter: SearchFilter {
            categories: words("category", parameters.category)?,
            tags: words("tag", parameters.tag)?,
        },
        limit: limit as usize,
        after: cursor.as_ref().map(SearchCursor::hit),
    })
}
