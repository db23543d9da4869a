mod document;

use std::sync::Arc;

use annai_domain::{RefName, Slug};
use annai_storage::delivery::{ListFilters, ListSort};
use annai_web::{Path, Problem, ProblemDocument, ProblemKind, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use jiff::Timestamp;

use crate::answer::{Answer, Asked, Entity, http_date};
use crate::cursor::{Cursor, list_name};
use crate::openapi::GuideList;
use crate::parameters::{BodyParts, ListParameters, Sort};
use crate::representation::Shape;
use crate::site::{Guide, Question, Subject};
use crate::state::DeliveryState;
use crate::trouble::{Broken, broken, not_loaded};
use crate::view::View;
use document::write;

/// How many guides a page has if nothing is said.
const USUAL_LIMIT: u32 = 20;
/// The surrogate key of every list.
const LIST_TAG: HeaderValue = HeaderValue::from_static(annai_domain::LISTS_TAG);
/// What the guides of a list look like.
const DESCRIBED_BY: HeaderValue =
    HeaderValue::from_static("</v1/schemas/guide.json>; rel=\"describedby\"");

/// What is asked for.
#[derive(Debug)]
struct Wanted {
    filters: ListFilters,
    sort: ListSort,
    limit: u32,
    cursor: Option<Cursor>,
    shape: Shape,
}

/// One page of a list.
#[derive(Debug)]
struct Page<'a> {
    /// The ref since which the list has not changed.
    name: RefName,
    guides: &'a [Arc<Guide>],
    next: Option<Cursor>,
}

/// Published guides
///
/// A page of the guides that are published now and satisfy every filter. The next page is of the
/// same snapshot, whatever is published meanwhile.
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
        (status = 410, description = "The cursor is of another database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_current(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    asked: Asked,
) -> Result<Response, Problem> {
    get(&state, None, query.as_deref().unwrap_or_default(), &asked).await
}

/// Guides that were published at a ref
///
/// Frozen: the same bytes and the same entity tag as were served then, for ever.
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
        (status = 404, description = "This is no ref", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "The ref or the cursor is of another database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_at_ref(
    State(state): State<DeliveryState>,
    Path(pinned): Path<RefName>,
    RawQuery(query): RawQuery,
    asked: Asked,
) -> Result<Response, Problem> {
    get(
        &state,
        Some(pinned),
        query.as_deref().unwrap_or_default(),
        &asked,
    )
    .await
}

/// The answer to either: the same as to whoever asked the same of the same snapshot before.
pub(crate) async fn get(
    state: &DeliveryState,
    pinned: Option<RefName>,
    query: &str,
    asked: &Asked,
) -> Result<Response, Problem> {
    let now = state.site.now().ok_or_else(not_loaded)?;
    let question = Question {
        about: pinned.map_or(Subject::List, |_| Subject::ListAtRef),
        name: pinned.unwrap_or(now.position.name),
        query: query.into(),
    };
    if let Some(answer) = state.site.made().answer(&question).await {
        return answer.respond(asked, state).await;
    }
    let Query(parameters) = Query::<ListParameters>::parse(query)?;
    // Whether that ref is of this history is asked every time.
    let is_lasting = parameters.min_ref.is_none();
    let answer = Arc::new(Box::pin(answer(state, pinned, query, parameters)).await?);
    if is_lasting {
        let answer = Arc::clone(&answer);
        state.site.made().keep(question, answer).await;
    }
    answer.respond(asked, state).await
}

async fn answer(
    state: &DeliveryState,
    pinned: Option<RefName>,
    query: &str,
    parameters: ListParameters,
) -> Result<Answer, Problem> {
    let min_ref = parameters.min_ref;
    let wanted = Wanted::read(parameters, state)?;
    let view = view(state, pinned, min_ref, wanted.cursor.as_ref()).await?;
    let changed = view.list_changed_at(state, &wanted.filters).await?;
    let cursor = wanted.cursor.as_ref();
    if cursor.is_some_and(|cursor| cursor.name != changed.name) {
        return Err(other_snapshot());
    }
    let key = format!("list {} {query}", changed.name);
    let page = || make(state, &view, changed.name, &wanted, query);
    let ready = state.site.made().get(key, page).await;
    Ok(Answer {
        entity: Entity::Made(ready.map_err(|error| broken(&error))?),
        media_type: "application/json",
        caching: view.caching(),
        content_ref: view.content_ref(),
        last_modified: changed.published_at.and_then(http_date),
        surrogate_key: Some(LIST_TAG),
        cache_tag: Some(LIST_TAG),
        link: Some(DESCRIBED_BY),
        sandboxed: false,
    })
}

async fn make(
    state: &DeliveryState,
    view: &View,
    name: RefName,
    wanted: &Wanted,
    query: &str,
) -> Result<Bytes, Broken> {
    let after = wanted.cursor.as_ref().map(Cursor::after);
    let order = (wanted.sort, after.as_ref(), wanted.limit + 1);
    let guides = view.list(state, &wanted.filters, order).await?;
    let page = Page::of(&guides, name, wanted);
    Ok(write(state, &page, wanted, query).await?.into())
}

