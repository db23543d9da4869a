//! The fields of the front matter in the descriptions of a guide.

use annai_content::{Field, Schema, Widget};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::draft::DRAFT_GUIDE;
use crate::guide::{GuideDocument, OWN_MEMBERS};

#[cfg(test)]
mod tests;

/// The place of components in an OpenAPI document.
const COMPONENTS: &str = "#/components/schemas/";
/// The place of the front matter's schema in `/v1/schemas/guide.json`.
const FRONT_MATTER: &str = "#/$defs/front_matter/";

/// Adds the fields of `schema` to the guides of an OpenAPI document. They stand in the delivered
/// order, with the constraints of the schema and without its hints for the form.
pub fn describe_fields(openapi: &mut Value, schema: &Schema) {
    let definitions = schema.document()["$defs"].as_object().into_iter().flatten();
    let definitions: Vec<_> = definitions
        .map(|(name, definition)| (format!("FrontMatter_{name}"), plain(definition)))
        .collect();
    let Some(components) = openapi["components"]["schemas"].as_object_mut() else {
        return;
    };
    for guide in ["Guide", "SelectedGuide"] {
        if let Some(members) = components
            .get_mut(guide)
            .map(|guide| &mut guide["properties"])
        {
            let fields =
                delivered_fields(schema).map(|field| (field.key.clone(), value_of(field, schema)));
            *members = with_fields(members, fields);
        }
    }
    if let Some(members) = components
        .get_mut(DRAFT_GUIDE)
        .map(|guide| &mut guide["properties"])
    {
        let fields = delivered_fields(schema).map(|field| (field.key.clone(), any_value()));
        *members = with_fields(members, fields);
    }
    components.extend(definitions);
}

/// Describes the value of a field in a draft.
fn any_value() -> Value {
    json!({"description": "In a draft that keeps to the schema as in a `Guide`, otherwise any value"})
}

/// Returns the JSON Schema of `GET /v1/guides/{slug}` under today's `schema`.
#[must_use]
pub fn guide_schema(schema: &Schema) -> Value {
    let mut components = vec![("GuideDocument".to_owned(), GuideDocument::schema())];
    GuideDocument::schemas(&mut components);
    let components: Map<String, Value> = components
        .into_iter()
        .map(|(name, described)| (name, json!(described)))
        .collect();
    let mut document = inlined(&components["GuideDocument"], &components);
    let members = &mut document["properties"]["data"]["properties"];
    let fields = delivered_fields(schema).map(|field| {
        let key = field.key.replace('~', "~0").replace('/', "~1");
        let known = json!({"$ref": format!("{FRONT_MATTER}properties/{key}")});
        (field.key.clone(), or_absent(known, field, schema))
    });
    *members = with_fields(members, fields);
    let mut whole = Map::new();
    whole.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    whole.insert("title".to_owned(), json!("The document of one guide"));
    whole.extend(document.as_object().cloned().unwrap_or_default());
    whole.insert(
        "$defs".to_owned(),
        json!({"front_matter": schema.document()}),
    );
    Value::Object(whole)
}

/// Returns the fields that stand beside the members that Annai derives.
pub(crate) fn delivered_fields(schema: &Schema) -> impl Iterator<Item = &Field> {
    let is_own = |field: &&Field| OWN_MEMBERS.contains(&field.key.as_str());
    schema.fields().iter().filter(move |field| !is_own(field))
}

/// Returns the value of a field that the guide does not have. A template can loop over a list and
/// test the others.
pub(crate) fn absent(field: &Field) -> Value {
    match field.widget {
        Widget::Tokens | Widget::Guides => json!([]),
        Widget::Text
        | Widget::TextArea
        | Widget::Slug
        | Widget::Select { .. }
        | Widget::Image
        | Widget::Number
        | Widget::Checkbox => Value::Null,
    }
}

/// Describes the delivered value of a field.
fn value_of(field: &Field, schema: &Schema) -> Value {
    or_absent(
        plain(&schema.document()["properties"][&field.key]),
        field,
        schema,
    )
}

/// Admits the value of an absent field where the guide may lack the field.
fn or_absent(known: Value, field: &Field, schema: &Schema) -> Value {
    if field.required {
        return known;
    }
    match absent(field) {
        Value::Null => json!({"anyOf": [known, {"type": "null"}]}),
        empty if admits(schema, field, &empty) => known,
        _ => json!({"anyOf": [known, {"type": "array", "maxItems": 0}]}),
    }
}

/// Returns whether the schema allows `value` for a field.
fn admits(schema: &Schema, field: &Field, value: &Value) -> bool {
    let front_matter = json!({field.key.as_str(): value});
    // Other errors concern the whole front matter, which lacks the other fields.
    let mut errors = schema.errors(&front_matter);
    !errors.any(|error| !error.instance_path().as_str().is_empty())
}

/// Copies a part of the schema into an OpenAPI document. Hints for the form are left out, and
/// references lead to the components there.
fn plain(part: &Value) -> Value {
    match part {
        Value::Object(members) => {
            let members = members.iter().filter(|(name, _)| *name != "x-annai");
            let members = members.map(|(name, value)| match (name.as_str(), value.as_str()) {
                ("$ref", Some(to)) => (name.clone(), json!(moved(to))),
                _ => (name.clone(), plain(value)),
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

fn moved(to: &str) -> String {
    if let Some(definition) = to.strip_prefix("#/$defs/") {
        format!("{COMPONENTS}FrontMatter_{definition}")
    } else if let Some(field) = to.strip_prefix("#/properties/") {
        format!("{COMPONENTS}Guide/properties/{field}")
    } else {
        to.to_owned()
    }
}

/// Puts the fields behind `id` and `slug`, where they are delivered.
fn with_fields(members: &Value, fields: impl Iterator<Item = (String, Value)>) -> Value {
    let own = members.as_object().cloned().unwrap_or_default();
    let (names, others): (Map<_, _>, Map<_, _>) = own
        .into_iter()
        .partition(|(name, _)| name == "id" || name == "slug");
    names.into_iter().chain(fields).chain(others).collect()
}

/// Replaces references by the components that they name.
fn inlined(schema: &Value, components: &Map<String, Value>) -> Value {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|to| to.strip_prefix(COMPONENTS));
            if let Some(component) = name.and_then(|name| components.get(name)) {
                return inlined(component, components);
            }
            let members = members.iter();
            let members = members.map(|(name, value)| (name.clone(), inlined(value, components)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(|item| inlined(item, components)).collect(),
        other => other.clone(),
    }
}
