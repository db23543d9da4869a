use annai_web::{Problem, ProblemKind};
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use http::{Method, header};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::openapi::Described;
use crate::state::DeliveryState;
use crate::{consumers, cors, documents, guide, list, refs, search};

/// Everything under `/v1`, ready to be merged beside the editors' side. The layers of
/// [`annai_web::layers`] belong around the whole.
pub fn router(state: DeliveryState) -> Router {
    described()
        .split_for_parts()
        .0
        .route("/v1", any(nowhere))
        .route("/v1/", any(nowhere))
        .route("/v1/{*rest}", any(nowhere))
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(state.clone(), consumers::recognise))
        .layer(from_fn(cors::open_to_every_site))
        .with_state(state)
}

/// One list for the router and the description.
pub(crate) fn described() -> OpenApiRouter<DeliveryState> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(list::get_current))
        .routes(routes!(list::get_at_ref))
        .routes(routes!(guide::get_current))
        .routes(routes!(guide::get_at_ref))
        .routes(routes!(search::get))
        .routes(routes!(refs::get_current))
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
