use annai_content::Schema;

use super::*;

/// Returns the description of the field `words`, an optional list with `constraints`.
fn described(constraints: &Value) -> Value {
    let mut words = json!({"type": "array", "items": {"type": "string"}});
    let added = constraints.as_object().cloned().unwrap_or_default();
    words.as_object_mut().unwrap().extend(added);
    let schema = json!({
        "type": "object",
        "required": ["title", "slug"],
        "properties": {
            "title": {"type": "string", "x-annai": {"role": "title"}},
            "slug": {"type": "string", "x-annai": {"role": "slug"}},
            "words": words,
        },
    });
    let schema = Schema::parse(&schema.to_string()).unwrap();
    let mut openapi = json!({"components": {"schemas": {"Guide": {"properties": {}}}}});
    describe_fields(&mut openapi, &schema);
    let described = openapi["components"]["schemas"]["Guide"]["properties"]["words"].clone();
    let known = &guide_schema(&schema)["properties"]["data"]["properties"]["words"];
    assert_eq!(
        known.get("anyOf").is_some(),
        described.get("anyOf").is_some(),
        "both descriptions agree"
    );
    described
}

#[test]
fn an_absent_list_is_as_described() {
    for constraints in [
        json!({}),
        json!({"minItems": 1}),
        json!({"contains": {"const": "a"}}),
    ] {
        let described = described(&constraints);
        assert!(
            jsonschema::is_valid(&described, &json!([])),
            "{constraints} {described}"
        );
        assert!(!jsonschema::is_valid(&described, &json!([1])));
        assert!(!jsonschema::is_valid(&described, &Value::Null));
    }
}

#[test]
fn a_list_that_may_be_empty_is_described_as_in_the_schema() {
    let described = described(&json!({"maxItems": 3}));
    assert_eq!(
        described,
        json!({"type": "array", "items": {"type": "string"}, "maxItems": 3})
    );
}
