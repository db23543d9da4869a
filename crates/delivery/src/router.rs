use annai_web::{Problem, ProblemKind};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Extension, Router};
use http::{Method, header};
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::documents::Documents;
use crate::parameters::{FrontMatter, Include, NoBody, Sort, Stylesheet, Word};
use crate::state::DeliveryState;
use crate::{
    changes, consumers, cors, documents, export, feeds, forms, guide, index, list, preview,
    redirects, refs, related, search, taxonomy,
};

/// The part of the description that no handler has.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Annai delivery API",
        version = "1",
        description = "The published guides, now and at any earlier ref, read-only."
    ),
    paths(
        forms::get_guide_source,
        forms::get_guide_html,
        forms::get_guide_text,
        preview::get_guide_preview,
        preview::get_guide_preview_source,
        preview::get_guide_preview_html
    ),
    components(schemas(FrontMatter, Include, NoBody, Sort, Stylesheet, Word)),
    tags(
        (name = "guides", description = "Published guides"),
        (name = "previews", description = "Guides before their publication, for preview keys and preview links"),
        (name = "refs", description = "Positions in the ledger of publications"),
        (name = "changes", description = "The change feed"),
        (name = "feeds", description = "For feed readers and search engines"),
        (name = "documents", description = "Descriptions of this API")
    ),
    security((), ("key" = [])),
    modifiers(&Key)
)]
struct Described;

struct Key;

impl Modify for Key {
    fn modify(&self, description: &mut Description) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A consumer's key, `annai_r_…` or `annai_p_…`"));
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(scheme.build()));
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A consumer's preview key, `annai_p_…`, or the token of a preview link, `annai_l_…`",
            ));
        components.add_security_scheme("preview", SecurityScheme::Http(scheme.build()));
    }
}

/// Builds the router of `/v1`, the feeds and the sitemap, behind the [`guard`].
pub(crate) fn router(state: DeliveryState, documents: Documents) -> Router {
    described()
        .split_for_parts()
        .0
        .route("/v1/", any(nowhere))
        .route("/v1/{*rest}", any(nowhere))
        .method_not_allowed_fallback(no_such_method)
        .layer(Extension(documents))
        .layer(from_fn_with_state(state.clone(), guarded))
        .with_state(state)
}

async fn guarded(State(state): State<DeliveryState>, request: Request, next: Next) -> Response {
    guard(&state, request, |request| next.run(request)).await
}

/// Wraps every address of delivery. `OPTIONS` needs no key, every other request must be admitted,
/// and scripts of every site may read the response.
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

/// Returns the one list of routes that both the router and the description come from.
pub(crate) fn described() -> OpenApiRouter<DeliveryState> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(index::get_index))
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
        .routes(routes!(documents::get_stylesheet))
}

async fn nowhere() -> Problem {
    Problem::not_found().with_detail("nothing exists at this path")
}

async fn no_such_method(method: Method) -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed)
        .with_detail(format!(
            "{method} is not possible here: this API is read-only"
        ))
        .with_header(header::ALLOW, cors::METHODS)
}
