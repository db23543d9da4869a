//! Feeds and sitemaps, with links to the guides on the customer's site.

mod atom;
mod json;
mod sitemap;
mod xml;

pub(crate) use xml::escape;

use std::sync::Arc;

use annai_storage::delivery::ListSort;
use annai_web::{Problem, ProblemDocument, Query};
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::answer::Negotiation;
use crate::parameters::SitemapParameters;
use crate::site::{Guide, Snapshot};
use crate::state::DeliveryState;
use crate::whole_site;

/// The most guides in a feed.
const LENGTH: usize = 50;

/// The feed as JSON
///
/// JSON Feed 1.1 with the 50 newest guides, by their first publication. A correction keeps the place
/// of a guide and sets `date_modified`. Links lead to the site's own pages.
#[utoipa::path(
    get,
    path = "/feed.json",
    operation_id = "get_json_feed",
    tag = "feeds",
    responses(
        (status = 200, description = "The feed", body = Value, content_type = "application/feed+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_json_feed(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    whole_site::without_parameters(query.as_deref())?;
    let settings = &state.settings;
    let make = |now: &Snapshot| Ok(json::write(&newest(now), settings)?.into());
    let answer = whole_site::answer(&state, "feed.json", "application/feed+json", make).await?;
    state.respond(&answer, &negotiation).await
}

/// The feed as XML
///
/// Atom (RFC 4287) with the 50 newest guides, by their first publication. A correction keeps the
/// place of a guide and sets `updated`. Links lead to the site's own pages.
#[utoipa::path(
    get,
    path = "/feed.atom",
    operation_id = "get_atom_feed",
    tag = "feeds",
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_atom_feed(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    whole_site::without_parameters(query.as_deref())?;
    let settings = &state.settings;
    let make = |now: &Snapshot| Ok(atom::write(&newest(now), settings).into());
    let answer = whole_site::answer(&state, "feed.atom", "application/atom+xml", make).await?;
    state.respond(&answer, &negotiation).await
}

/// The sitemap
///
/// The site's own pages of all published guides. For more than 50,000 guides it is an index of
/// sitemaps with 50,000 each.
#[utoipa::path(
    get,
    path = "/sitemap.xml",
    operation_id = "get_sitemap",
    tag = "feeds",
    params(SitemapParameters),
    responses(
        (status = 200, description = "The sitemap", body = String, content_type = "application/xml"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is wrong or unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 404, description = "The sitemap has no such part", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_sitemap(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    let Query(SitemapParameters { page }) = Query::parse(query.as_deref().unwrap_or_default())?;
    let now = state.site.now().ok_or_else(crate::error::not_loaded)?;
    let pages = sitemap::pages(now.in_order(ListSort::Slug).len());
    if page == Some(0) {
        let message = "a number from 1 is expected";
        return Err(Problem::invalid_parameter("page", "out_of_range", message));
    }
    if page.is_some_and(|page| page as usize > pages) {
        let detail = format!("the last part of the sitemap is {pages}");
        return Err(Problem::not_found().with_detail(detail));
    }
    let urls = &state.settings.urls;
    let make = |now: &Snapshot| {
        let guides = now.in_order(ListSort::Slug);
        Ok(sitemap::write(guides, page, urls).into())
    };
    let what = format!("sitemap.xml {page:?}");
    let answer = whole_site::answer(&state, &what, "application/xml", make).await?;
    state.respond(&answer, &negotiation).await
}

/// Returns the guides that were first published last, the newest first.
fn newest(now: &Snapshot) -> Vec<&Arc<Guide>> {
    let guides = now.in_order(ListSort::FirstPublishedAt).iter();
    guides.rev().take(LENGTH).collect()
}
