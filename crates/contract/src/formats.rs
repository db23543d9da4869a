//! The schemas of values that many documents hold.

use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{KnownFormat, schema::Array};

/// The pattern of a ref, such as `150-77aa01ce`.
const REF: &str = "^[0-9]+-[0-9a-f]{8}$";
/// The pattern of a slug.
const SLUG: &str = "^[a-z0-9]+(_[a-z0-9]+)*$";
/// The pattern of a digest.
const DIGEST: &str = "^sha256-[0-9a-f]{64}$";

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn or_null(builder: ObjectBuilder) -> ObjectBuilder {
    builder.schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

fn instant_builder() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
}

pub(crate) fn ref_name() -> Object {
    text().pattern(Some(REF)).build()
}

pub(crate) fn slug() -> Object {
    text().pattern(Some(SLUG)).build()
}

pub(crate) fn slug_or_null() -> Object {
    or_null(text().pattern(Some(SLUG))).build()
}

pub(crate) fn slugs() -> Array {
    Array::new(slug())
}

pub(crate) fn digest() -> Object {
    text().pattern(Some(DIGEST)).build()
}

pub(crate) fn instant() -> Object {
    instant_builder().build()
}

pub(crate) fn instant_or_null() -> Object {
    or_null(instant_builder()).build()
}

pub(crate) fn guide_id() -> Object {
    text()
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .build()
}

/// Returns the schema of a member that marks its object by being true.
pub(crate) fn always_true() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .enum_values(Some([true]))
        .build()
}

/// Returns the schema of the two statuses of a redirect.
pub(crate) fn redirect_status() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .enum_values(Some([301, 410]))
        .build()
}
