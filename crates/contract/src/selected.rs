//! Guides with the members that a request selected.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::guide::{Body, Guide, GuideLinks, GuideMeta, Included};

/// The name of the selected parts of a [`Body`] in the API document.
const SELECTED_BODY: &str = "SelectedBody";

/// The document of one guide with the members that the request selected. Without `fields`, `body`
/// and `include` it is a `GuideDocument`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SelectedGuideDocument<'a> {
    /// The selected members of the guide.
    #[schema(value_type = SelectedGuide)]
    pub data: Box<RawValue>,
    /// The guides that it names as related; absent with `include=none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Included>, nullable = false)]
    pub included: Option<&'a RawValue>,
    /// Metadata of the document.
    #[schema(value_type = GuideMeta)]
    pub meta: &'a RawValue,
    /// The addresses of the guide.
    #[schema(value_type = GuideLinks)]
    pub links: &'a RawValue,
}

/// The selected members of a [`Guide`]: the parameter `fields` may leave any of them out.
#[derive(Debug)]
pub struct SelectedGuide;

impl ToSchema for SelectedGuide {
    fn name() -> Cow<'static, str> {
        "SelectedGuide".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((SELECTED_BODY.to_owned(), selected_body()));
        Guide::schemas(schemas);
    }
}

impl PartialSchema for SelectedGuide {
    fn schema() -> RefOr<Schema> {
        let description =
            "The selected members of a guide: the parameter `fields` may leave any of them out.";
        let mut selected = optional(Guide::schema(), description);
        if let RefOr::T(Schema::Object(object)) = &mut selected {
            let body = Ref::from_schema_name(SELECTED_BODY);
            object.properties.insert("body".to_owned(), body.into());
        }
        selected
    }
}

fn selected_body() -> RefOr<Schema> {
    let description =
        "The selected parts of a body: the parameter `body` may leave any of them out.";
    optional(Body::schema(), description)
}

/// Makes every member of an object optional.
fn optional(mut schema: RefOr<Schema>, description: &str) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.required.clear();
        object.description = Some(description.to_owned());
    }
    schema
}
