use super::*;
use serde_json::json;

const OURS: &str = include_str!("../../../../content/schema.json");

#[test]
fn our_schema_has_the_nine_fields_in_the_order_of_the_form() {
    let schema = Schema::parse(OURS).unwrap();
    let keys: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| field.key.as_str())
        .collect();
    assert_eq!(
        keys,
        [
            "title",
            "slug",
            "category",
            "meta_description",
            "keywords",
            "tags",
            "related_jobs",
            "thumbnail",
            "hero_image"
        ]
    );
    let required: Vec<_> = schema
        .fields()
        .iter()
        .filter(|field| field.required)
        .map(|field| field.key.as_str())
        .collect();
    assert_eq!(required, ["title", "slug", "category", "meta_description"]);
    assert!(schema.knows("tags") && !schema.knows("author"));
}

#[test]
fn every_field_of_ours_has_a_label_in_both_languages() {
    let schema = Schema::parse(OURS).unwrap();
    for field in schema.fields() {
        assert_ne!(field.label.ja, field.key);
        assert_ne!(field.label.en, field.key);
    }
    let Widget::Select { options } = &schema.field("category").unwrap().widget else {
        panic!("a select")
    };
    assert!(options.iter().any(|option| option.value == "cloud-infra"));
    assert!(options.iter().all(|option| option.label.ja != option.value));
}

#[test]
fn a_field_added_by_editing_the_file_alone_is_known() {
    let mut document: Value = serde_json::from_str(OURS).unwrap();
    document["properties"]["salary"] = json!({
        "type": "integer",
        "minimum": 0,
        "x-annai": { "order": 45, "label": { "ja": "年収（万円）", "en": "Salary" } }
    });
    let schema = Schema::parse(&document.to_string()).unwrap();
    let field = schema.field("salary").unwrap();
    assert_eq!(
        (&field.widget, field.label.ja.as_str()),
        (&Widget::Number, "年収（万円）")
    );
    assert_eq!(
        schema
            .fields()
            .iter()
            .position(|field| field.key == "salary"),
        Some(4)
    );
    assert_eq!(schema.errors(&json!({"title": "t", "slug": "s", "category": "design", "meta_description": "d", "salary": -1})).count(), 1);
    assert_ne!(schema.hash(), Schema::parse(OURS).unwrap().hash());
}

#[test]
fn an_unusable_schema_is_refused_with_its_reason() {
    let reason = |text: &str| Schema::parse(text).unwrap_err().to_string();
    assert!(reason("{").starts_with("the schema is not JSON"));
    assert!(reason("[]").contains("properties"));
    assert!(
        reason(r#"{"type": "object", "properties": {"a": {"type": "strin"}}}"#)
            .contains("JSON Schema 2020-12")
    );
    assert!(
        reason(r#"{"type": "object", "properties": {"a": {"x-annai": {"widge": "text"}}}}"#)
            .contains("widge")
    );
    assert!(
        reason(r#"{"type": "object", "properties": {"a": {"enum": ["b"], "x-annai": {"options": {"c": {"ja": "c", "en": "c"}}}}}}"#)
            .contains("not in `enum`")
    );
    assert!(
        reason(
            r#"{"type": "object", "properties": {"a": {"$ref": "https://example.com/a.json"}}}"#
        )
        .contains("JSON Schema")
    );
}
