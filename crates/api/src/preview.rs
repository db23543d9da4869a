use annai_checks::{Finding, Surroundings, check_bytes};
use annai_content::{GuideSource, Stats, TocEntry, body_links, render_linked};
use annai_editorial::link_addresses;
use annai_web::{Json, Problem};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::{ApiError, answer};
use super::nothing::NoParameters;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// A text to render and check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviewBody {
    /// Front matter and body, at most 512 KiB; it may be malformed.
    source: String,
}

/// A rendered text and its findings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewView {
    /// The rendered body; null where the text cannot be rendered.
    html: Option<String>,
    /// The text of the first H1.
    heading: Option<String>,
    /// The headings in order.
    toc: Vec<TocEntry>,
    /// The counts of the body; null where the text cannot be rendered.
    stats: Option<Stats>,
    /// The findings: errors, warnings and hints.
    findings: Vec<Finding>,
}

/// Renders and checks a text. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/preview", operation_id = "create_preview", tag = "guides",
    request_body = PreviewBody,
    responses((status = 200, body = PreviewView)))]
pub(super) async fn create_preview(
    _signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Json(body): Json<PreviewBody>,
) -> Result<Response, ApiError> {
    if body.source.len() > GuideSource::MAX_BYTES {
        return Err(GuideSource::parse(body.source.into_bytes())
            .map_or_else(ApiError::from, |_| {
                ApiError::from(Problem::from(annai_web::ProblemKind::PayloadTooLarge))
            }));
    }
    let (schema, dictionary) = (state.schema.clone(), state.dictionary.clone());
    let source = GuideSource::parse(body.source.as_bytes()).ok();
    let slug = source
        .as_ref()
        .and_then(|source| schema.slug_of(source, None).ok().flatten());
    let links = source.map_or_else(Vec::new, |source| body_links(source.body()));
    let (db, urls) = (state.database.reader(), state.database.guide_urls());
    let mut addresses = link_addresses(&db, urls, &links).await?;
    if let Some(slug) = slug {
        addresses.insert_own(slug.as_str(), &urls.guide(slug.as_str()));
    }
    let view = tokio::task::spawn_blocking(move || {
        // The text belongs to no known guide, so it is checked alone.
        let alone = Surroundings::default();
        let findings = check_bytes(body.source.as_bytes(), &schema, &alone, &dictionary);
        let source = GuideSource::parse(body.source.into_bytes()).ok();
        let rendered = source.and_then(|source| render_linked(source.body(), &addresses).ok());
        match rendered {
            Some(page) => PreviewView {
                html: Some(page.html),
                heading: page.heading,
                toc: page.toc,
                stats: Some(page.stats),
                findings,
            },
            None => PreviewView {
                html: None,
                heading: None,
                toc: Vec::new(),
                stats: None,
                findings,
            },
        }
    });
    answer(&view.await.map_err(|error| Problem::internal(&error))?)
}
