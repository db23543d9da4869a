use annai_contract::{ApiIndex, ApiIndexData, ApiIndexLinks};
use annai_web::{Problem, ProblemDocument, accepts_html};
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::answer::{Answer, Caching, Negotiation};
use crate::state::DeliveryState;
use crate::whole_site;

const LINKS: ApiIndexLinks = ApiIndexLinks {
    guides: "/v1/guides",
    search: "/v1/search",
    taxonomy: "/v1/taxonomy",
    changes: "/v1/changes",
    export: "/v1/export.ndjson",
    redirects: "/v1/redirects",
    refs: "/v1/refs",
    schema: "/v1/schemas/guide.json",
    openapi: "/v1/openapi.json",
    feed: "/feed.json",
    sitemap: "/sitemap.xml",
};

/// The way in
///
/// The name of the site and the addresses of what the API offers. A browser is led to the
/// developers' page.
#[utoipa::path(
    get,
    path = "/v1",
    operation_id = "get_index",
    tag = "documents",
    responses(
        (status = 200, description = "The index", body = ApiIndex, content_type = "application/json"),
        (status = 303, description = "The developers' page, for a client that accepts HTML"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_index(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    whole_site::without_parameters(query.as_deref())?;
    let mut response = if accepts_html(&headers) {
        see_other(&state.settings.developers_page)?
    } else {
        let name = state.settings.name.to_string();
        let index = ApiIndex {
            data: ApiIndexData { name },
            links: LINKS,
        };
        let bytes = serde_json::to_vec(&index).map_err(|error| Problem::internal(&error))?;
        let answer = Answer::document(bytes, "application/json", Caching::Revalidated);
        state.respond(&answer, &negotiation).await?
    };
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

fn see_other(url: &str) -> Result<Response, Problem> {
    let location = HeaderValue::from_str(url).map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::described;

    #[test]
    fn every_link_leads_to_an_operation() {
        let links = serde_json::to_value(LINKS).unwrap();
        let paths = described().into_openapi().paths.paths;
        for link in links.as_object().unwrap().values() {
            assert!(paths.contains_key(link.as_str().unwrap()), "{link}");
        }
    }
}
