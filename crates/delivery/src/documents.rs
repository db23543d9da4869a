use std::sync::{Arc, OnceLock};

use annai_content::Schema;
use annai_web::{Problem, ProblemDocument, Query};
use axum::extract::{Extension, RawQuery, State};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Caching, Entity, Negotiation};
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
            let text = document_schema(schema).to_string();
            Arc::new(Composed::new(text.into_bytes()))
        };
        Arc::clone(self.kept.schema.get_or_init(make))
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
    Query::<NoParameters>::parse(query.as_deref().unwrap_or_default())?;
    let schema = Entity::Composed(documents.schema(&state.schema));
    let answer = Answer::plain(schema, "application/schema+json", Caching::Revalidated);
    state.respond(&answer, &negotiation).await
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
    Query::<NoParameters>::parse(query.as_deref().unwrap_or_default())?;
    let description = documents.openapi(&state.schema);
    let description = description.map_err(|error| Problem::internal(&*error))?;
    let description = Entity::Composed(description);
    let answer = Answer::plain(description, "application/json", Caching::Revalidated);
    state.respond(&answer, &negotiation).await
}

/// Returns the JSON Schema of `GET /v1/guides/{slug}` under today's `schema`. Guides published under
/// an earlier one keep their bytes, so a field may be missing.
fn document_schema(schema: &Schema) -> Value {
    let mut data = Map::new();
    data.insert("id".to_owned(), json!({"type": "string", "format": "uuid"}));
    let slug = json!({"type": "string", "pattern": "^[a-z0-9]+(_[a-z0-9]+)*$"});
    data.insert("slug".to_owned(), slug);
    for field in schema.fields() {
        let pointer = field.key.replace('~', "~0").replace('/', "~1");
        let known = json!({"$ref": format!("#/$defs/front_matter/properties/{pointer}")});
        let value = if field.required {
            known
        } else {
            json!({"anyOf": [known, {"type": "null"}]})
        };
        data.entry(field.key.clone()).or_insert(value);
    }
    data.extend(derived_members().map(|(name, value)| (name.to_owned(), value)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The document of one guide",
        "type": "object",
        "required": ["data", "meta", "links"],
        "properties": {
            "data": {"type": "object", "properties": data},
            "included": {"type": "object", "properties": {
                "related": list_of(&json!({"type": "object"})),
                "related_unresolved": list_of(&json!({"type": "string"})),
            }},
            "meta": {"type": "object", "required": ["ref"], "properties": {
                "ref": {"type": "string", "pattern": "^[0-9]+-[0-9a-f]{8}$"},
                "cache_tags": list_of(&json!({"type": "string"})),
            }},
            "links": {"type": "object"},
        },
        "$defs": {"front_matter": schema.document()},
    })
}

/// Returns the members of `data` that no front matter has.
fn derived_members() -> [(&'static str, Value); 8] {
    let text = json!({"type": "string"});
    let count = json!({"type": "integer", "minimum": 0});
    let time = json!({"type": "string", "format": "date-time"});
    let heading = json!({
        "type": "object",
        "required": ["depth", "slug", "text"],
        "properties": {
            "depth": {"type": "integer", "minimum": 1, "maximum": 6}, "slug": text, "text": text,
        },
    });
    let body = json!({"html": text, "markdown": text, "text": text, "toc": list_of(&heading)});
    let stats = json!({
        "characters": count, "reading_minutes": count, "headings": count, "tables": count,
    });
    [
        (
            "extra",
            json!({"type": "object", "description": "fields that the schema does not know"}),
        ),
        (
            "heading",
            json!({"type": ["string", "null"], "description": "the text of the H1"}),
        ),
        ("body", json!({"type": "object", "properties": body})),
        ("stats", json!({"type": "object", "properties": stats})),
        ("revision", json!({"type": "integer", "minimum": 1})),
        (
            "digest",
            json!({"type": "string", "pattern": "^sha256-[0-9a-f]{64}$"}),
        ),
        ("first_published_at", time.clone()),
        ("published_at", time),
    ]
}

fn list_of(items: &Value) -> Value {
    json!({"type": "array", "items": items})
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
