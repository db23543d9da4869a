use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One detail of a problem: the parameter, key or field, and the fault in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProblemError {
    /// The query parameter or header at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// The place in the body, as a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pointer: Option<String>,
    /// The form or front matter field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// The kind of fault, as a code for programs.
    pub code: String,
    /// The fault, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// The spelling that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub suggestion: Option<String>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub line: Option<u32>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub column: Option<u32>,
}

impl ProblemError {
    /// Creates a detail that has only a code.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            ..Self::default()
        }
    }

    /// Creates a detail about a query parameter or header.
    #[must_use]
    pub fn parameter(name: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            parameter: Some(name.into()),
            ..Self::new(code)
        }
    }

    /// Creates a detail about a place in the body.
    #[must_use]
    pub fn pointer(pointer: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..Self::new(code)
        }
    }

    /// Creates a detail about a form or front matter field.
    #[must_use]
    pub fn field(name: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            field: Some(name.into()),
            ..Self::new(code)
        }
    }

    /// Adds a message in English.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Adds the spelling that was probably meant.
    #[must_use]
    pub fn with_suggestion(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    /// Adds the position in the text: line and column, both from 1.
    #[must_use]
    pub fn with_position(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }
}

/// A problem as the response contains it: RFC 9457, `application/problem+json`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(title = "Problem")]
pub struct ProblemDocument {
    /// The kind of problem, such as `/problems/not-found`.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found")]
    pub kind: String,
    /// A summary, the same for every problem of this kind.
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// An explanation of this occurrence, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// The path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub instance: Option<String>,
    /// The id of this request in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
    /// The details, one for each fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    /// Members that only this kind of problem has, such as `suggestion` or `restart`.
    #[serde(flatten)]
    #[schema(additional_properties, value_type = std::collections::HashMap<String, Value>)]
    pub extensions: Map<String, Value>,
}
