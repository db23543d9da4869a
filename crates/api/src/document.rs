use annai_domain::limits::IDEMPOTENCY_KEY;
use annai_web::{Json, Problem, ProblemDocument};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi, ToSchema as _};

use super::nothing::NoParameters;

/// The head of the API's description. The paths come from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Annai editorial API",
        description = "Everything that people do to guides, users and keys. Sign in with \
            `POST /api/v1/session`; the session is a cookie. Every write of a guide's text names \
            the revision it was written on in `If-Match`. Every state change may carry an \
            `Idempotency-Key`: a repeat with the same key and the same request has no second \
            effect and gets the first answer again, marked `Idempotent-Replayed: true`. A 503 of \
            type `/problems/commit-unknown` leaves open whether the change was made: repeat the \
            request with the same key after `Retry-After` seconds, and the answer tells.",
        license(name = "MIT OR Apache-2.0")
    ),
    components(schemas(annai_content::MappingPreset, super::guides::ListGuidesSort, ProblemDocument)),
    modifiers(&Session),
    security(("session" = []))
)]
pub(super) struct ApiDocument;

/// Describes the session cookie.
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

/// Describes `Idempotency-Key` on every operation that takes it. Sessions, passwords and imports do
/// not: they can be repeated as they are.
pub(super) fn describe_idempotency(document: &mut utoipa::openapi::OpenApi) {
    for item in document.paths.paths.values_mut() {
        let changing = [&mut item.post, &mut item.put, &mut item.delete];
        for operation in changing.into_iter().flatten() {
            let name = operation.operation_id.as_deref().unwrap_or_default();
            if !REPEATABLE_AS_THEY_ARE.contains(&name) {
                let parameters = operation.parameters.get_or_insert_with(Vec::new);
                parameters.push(RefOr::T(idempotency_key()));
            }
        }
    }
}

/// Describes the problems that every operation may answer with.
pub(super) fn describe_problems(document: &mut utoipa::openapi::OpenApi) {
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            for (statuses, description) in PROBLEMS {
                let problem = Ref::from_schema_name(ProblemDocument::name());
                let content = ContentBuilder::new().schema(Some(RefOr::Ref(problem)));
                let response = ResponseBuilder::new()
                    .description(description)
                    .content("application/problem+json", content.build());
                let responses = &mut operation.responses.responses;
                responses.insert(statuses.to_owned(), response.build().into());
            }
        }
    }
}

/// The statuses of problems, with their description.
const PROBLEMS: [(&str, &str); 2] = [
    ("4XX", "The request is refused"),
    ("5XX", "The server cannot answer the request now"),
];

/// Operations that take no `Idempotency-Key`.
const REPEATABLE_AS_THEY_ARE: [&str; 10] = [
    "create_session",
    "delete_session",
    "reauthenticate_session",
    "delete_sessions",
    "delete_one_session",
    "end_user_sessions",
    "change_password",
    "accept_link",
    "create_preview",
    "import_files",
];

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("idempotency-key")
        .parameter_in(ParameterIn::Header)
        .description(Some(format!(
            "Names this request, 1 to {IDEMPOTENCY_KEY} visible ASCII characters: a repeat with the \
             same key and body has no second effect and gets the first answer again",
        )))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// `GET /api/v1/openapi.json`
pub(super) async fn get_openapi(_: NoParameters) -> Result<Json<serde_json::Value>, Problem> {
    let document = super::openapi().map_err(|error| Problem::internal(&error))?;
    Ok(Json(document))
}

#[cfg(test)]
mod tests;
