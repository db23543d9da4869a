use annai_web::{Problem, ProblemKind};
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use axum::{Extension, Router};
use http::{Method, header};
use tower::ServiceExt as _;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::documents::Documents;
use crate::openapi::Described;
use crate::state::DeliveryState;
use crate::{
    changes, consumers, cors, documents, export, feeds, guide, list, redirects, refs, related,
    search, taxonomy,
};

/// Everything under `/v1`, the feeds and the sitemap, ready to be merged beside the editors' side. The layers of
/// [`annai_web::layers`] belong around the whole.
pub fn router(state: DeliveryState) -> Router {
    described()
        .split_for_parts()
        .0
        .route("/v1", any(nowhere))
        .route("/v1/", any(nowhere))
        .route("/v1/{*rest}", any(nowhere))
        .method_not_allowed_fallback(no_such_method)
        .layer(Extension(Documents::default()))
        .layer(from_fn_with_state(state.clone(), consumers::recognise))
        .layer(from_fn(cors::open_to_every_site))
        .with_state(state)
}

/// Where previews are: among delivery's addresses, but drafts, so that the editors' side answers.
const PREVIEWS: &str = "/v1/preview/";

/// Both faces behind one router: what is not `delivery`'s goes to the `editors`.
pub fn beside(delivery: Router, editors: Router) -> Router {
    let previews = editors.clone();
    let delivery = delivery.fallback_service(editors);
    // Not a route of delivery: what it captures of a path would be handed on to the editors' routes.
    Router::new().fallback(async move |request: Request| {
        if request.uri().path().starts_with(PREVIEWS) {
            previews.oneshot(request).await
        } else {
            delivery.oneshot(request).await
        }
    })
}

/// One list for the router and the description.
pub(crate) fn described() -> OpenApiRouter<DeliveryState> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(list::get_current))
        .routes(routes!(list::get_at_ref))
        .routes(routes!(guide::get_current))
        .routes(routes!(guide::get_at_ref))
        .routes(routes!(search::get))
        .routes(routes!(related::get_current))
        .routes(routes!(related::get_at_ref))
        .routes(routes!(taxonomy::get_taxonomy))
        .routes(routes!(redirects::list_redirects))
        .routes(routes!(export::export_guides))
        .routes(routes!(changes::list_changes))
        .routes(routes!(refs::list_refs))
        .routes(routes!(refs::get_current))
        .routes(routes!(refs::get_ref))
        .routes(routes!(feeds::get_json_feed))
        .routes(routes!(feeds::get_atom_feed))
        .routes(routes!(feeds::get_sitemap))
        .routes(routes!(documents::get_schema))
        .routes(routes!(documents::get_openapi))
}

async fn nowhere() -> Problem {
    Problem::not_found().with_detail("there is nothing under this path")
}

async fn no_such_method(method: Method) -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed)
        .with_detail(format!(
            "{method} is not possible here: this API only reads"
        ))
        .with_header(header::ALLOW, cors::METHODS)
}
