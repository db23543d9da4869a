//! The OpenAPI description: that of the handlers, completed by everything they have in common.

use annai_content::Schema;
use annai_contract::describe_fields;
use annai_web::require_nullable_members;
use serde_json::Value;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder};

use crate::representation::members;
use crate::router::described;

const TEXT: &str = "";
const REF: &str = "^[0-9]+-[0-9a-f]{8}$";
const SECONDS: &str = "^[0-9]+$";

/// The description of a header: its name, the pattern of its values, its meaning.
type Described = (&'static str, &'static str, &'static str);

/// The headers of every response.
const ALWAYS: [Described; 3] = [
    (
        "X-Request-Id",
        TEXT,
        "The name of this request in the server's log",
    ),
    ("RateLimit-Policy", TEXT, "The quota, if there is one"),
    ("RateLimit", TEXT, "The rest of the quota"),
];

/// The headers of a 200 and its 304.
const FOUND: [Described; 3] = [
    (
        "ETag",
        "^\"[^\"]+\"$",
        "Strong; changes exactly when these bytes change",
    ),
    (
        "Cache-Control",
        TEXT,
        "How long caches may keep the response",
    ),
    ("Vary", TEXT, "The request headers that choose the bytes"),
];

/// The further headers of a 200 or 304 from a snapshot of the site.
const OF_SNAPSHOT: [Described; 5] = [
    ("Content-Ref", REF, "The ref of the snapshot that answered"),
    (
        "Surrogate-Key",
        TEXT,
        "The surrogate keys of the response, separated by spaces",
    ),
    ("Cache-Tag", TEXT, "The surrogate keys, separated by commas"),
    (
        "CDN-Cache-Control",
        TEXT,
        "How long a cache may keep it that webhooks purge, if there is one",
    ),
    ("Link", TEXT, "Other forms of the document"),
];

/// Returns the OpenAPI 3.1 description of the delivery API for guides with the fields of `schema`.
///
/// # Errors
///
/// [`serde_json::Error`] when the description has no JSON form.
pub fn openapi(schema: &Schema) -> Result<Value, serde_json::Error> {
    let mut description = described().into_openapi();
    for form in ["md", "html", "txt"] {
        describe_at_ref(&mut description, form);
    }
    let operations = description.paths.paths.values_mut();
    for operation in operations.filter_map(|item| item.get.as_mut()) {
        describe_limit(operation);
        if operation.responses.responses.contains_key("304") {
            describe_precondition(operation);
        }
    }
    complete(&mut description);
    name_fields(&mut description, schema);
    let mut document = serde_json::to_value(description)?;
    require_nullable_members(&mut document, &["SelectedGuide"]);
    describe_fields(&mut document, schema);
    Ok(document)
}

/// Writes the description as JSON.
pub(crate) fn openapi_bytes(schema: &Schema) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&openapi(schema)?)
}

/// Describes the answer 429, which every operation may give.
fn describe_limit(operation: &mut Operation) {
    let text = "Too many requests in a minute; `Retry-After` holds the seconds to wait";
    describe_problem(operation, "429", text);
}

/// Describes the answer 412, which every operation with an entity tag may give.
fn describe_precondition(operation: &mut Operation) {
    let text = "`If-Match` names other versions than the current one";
    describe_problem(operation, "412", text);
}

fn describe_problem(operation: &mut Operation, status: &str, text: &str) {
    let problem = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name("ProblemDocument"))))
        .build();
    let answer = ResponseBuilder::new()
        .description(text)
        .content("application/problem+json", problem)
        .build();
    let responses = &mut operation.responses.responses;
    responses.insert(status.to_owned(), answer.into());
}

/// Describes a form of a guide at a ref, which has the same answers as its newest form.
fn describe_at_ref(description: &mut OpenApi, form: &str) {
    let now = format!("/v1/guides/{{slug}}.{form}");
    let Some(mut item) = description.paths.paths.get(&now).cloned() else {
        return;
    };
    if let Some(operation) = &mut item.get {
        let id = operation.operation_id.take().unwrap_or_default();
        operation.operation_id = Some(format!("{id}_at_ref"));
        operation.summary = operation
            .summary
            .take()
            .map(|text| format!("{text}, at a ref"));
        let at = ParameterBuilder::new()
            .name("ref")
            .parameter_in(ParameterIn::Path)
            .description(Some("The ref"))
            .required(Required::True)
            .schema(Some(Object::with_type(Type::String)));
        operation
            .parameters
            .get_or_insert_default()
            .insert(0, at.build().into());
    }
    let then = format!("/v1/@{{ref}}/guides/{{slug}}.{form}");
    description.paths.paths.insert(then, item);
}

/// Describes `HEAD` beside every `GET`, and the headers of all responses.
fn complete(description: &mut OpenApi) {
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
                "301" => add(response, &[("Location", TEXT, "The current address")]),
                "401" => add(
                    response,
                    &[("WWW-Authenticate", "^Bearer", "How to send a key")],
                ),
                "429" | "503" => {
                    add(
                        response,
                        &[(
                            "Retry-After",
                            SECONDS,
                            "The seconds to wait before the next attempt",
                        )],
                    );
                }
                _ => {}
            }
        }
        item.head = Some(head_of(operation));
    }
}

/// Describes the same operation without bodies.
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

/// Adds the headers that the operation does not describe itself.
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

/// Lists the names that the parameter `fields` accepts: those of `schema` and our own.
fn name_fields(description: &mut OpenApi, schema: &Schema) {
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
