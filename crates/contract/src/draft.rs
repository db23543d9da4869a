//! Guides before they are public.

use std::borrow::Cow;

use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::guide::{Guide, GuideDocument};

/// The name of a [`DraftGuide`] in the API document.
pub(crate) const DRAFT_GUIDE: &str = "DraftGuide";

/// The description of a [`GuideDocument`] before it is public. The same writer writes both.
#[derive(Debug)]
pub struct DraftGuideDocument;

/// The description of a [`Guide`] before it is public. A draft may break the schema, so its fields
/// have any value.
#[derive(Debug)]
struct DraftGuide;

impl ToSchema for DraftGuideDocument {
    fn name() -> Cow<'static, str> {
        "DraftGuideDocument".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((DRAFT_GUIDE.to_owned(), DraftGuide::schema()));
        GuideDocument::schemas(schemas);
    }
}

impl PartialSchema for DraftGuideDocument {
    fn schema() -> RefOr<Schema> {
        let mut document = described(
            GuideDocument::schema(),
            "The document of one guide before it is public.",
        );
        if let RefOr::T(Schema::Object(object)) = &mut document {
            let guide = Ref::builder()
                .ref_location_from_schema_name(DRAFT_GUIDE)
                .description(Some("The guide as its JSON, as if it were published now."));
            object
                .properties
                .insert("data".to_owned(), guide.build().into());
        }
        document
    }
}

impl PartialSchema for DraftGuide {
    fn schema() -> RefOr<Schema> {
        described(
            Guide::schema(),
            "One guide before it is public, with the members of a published guide. A draft may \
             break the schema: a field of its front matter may be null or of another type.",
        )
    }
}

fn described(mut schema: RefOr<Schema>, description: &str) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.description = Some(description.to_owned());
    }
    schema
}
