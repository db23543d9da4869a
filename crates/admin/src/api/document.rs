use axum::Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The head of the API's description; the paths are collected from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Annai editorial API",
        description = "Everything that people do to guides, users and keys. Sign in with \
            `POST /api/v1/session`; the session is a cookie. Every write of a guide's text names \
            the revision it was written on in `If-Match`. Every state change may carry an \
            `Idempotency-Key`: a repeat with the same key and the same request has no second \
            effect and gets the first answer again, marked `Idempotent-Replayed: true`.",
        license(name = "MIT OR Apache-2.0")
    ),
    modifiers(&Session),
    security(("session" = []))
)]
pub(super) struct ApiDocument;

/// Says that the session is a cookie.
struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let cookie = ApiKeyValue::with_description(
            "__Host-annai",
            "The session; called `annai` where the installation is reached by http on a loopback host",
        );
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// `GET /api/v1/openapi.json`
pub(super) async fn get_openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(super::openapi())
}