/// What the request is answered from: the ref in its path, else the one in its cursor, else now.
async fn view(
    state: &DeliveryState,
    pinned: Option<RefName>,
    min_ref: Option<RefName>,
    cursor: Option<&Cursor>,
) -> Result<View, Problem> {
    if min_ref.is_some() && cursor.is_some() {
        let message = "a cursor says by itself which ref answers";
        return Err(Problem::invalid_parameter(
            "min_ref",
            "with_cursor",
            message,
        ));
    }
    match (pinned, cursor) {
        (None, Some(cursor)) => View::at(state, cursor.name).await?.ok_or_else(|| {
            Problem::new(ProblemKind::CursorExpired)
                .with_detail("the cursor is not of this database: begin again")
                .with_extension("restart", "/v1/guides")
        }),
        (Some(_), _) | (None, None) => View::resolve(state, pinned, min_ref).await,
    }
}

fn other_snapshot() -> Problem {
    Problem::invalid_parameter("cursor", "other_ref", "the cursor belongs to another ref")
}

impl Wanted {
    fn read(parameters: ListParameters, state: &DeliveryState) -> Result<Self, Problem> {
        let sort = ListSort::from(parameters.sort.unwrap_or(Sort::PublishedAtDescending));
        let shape = Shape::asked(
            &Shape::LISTED,
            parameters.fields.clone(),
            parameters.body,
            parameters.include,
            &state.schema,
        )?;
        let most = if shape.body == BodyParts::NONE {
            1000
        } else {
            100
        };
        let limit = parameters.limit.unwrap_or(USUAL_LIMIT);
        if !(1..=most).contains(&limit) {
            let message = if most == 100 {
                "1 to 100, with bodies"
            } else {
                "1 to 1000"
            };
            return Err(Problem::invalid_parameter("limit", "out_of_range", message));
        }
        let cursor_text = parameters.cursor.clone();
        let filters = filters(parameters)?;
        let list = list_name(&filters, sort);
        let cursor = cursor_text
            .map(|text| Cursor::read(&text, &list, sort))
            .transpose()?;
        Ok(Self {
            filters,
            sort,
            limit,
            cursor,
            shape,
        })
    }
}

fn filters(parameters: ListParameters) -> Result<ListFilters, Problem> {
    let slugs = parameters.slug.map(|slugs| match slugs.slugs() {
        Ok(list) if list.len() > 100 => Err(Problem::invalid_parameter(
            "slug",
            "too_many",
            "at most 100 slugs",
        )),
        Ok(list) => Ok(list.into_iter().map(String::from).collect()),
        Err(wrong) => {
            let message = format!("`{wrong}` is not a slug");
            Err(Problem::invalid_parameter("slug", "invalid", message))
        }
    });
    Ok(ListFilters {
        categories: words("category", parameters.category)?,
        tags: words("tag", parameters.tag)?,
        tags_all: words("tag_all", parameters.tag_all)?,
        keywords: words("keyword", parameters.keyword)?,
        slugs: slugs.transpose()?.unwrap_or_default(),
        links_to: links_to(parameters.links_to)?,
        published_after: instant("published_after", parameters.published_after)?,
        published_before: instant("published_before", parameters.published_before)?,
        updated_after: instant("updated_after", parameters.updated_after)?,
    })
}

fn links_to(slug: Option<String>) -> Result<Option<String>, Problem> {
    let is_slug = |slug: &String| slug.parse::<Slug>().is_ok();
    if slug.as_ref().is_some_and(|slug| !is_slug(slug)) {
        let message = "a slug is expected";
        return Err(Problem::invalid_parameter("links_to", "invalid", message));
    }
    Ok(slug)
}

/// Categories, tags or keywords as a person may write them.
pub(crate) fn words(parameter: &str, words: Vec<String>) -> Result<Vec<String>, Problem> {
    let wrong = |word: &String| word.is_empty() || word.chars().any(char::is_control);
    if words.iter().any(wrong) {
        let message = "a word is expected, without control characters";
        return Err(Problem::invalid_parameter(parameter, "invalid", message));
    }
    Ok(words)
}

/// Years before 1 are more than the database can compare with.
fn instant(parameter: &str, at: Option<Timestamp>) -> Result<Option<Timestamp>, Problem> {
    if at.is_some_and(|at| !is_storable(at)) {
        let message = "an instant of the year 1 or later is expected";
        return Err(Problem::invalid_parameter(
            parameter,
            "out_of_range",
            message,
        ));
    }
    Ok(at)
}

/// Whether the database has room for the instant.
pub(crate) fn is_storable(at: Timestamp) -> bool {
    at.as_second() >= -62_135_596_800
}

impl<'a> Page<'a> {
    fn of(guides: &'a [Arc<Guide>], name: RefName, wanted: &Wanted) -> Self {
        let limit = wanted.limit as usize;
        let page = &guides[..guides.len().min(limit)];
        let end = page.last().filter(|_| guides.len() > limit);
        Self {
            name,
            guides: page,
            next: end.map(|guide| {
                let list = list_name(&wanted.filters, wanted.sort);
                Cursor::new(name, list, wanted.sort.place_of(&guide.version))
            }),
        }
    }
}
