use std::sync::{Arc, OnceLock};

use annai_content::Schema;
use annai_contract::guide_schema;
use annai_web::{Problem, ProblemDocument, Query};
use axum::extract::{Extension, RawQuery, State};
use axum::response::Response;

use crate::answer::{Answer, Caching, Entity, Negotiation};
use crate::guide_page::STYLE;
use crate::parameters::NoParameters;
use crate::site::Composed;
use crate::state::DeliveryState;

/// The documents that stay the same while the program runs. The first request makes, hashes and
/// compresses one; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Documents {
    write_openapi: WriteOpenApi,
    kept: Arc<Kept>,
}

/// Writes the OpenAPI description for a schema.
type WriteOpenApi = fn(&Schema) -> Result<Vec<u8>, serde_json::Error>;

#[derive(Debug, Default)]
struct Kept {
    schema: OnceLock<Arc<Composed>>,
    openapi: OnceLock<Result<Arc<Composed>, Arc<serde_json::Error>>>,
    stylesheet: OnceLock<Arc<Composed>>,
}

impl Documents {
    pub(crate) fn new(write_openapi: WriteOpenApi) -> Self {
        Self {
            write_openapi,
            kept: Arc::default(),
        }
    }

    fn schema(&self, schema: &Schema) -> Arc<Composed> {
        let make = || {
            let text = guide_schema(schema).to_string();
            Arc::new(Composed::new(text.into_bytes()))
        };
        Arc::clone(self.kept.schema.get_or_init(make))
    }

    fn stylesheet(&self) -> Arc<Composed> {
        let make = || Arc::new(Composed::new(STYLE));
        Arc::clone(self.kept.stylesheet.get_or_init(make))
    }

    fn openapi(&self, schema: &Schema) -> Result<Arc<Composed>, Arc<serde_json::Error>> {
        let make = || {
            let bytes = (self.write_openapi)(schema).map_err(Arc::new)?;
            Ok(Arc::new(Composed::new(bytes)))
        };
        self.kept.openapi.get_or_init(make).clone()
    }
}

/// The schema of a guide
///
/// JSON Schema 2020-12 of the document of one guide; under `$defs` the schema of the front
/// matter, as the editors' form and checks use it.
#[utoipa::path(
    get,
    path = "/v1/schemas/guide.json",
    operation_id = "get_guide_schema",
    tag = "documents",
    responses(
        (status = 200, description = "The schema", body = Value, content_type = "application/schema+json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_schema(
    State(state): State<DeliveryState>,
    Extension(documents): Extension<Documents>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    no_parameters(query)?;
    let schema = documents.schema(&state.schema);
    respond(&state, schema, "application/schema+json", &negotiation).await
}

/// This description
///
/// OpenAPI 3.1.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    operation_id = "get_openapi",
    tag = "documents",
    responses(
        (status = 200, description = "The description", body = Value, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_openapi(
    State(state): State<DeliveryState>,
    Extension(documents): Extension<Documents>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    no_parameters(query)?;
    let description = documents.openapi(&state.schema);
    let description = description.map_err(|error| Problem::internal(&*error))?;
    respond(&state, description, "application/json", &negotiation).await
}

/// The stylesheet of a guide's page
///
/// `/v1/guides/{slug}.html?stylesheet=link` links it.
#[utoipa::path(
    get,
    path = "/v1/guide.css",
    operation_id = "get_stylesheet",
    tag = "documents",
    responses(
        (status = 200, description = "The stylesheet", body = String, content_type = "text/css"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_stylesheet(
    State(state): State<DeliveryState>,
    Extension(documents): Extension<Documents>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    no_parameters(query)?;
    let stylesheet = documents.stylesheet();
    respond(&state, stylesheet, "text/css; charset=utf-8", &negotiation).await
}

fn no_parameters(query: Option<String>) -> Result<(), Problem> {
    Query::<NoParameters>::parse(&query.unwrap_or_default())?;
    Ok(())
}

async fn respond(
    state: &DeliveryState,
    document: Arc<Composed>,
    media_type: &'static str,
    negotiation: &Negotiation,
) -> Result<Response, Problem> {
    let document = Entity::Composed(document);
    let answer = Answer::plain(document, media_type, Caching::Revalidated);
    state.respond(&answer, negotiation).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_made_once() {
        let documents = Documents::new(|_| Ok(b"{}".to_vec()));
        let schema = Schema::parse(include_str!("../../../content/schema.json")).unwrap();

        let [first, second] = std::array::from_fn(|_| documents.clone().schema(&schema));
        assert!(Arc::ptr_eq(&first, &second));
        let [first, second] = std::array::from_fn(|_| documents.clone().openapi(&schema).unwrap());
        assert!(Arc::ptr_eq(&first, &second));
    }
}
