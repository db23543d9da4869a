use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};

use super::*;

const DELIVERY: &str = include_str!("../../../../docs/openapi-delivery.json");
const EDITORS: &str = include_str!("../../../../docs/openapi.json");

pub(crate) fn description() -> Value {
    serde_json::from_str(DELIVERY).unwrap()
}

#[rstest]
#[case(DELIVERY)]
#[case(EDITORS)]
fn the_reference_has_every_operation_and_every_schema(#[case] openapi: &str) {
    let openapi: Value = serde_json::from_str(openapi).unwrap();
    let reference = Reference::of(&openapi);

    let paths = openapi["paths"].as_object().unwrap();
    // A HEAD is a GET without its body.
    let is_own = |method: &&String| *method != "head";
    let methods = |item: &Value| item.as_object().unwrap().keys().filter(is_own).count();
    let operations = || reference.sections.iter().flat_map(|one| &one.operations);
    assert_eq!(
        operations().count(),
        paths.values().map(methods).sum::<usize>()
    );
    let ids: BTreeSet<_> = operations().map(|one| &one.id).collect();
    assert_eq!(ids.len(), operations().count());
    for operation in operations() {
        assert!(!operation.tag.is_empty(), "{}", operation.id);
        assert!(!operation.summary.is_empty(), "{}", operation.id);
    }

    let schemas = openapi["components"]["schemas"].as_object().unwrap();
    let named: Vec<_> = reference.schemas.iter().map(|one| &one.name).collect();
    assert_eq!(named, schemas.keys().collect::<Vec<_>>());
}

#[rstest]
#[case(json!({"type": "string"}), "string")]
#[case(json!({"type": ["string", "null"], "format": "uuid"}), "string (uuid) or null")]
#[case(json!({"type": "array", "items": {"$ref": "#/components/schemas/Card"}}), "array of <Card>")]
#[case(json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Body"}]}), "null or <Body>")]
#[case(json!({"type": "string", "enum": ["ja", "en"]}), "\"ja\" | \"en\"")]
#[case(json!({"type": "object", "additionalProperties": {"type": "integer"}}), "object of integer")]
#[case(json!({}), "any")]
fn a_kind_is_said_in_one_line(#[case] schema: Value, #[case] expected: &str) {
    let kind = serde_json::to_value(Kind::of(&schema)).unwrap();
    let pieces = kind.as_array().unwrap().iter();
    let said = pieces.map(|piece| match piece["schema"].as_str() {
        Some(name) => format!("<{name}>"),
        None => piece["text"].as_str().unwrap().to_owned(),
    });
    assert_eq!(said.collect::<String>(), expected);
}

#[test]
fn members_of_inner_objects_and_of_items_are_members() {
    let schema = json!({
        "type": "object",
        "required": ["meta"],
        "properties": {
            "meta": {"type": "object", "required": ["ref"], "properties": {"ref": {"type": "string", "maxLength": 20}}},
            "items": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}},
        },
    });
    let openapi = json!({"components": {"schemas": {"One": schema}}});
    let fields = &Reference::of(&openapi).schemas[0].fields;
    let said: Vec<_> = fields
        .iter()
        .map(|field| {
            (
                field.name.as_str(),
                field.is_required,
                field.limits.join(", "),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("meta", true, String::new()),
            ("meta.ref", true, "≤ 20 characters".to_owned()),
            ("items", false, String::new()),
            ("items[].n", false, "≥ 1".to_owned()),
        ]
    );
}

#[test]
fn a_description_is_markdown_and_never_markup() {
    let openapi = json!({"info": {"title": "T", "description": "`a` <script>x</script>"}});
    let description = Reference::of(&openapi).description;
    assert!(description.contains("<code>a</code>"), "{description}");
    assert!(!description.contains("<script"), "{description}");
}
