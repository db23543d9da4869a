use annai_web::{Problem, ProblemKind};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Extension, Router};
use http::{Method, header};
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

/// Everything under `/v1`, the feeds and the sitemap, behind the [`guard`].
pub(crate) fn router(state: DeliveryState) -> Router {
    described()
        .split_for_parts()
        .0
        .route("/v1", any(nowhere))
        .route("/v1/", any(nowhere))
        .route("/v1/{*rest}", any(nowhere))
        .method_not_allowed_fallback(no_such_method)
        .layer(Extension(Documents::default()))
        .layer(from_fn_with_state(state.clone(), guarded))
        .with_state(state)
}

async fn guarded(State(state): State<DeliveryState>, request: Request, next: Next) -> Response {
    guard(&state, request, |request| next.run(request)).await
}

/// What every address of delivery has around it: `OPTIONS` needs no key, everything else is
/// answered to whoever may ask, and scripts of every site may read the answer.
pub(crate) async fn guard<F: Future<Output = Response>>(
    state: &DeliveryState,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        cors::options()
    } else {
        let client = request.extensions().get().copied();
        match consumers::admit(state, client, request.headers()).await {
            Ok(admitted) => {
                let mut response = handle(request).await;
                admitted.put(response.headers_mut());
                response
            }
            Err(problem) => problem.into_response(),
        }
    };
    cors::open_to_every_site(response.headers_mut());
    response
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
