//! The reference of an API, made from its OpenAPI description.

mod kind;
mod operation;
mod schema;

use annai_content::{Profile, render};
use serde::Serialize;
use serde_json::Value;

use super::View;

pub use kind::Kind;
pub use operation::{Operation, Parameter, Reply};
pub use schema::{Field, NamedSchema};

/// The reference of one API, ready for its page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reference {
    pub title: String,
    pub description: String,
    pub sections: Vec<Section>,
    /// The shapes that operations name, in the order of their names.
    pub schemas: Vec<NamedSchema>,
}

/// The operations with one tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub tag: String,
    pub description: String,
    pub operations: Vec<Operation>,
}

impl Reference {
    /// Reads an OpenAPI 3.1 description. Parts that it lacks are empty.
    #[must_use]
    pub fn of(openapi: &Value) -> Self {
        let mut sections = declared_sections(openapi);
        for operation in operation::all(openapi) {
            let found = sections.iter().position(|one| one.tag == operation.tag);
            let at = found.unwrap_or_else(|| {
                sections.push(Section::new(&operation.tag, String::new()));
                sections.len() - 1
            });
            sections[at].operations.push(operation);
        }
        sections.retain(|section| !section.operations.is_empty());
        Self {
            title: text(&openapi["info"], "title"),
            description: described(&openapi["info"]),
            sections,
            schemas: schema::all(openapi),
        }
    }
}

impl Section {
    fn new(tag: &str, description: String) -> Self {
        Self {
            tag: tag.to_owned(),
            description,
            operations: Vec::new(),
        }
    }
}

fn declared_sections(openapi: &Value) -> Vec<Section> {
    let tags = openapi["tags"].as_array().into_iter().flatten();
    tags.map(|tag| Section::new(&text(tag, "name"), described(tag)))
        .collect()
}

/// Returns the text of a member; an absent one is empty.
fn text(of: &Value, member: &str) -> String {
    of[member].as_str().unwrap_or_default().to_owned()
}

/// Returns the description of `of` as HTML. Descriptions are Markdown.
fn described(of: &Value) -> String {
    let markdown = of["description"].as_str().unwrap_or_default();
    render(markdown, Profile::Guide).map_or_else(|_| String::new(), |rendered| rendered.html)
}

/// `/admin/developers/{api}`
#[derive(Debug, Serialize)]
pub struct ReferenceView<'a> {
    pub api: &'static str,
    /// The address of the description itself.
    pub source: &'static str,
    pub reference: &'a Reference,
}

impl View for ReferenceView<'_> {
    const TEMPLATE: &'static str = "reference.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        static SAMPLE: std::sync::LazyLock<Reference> =
            std::sync::LazyLock::new(|| Reference::of(&tests::description()));
        vec![Self {
            api: "delivery",
            source: "/v1/openapi.json",
            reference: &SAMPLE,
        }]
    }
}

#[cfg(test)]
pub(crate) mod tests;
