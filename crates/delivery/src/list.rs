use std::collections::HashSet;

use annai_domain::RefName;
use annai_storage::delivery::{ListFilters, ListRow, ListSort, list_changed_at, list_guides};
use annai_web::{IfNoneMatch, Path, Problem, ProblemDocument, ProblemKind, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::answer::{Answer, Caching};
use crate::cursor::{Cursor, list_name};
use crate::object::{Member, Object};
use crate::openapi::GuideList;
use crate::parameters::{BodyParts, ListParameters, Sort};
use crate::representation::{Document, Shape, Stored};
use crate::snapshot::{Snapshot, exists};
use crate::state::DeliveryState;
use crate::trouble::{Broken, broken, storage_problem};

/// How many guides a page has if nothing is said.
const USUAL_LIMIT: u32 = 20;
/// The surrogate key of every list.
pub(crate) const LIST_TAG: &str = "guides";

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
    rows: &'a [ListRow],
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
    held: IfNoneMatch,
) -> Result<Response, Problem> {
    get(&state, None, query.as_deref().unwrap_or_default(), &held).await
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
    held: IfNoneMatch,
) -> Result<Response, Problem> {
    get(
        &state,
        Some(pinned),
        query.as_deref().unwrap_or_default(),
        &held,
    )
    .await
}

async fn get(
    state: &DeliveryState,
    pinned: Option<RefName>,
    query: &str,
    held: &IfNoneMatch,
) -> Result<Response, Problem> {
    let Query(parameters) = Query::<ListParameters>::parse(query)?;
    let wanted = Wanted::read(parameters, state)?;
    let snapshot = snapshot(state, pinned, wanted.cursor.as_ref()).await?;
    let changed = list_changed_at(&state.db, snapshot.at(), &wanted.filters).await;
    let (name, changed_at) = changed.map_err(|error| storage_problem(&error))?;
    if wanted
        .cursor
        .as_ref()
        .is_some_and(|cursor| cursor.name != name)
    {
        return Err(other_snapshot());
    }
    let after = wanted.cursor.as_ref().map(Cursor::after);
    let order = (wanted.sort, after.as_ref(), i64::from(wanted.limit) + 1);
    let parts = wanted.shape.parts();
    let rows = list_guides(&state.db, name.number, &wanted.filters, order, parts).await;
    let rows = rows.map_err(|error| storage_problem(&error))?;
    let page = Page::of(&rows, name, &wanted);
    let bytes = write(&page, &wanted, query).map_err(|error| broken(&error))?;
    let answer = Answer {
        bytes: bytes.into(),
        media_type: "application/json",
        caching: if snapshot.frozen {
            Caching::Frozen
        } else {
            Caching::Current
        },
        content_ref: Some(snapshot.name),
        last_modified: changed_at,
        cache_tags: vec![LIST_TAG.to_owned()],
        links: vec!["</v1/schemas/guide.json>; rel=\"describedby\"".to_owned()],
        sandboxed: false,
    };
    Ok(answer.respond(held, state.settings))
}

/// What the request is answered from: the ref in its path, else the one in its cursor, else now.
async fn snapshot(
    state: &DeliveryState,
    pinned: Option<RefName>,
    cursor: Option<&Cursor>,
) -> Result<Snapshot, Problem> {
    match (pinned, cursor) {
        (None, Some(cursor)) => {
            if !exists(state, cursor.name).await? {
                return Err(Problem::new(ProblemKind::CursorExpired)
                    .with_detail("the cursor is not of this database: begin again")
                    .with_extension("restart", "/v1/guides"));
            }
            Ok(Snapshot {
                name: cursor.name,
                frozen: false,
            })
        }
        (Some(_), _) | (None, None) => Snapshot::resolve(state, pinned).await,
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
        published_after: instant("published_after", parameters.published_after)?,
        published_before: instant("published_before", parameters.published_before)?,
        updated_after: instant("updated_after", parameters.updated_after)?,
    })
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
    fn of(rows: &'a [ListRow], name: RefName, wanted: &Wanted) -> Self {
        let limit = wanted.limit as usize;
        let page = &rows[..rows.len().min(limit)];
        let end = page.last().filter(|_| rows.len() > limit);
        Self {
            name,
            rows: page,
            next: end.map(|row| {
                let list = list_name(&wanted.filters, wanted.sort);
                Cursor::new(name, list, wanted.sort.place_of(row))
            }),
        }
    }
}

fn write(page: &Page<'_>, wanted: &Wanted, query: &str) -> Result<Vec<u8>, Broken> {
    let mut data = Vec::with_capacity(page.rows.len());
    let mut beside = Beside::default();
    for row in page.rows {
        let stored = Stored {
            answer: std::str::from_utf8(&row.answer)
                .map_err(|_| Broken::Missing("answer as text"))?,
            source: row.source.as_deref(),
            plain_text: row.plain_text.as_deref(),
        };
        let document = Document::read(stored.answer)?;
        if wanted.shape.related {
            let included = document.included();
            beside.add(included.ok_or(Broken::Missing("answer.included"))?)?;
        }
        data.push(document.cut(&wanted.shape, &stored)?);
    }
    let next = page.next.as_ref().map(Cursor::write).transpose()?;
    let mut answer = Object(Vec::new());
    answer.push("data", Member::Objects(data));
    if wanted.shape.related {
        answer.push("included", Member::Made(serde_json::to_value(beside)?));
    }
    let meta = json!({
        "ref": page.name,
        "count": page.rows.len(),
        "limit": wanted.limit,
        "next_cursor": next,
    });
    answer.push("meta", Member::Made(meta));
    answer.push(
        "links",
        Member::Made(links(page.name, query, next.as_deref())),
    );
    Ok(serde_json::to_vec(&answer)?)
}

/// The cards of all guides of a page, and the slugs that lead nowhere, each once.
#[derive(Debug, Default, Serialize)]
struct Beside {
    related: Vec<Value>,
    related_unresolved: Vec<Value>,
    /// The slugs that are in one of the two.
    #[serde(skip)]
    seen: HashSet<String>,
}

impl Beside {
    fn add(&mut self, included: &RawValue) -> Result<(), Broken> {
        let included: Value = serde_json::from_str(included.get())?;
        for card in included["related"].as_array().into_iter().flatten() {
            if self.seen.insert(card["slug"].to_string()) {
                self.related.push(card.clone());
            }
        }
        let unresolved = included["related_unresolved"].as_array();
        for slug in unresolved.into_iter().flatten() {
            if self.seen.insert(slug.to_string()) {
                self.related_unresolved.push(slug.clone());
            }
        }
        Ok(())
    }
}

/// The addresses of this page and of the next one, which is pinned to the same snapshot.
fn links(name: RefName, query: &str, next: Option<&str>) -> Value {
    let with = |prefix: String, query: &str| {
        if query.is_empty() {
            prefix
        } else {
            format!("{prefix}?{query}")
        }
    };
    let others: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("cursor"))
        .collect();
    let next = next.map(|cursor| {
        let cursor = format!("cursor={cursor}");
        let query: Vec<&str> = others.iter().copied().chain([cursor.as_str()]).collect();
        with(format!("/v1/@{name}/guides"), &query.join("&"))
    });
    json!({
        "self": with("/v1/guides".to_owned(), query),
        "pinned": with(format!("/v1/@{name}/guides"), query),
        "next": next,
    })
}
