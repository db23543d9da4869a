//! What every operation has in common, said of each of them: `HEAD`, headers, the names of fields.

use annai_content::Schema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr, Response};

use crate::representation::members;

const TEXT: &str = "";
const REF: &str = "^[0-9]+-[0-9a-f]{8}$";
const SECONDS: &str = "^[0-9]+$";

/// A header as it is described: its name, the pattern of its values, its meaning.
type Described = (&'static str, &'static str, &'static str);

/// On whatever is answered.
const ALWAYS: [Described; 3] = [
    ("X-Request-Id", TEXT, "Names this request in our logs"),
    ("RateLimit-Policy", TEXT, "The quota, where there is one"),
    ("RateLimit", TEXT, "What is left of the quota"),
];

/// On what was found, and on a 304 for it.
const FOUND: [Described; 3] = [
    (
        "ETag",
        "^\"[^\"]+\"$",
        "Strong; changes exactly when these bytes change",
    ),
    ("Cache-Control", TEXT, "How long it may be kept"),
    ("Vary", TEXT, "The request headers that choose the bytes"),
];

/// The same, where a snapshot of the site answered.
const OF_SNAPSHOT: [Described; 6] = [
    ("Content-Ref", REF, "The snapshot that answered"),
    ("Last-Modified", TEXT, "When these bytes last changed"),
    (
        "Surrogate-Key",
        TEXT,
        "What the answer depends on, by space",
    ),
    ("Cache-Tag", TEXT, "The same, by comma"),
    (
        "CDN-Cache-Control",
        TEXT,
        "For a cache that webhooks purge, where the operator has one",
    ),
    ("Link", TEXT, "Other forms of it"),
];

/// Describes `HEAD` beside every `GET`, and the headers of all answers.
pub(crate) fn complete(description: &mut OpenApi) {
    for (path, item) in &mut description.paths.paths {
        let Some(operation) = &mut item.get else {
            continue;
        };
        let is_preview = path.starts_with("/v1/preview/");
        let tags = operation.tags.clone().unwrap_or_default();
        let is_document = tags.iter().any(|tag| tag == "documents");
        for (status, response) in &mut operation.responses.responses {
            let RefOr::T(response) = response else {
                continue;
            };
            add(response, &ALWAYS);
            match status.as_str() {
                "200" | "304" if !is_preview => {
                    add(response, &FOUND);
                    if !is_document {
                        add(response, &OF_SNAPSHOT);
                    }
                }
                "301" => add(response, &[("Location", TEXT, "Where it is now")]),
                "401" => add(
                    response,
                    &[("WWW-Authenticate", "^Bearer", "How to send a key")],
                ),
                "429" | "503" => {
                    add(
                        response,
                        &[("Retry-After", SECONDS, "Seconds until it is worth a try")],
                    );
                }
                _ => {}
            }
        }
        item.head = Some(head_of(operation));
    }
}

/// The same without bodies.
fn head_of(operation: &Operation) -> Operation {
    let mut head = operation.clone();
    let id = head.operation_id.take().unwrap_or_default();
    head.operation_id = Some(format!("head_{id}"));
    head.summary = head
        .summary
        .take()
        .map(|text| format!("{text}: the headers alone"));
    for response in head.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response.content.clear();
        }
    }
    head
}

/// Adds what the operation does not say by itself.
fn add(response: &mut Response, headers: &[Described]) {
    for (name, pattern, meaning) in headers {
        let mut schema = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String));
        if !pattern.is_empty() {
            schema = schema.pattern(Some(*pattern));
        }
        let header = HeaderBuilder::new()
            .schema(Some(schema))
            .description(Some(*meaning))
            .build();
        response
            .headers
            .entry((*name).to_owned())
            .or_insert_with(|| header.into());
    }
}

/// Says which names `fields` takes: those of `schema` and our own.
pub(crate) fn name_fields(description: &mut OpenApi, schema: &Schema) {
    let names = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .enum_values(Some(members(schema)));
    let list = ArrayBuilder::new().items(names).min_items(Some(1)).build();
    let operations = description.paths.paths.values_mut();
    let operations = operations.flat_map(|item| [&mut item.get, &mut item.head]);
    let parameters = operations
        .flatten()
        .flat_map(|operation| operation.parameters.iter_mut().flatten());
    for parameter in parameters {
        if let RefOr::T(parameter) = parameter
            && parameter.name == "fields"
            && parameter.parameter_in == ParameterIn::Query
        {
            parameter.style = Some(ParameterStyle::Form);
            parameter.explode = Some(false); // joined by commas
            parameter.schema = Some(list.clone().into());
        }
    }
}
