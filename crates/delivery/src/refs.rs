use annai_contract::{
    CurrentRef, RefData, RefDocument, RefEntry, RefLinks, RefList, RefListLinks, RefListMeta,
};
use annai_domain::{Ref, RefName};
use annai_storage::delivery::{LedgerEntry, LedgerPosition, find_entry, list_entries};
use annai_web::{Path, Problem, ProblemDocument, ProblemKind, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::answer::{Answer, Caching, Negotiation};
use crate::error::{not_loaded, storage_problem};
use crate::page_limit::{MOST, USUAL_LIMIT, at_most};
use crate::parameters::{NoParameters, RefsParameters};
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::view::View;

/// The current ref
///
/// Pin a build to this ref: the responses under `/v1/@{ref}/…` never change.
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
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    Query::<NoParameters>::parse(query.as_deref().unwrap_or_default())?;
    let now = state.site.now().ok_or_else(not_loaded)?;
    let LedgerPosition { name, published_at } = now.position;
    let document = CurrentRef {
        data: RefData { name, published_at },
        links: RefLinks {
            own: "/v1/refs/current".to_owned(),
            guides: format!("/v1/@{name}/guides"),
        },
    };
    let bytes = serde_json::to_vec(&document).map_err(|error| Problem::internal(&error))?;
    let answer = Answer {
        content_ref: Some(now.content_ref.clone()),
        ..Answer::document(bytes, "application/json", Caching::Revalidated)
    };
    let answer = answer.tagged(annai_domain::REFS_TAG);
    state.respond(&answer, &negotiation).await
}

/// One ref
///
/// The publication at a ref, and its time.
#[utoipa::path(
    get,
    path = "/v1/refs/{ref}",
    operation_id = "get_ref",
    tag = "refs",
    params(("ref" = String, Path, description = "The ref")),
    responses(
        (status = 200, description = "The ref", body = RefDocument, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "The path does not name a ref", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "The ref does not belong to this database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_ref(
    State(state): State<DeliveryState>,
    Path(name): Path<RefName>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    Query::<NoParameters>::parse(query.as_deref().unwrap_or_default())?;
    let view = View::resolve(&state, Some(name), None).await?;
    let entry = find_entry(&state.db, name.number).await;
    let entry = entry.map_err(|error| storage_problem(&error))?;
    let empty = RefEntry {
        name,
        published_at: None,
        action: None,
        slug: None,
    };
    let document = RefDocument {
        data: entry.map_or(empty, ref_entry),
        links: RefLinks {
            own: format!("/v1/refs/{name}"),
            guides: format!("/v1/@{name}/guides"),
        },
    };
    let bytes = serde_json::to_vec(&document).map_err(|error| Problem::internal(&error))?;
    let answer = Answer {
        content_ref: view.content_ref(),
        ..Answer::document(bytes, "application/json", Caching::Frozen)
    };
    let answer = answer.tagged(annai_domain::REFS_TAG);
    state.respond(&answer, &negotiation).await
}

/// Refs
///
/// All publications, the newest first.
#[utoipa::path(
    get,
    path = "/v1/refs",
    operation_id = "list_refs",
    tag = "refs",
    params(RefsParameters),
    responses(
        (status = 200, description = "A page", body = RefList, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 410, description = "The cursor belongs to another database", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_refs(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    let query = query.as_deref().unwrap_or_default();
    let Query(RefsParameters { limit, cursor }) = Query::parse(query)?;
    let limit = at_most(limit.unwrap_or(USUAL_LIMIT), MOST, "")?;
    let now = state.site.now().ok_or_else(not_loaded)?;
    let newest = newest_of_page(&state, &now, cursor).await?;
    let entries = list_entries(&state.db, newest, limit + 1).await;
    let entries = entries.map_err(|error| storage_problem(&error))?;
    let document = page(entries, limit);
    let bytes = serde_json::to_vec(&document).map_err(|error| Problem::internal(&error))?;
    // Entries behind a cursor are committed and never change.
    let caching = if cursor.is_some() {
        Caching::Frozen
    } else {
        Caching::Revalidated
    };
    let answer = Answer {
        content_ref: Some(now.content_ref.clone()),
        ..Answer::document(bytes, "application/json", caching)
    };
    let answer = answer.tagged(annai_domain::REFS_TAG);
    state.respond(&answer, &negotiation).await
}

/// Returns the first ref of a page: the one before the cursor, else the newest.
async fn newest_of_page(
    state: &DeliveryState,
    now: &Snapshot,
    cursor: Option<RefName>,
) -> Result<Ref, Problem> {
    let Some(cursor) = cursor else {
        return Ok(now.at());
    };
    if View::at(state, cursor).await?.is_none() {
        return Err(Problem::new(ProblemKind::CursorExpired)
            .with_detail("the cursor does not belong to this database: begin again")
            .with_extension("restart", "/v1/refs"));
    }
    Ok(Ref::new(cursor.number.get() - 1).unwrap_or(Ref::EMPTY))
}

/// Takes a page of `limit` entries from a query for one more.
fn page(entries: Vec<LedgerEntry>, limit: u32) -> RefList {
    let is_last = entries.len() <= limit as usize;
    let page = entries.into_iter().take(limit as usize);
    let data: Vec<_> = page.map(ref_entry).collect();
    let last = data.last().filter(|_| !is_last);
    let next_cursor = last.map(|entry| entry.name.to_string());
    let next = next_cursor.as_ref();
    RefList {
        links: RefListLinks {
            next: next.map(|cursor| format!("/v1/refs?limit={limit}&cursor={cursor}")),
        },
        meta: RefListMeta {
            count: data.len(),
            limit,
            next_cursor,
        },
        data,
    }
}

fn ref_entry(entry: LedgerEntry) -> RefEntry {
    RefEntry {
        name: entry.position.name,
        published_at: entry.position.published_at,
        action: Some(entry.action.into()),
        slug: Some(entry.slug),
    }
}
