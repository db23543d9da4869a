use serde::Serialize;
use serde_json::Value;

use super::kind::Kind;
use super::schema::{Field, fields_of, limits};
use super::{described, text};

/// The methods in the order of the page.
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// An operation: a method and a path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// The operation id, which is the fragment of its address.
    pub id: String,
    pub tag: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub description: String,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    pub replies: Vec<Reply>,
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    pub name: String,
    /// The place: `path`, `query` or `header`.
    pub place: String,
    pub is_required: bool,
    pub kind: Kind,
    pub description: String,
    pub limits: Vec<String>,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Body {
    pub media_type: String,
    pub kind: Kind,
    /// The members of a shape without a name.
    pub fields: Vec<Field>,
}

/// A response of an operation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reply {
    /// The status, such as `200` or `4XX`.
    pub status: String,
    pub description: String,
    pub media_type: String,
    pub kind: Kind,
}

pub(super) fn all(openapi: &Value) -> Vec<Operation> {
    let paths = openapi["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let shared = &item["parameters"];
            METHODS
                .iter()
                .filter(|method| item[**method].is_object())
                .map(move |method| operation(path, method, &item[*method], shared))
        })
        .collect()
}

fn operation(path: &str, method: &str, found: &Value, shared: &Value) -> Operation {
    let parameters = [shared, &found["parameters"]];
    let parameters = parameters.into_iter().filter_map(Value::as_array);
    let replies = found["responses"].as_object().into_iter().flatten();
    Operation {
        id: text(found, "operationId"),
        tag: found["tags"][0].as_str().unwrap_or_default().to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(found, "summary"),
        description: described(found),
        parameters: parameters.flatten().map(parameter).collect(),
        body: body(&found["requestBody"]),
        replies: replies
            .map(|(status, found)| reply(status, found))
            .collect(),
    }
}

fn parameter(found: &Value) -> Parameter {
    Parameter {
        name: text(found, "name"),
        place: text(found, "in"),
        is_required: found["required"] == true,
        kind: Kind::of(&found["schema"]),
        description: described(found),
        limits: limits(&found["schema"]),
    }
}

fn body(found: &Value) -> Option<Body> {
    let (media_type, kind, schema) = content(found)?;
    let fields = fields_of(schema);
    Some(Body {
        media_type,
        kind,
        fields,
    })
}

fn reply(status: &str, found: &Value) -> Reply {
    let (media_type, kind) = content(found)
        .map(|(media_type, kind, _)| (media_type, kind))
        .unwrap_or_default();
    Reply {
        status: status.to_owned(),
        description: described(found),
        media_type,
        kind,
    }
}

/// Returns the first kind of content: its media type, kind and schema.
fn content(found: &Value) -> Option<(String, Kind, &Value)> {
    let (media_type, content) = found["content"].as_object()?.iter().next()?;
    let schema = &content["schema"];
    let kind = if schema.is_null() {
        Kind::default()
    } else {
        Kind::of(schema)
    };
    Some((media_type.clone(), kind, schema))
}
