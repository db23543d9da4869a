use annai_desk::DeskState;
use annai_pages::References;
use axum::Router;

/// Returns the router of the editors' pages and API, to be merged beside delivery.
pub(crate) fn router(state: DeskState) -> Router {
    let references = References::new(annai_delivery::openapi, |_| annai_api::openapi());
    let signed_in = annai_pages::router(&state, references).merge(annai_api::router());
    let previews = annai_pages::preview_router().merge(annai_api::preview_router());
    annai_desk::router(state, signed_in, previews)
}
