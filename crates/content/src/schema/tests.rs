use super::*;
use crate::GuideSource;
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
fn every_role_of_ours_has_one_field() {
    let schema = Schema::parse(OURS).unwrap();
    let keys = FieldRole::ALL.map(|role| schema.key_of(role).unwrap());
    assert_eq!(
        keys,
        [
            "title",
            "slug",
            "meta_description",
            "category",
            "tags",
            "keywords",
            "related_jobs",
            "thumbnail"
        ]
    );
    assert_eq!(schema.rules(), Some(RuleSet::JobGuide));
    assert!(!schema.roles_are_guessed());
}

#[test]
fn a_schema_from_before_roles_means_what_it_meant() {
    let mut old: Value = serde_json::from_str(OURS).unwrap();
    old.as_object_mut().unwrap().remove("x-annai");
    for property in old["properties"].as_object_mut().unwrap().values_mut() {
        property["x-annai"].as_object_mut().unwrap().remove("role");
    }
    let (old, new) = (Schema::parse(&old.to_string()), Schema::parse(OURS));
    let (old, new) = (old.unwrap(), new.unwrap());
    assert!(old.roles_are_guessed());
    assert_eq!(old.fields(), new.fields());
    assert_eq!(old.rules(), new.rules());
}

#[test]
fn a_guess_never_gives_a_role_to_a_field_of_another_type() {
    let old = r#"{"type": "object", "properties": {
        "title": {"type": "string"}, "slug": {"type": ["string", "null"]}, "tags": {"type": "string"}}}"#;
    let old = Schema::parse(old).unwrap();
    assert_eq!(old.key_of(FieldRole::Slug), Some("slug"));
    assert_eq!(old.key_of(FieldRole::Tags), None);
}

#[test]
fn one_role_in_a_schema_ends_the_guessing() {
    let text = r#"{"type": "object", "properties": {
        "nom": {"type": "string", "x-annai": {"role": "title"}},
        "adresse": {"type": "string", "x-annai": {"role": "slug"}},
        "category": {"type": "string"}}}"#;
    let schema = Schema::parse(text).unwrap();
    assert_eq!(schema.key_of(FieldRole::Category), None);
    assert_eq!(schema.field("category").unwrap().role, None);
    assert_eq!(schema.rules(), None);
    assert_eq!(schema.field("adresse").unwrap().widget, Widget::Slug);
}

#[test]
fn a_guide_is_read_by_roles() {
    let schema = Schema::parse(include_str!(
        "../../../../tests/fixtures/schema_renamed.json"
    ));
    let schema = schema.unwrap();
    let guide =
        |front_matter: &str| GuideSource::parse(format!("---json\n{front_matter}\n---\n")).unwrap();
    let source = guide(r#"{"nom": "汁", "saveurs": ["塩", 1, "酢"], "title": "様", "mots": "塩"}"#);
    assert_eq!(schema.text_of(FieldRole::Title, &source), Some("汁"));
    assert_eq!(schema.text_of(FieldRole::Summary, &source), None);
    let tags: Vec<_> = schema.list_of(FieldRole::Tags, &source).collect();
    assert_eq!(tags, ["塩", "酢"]);
    assert_eq!(schema.list_of(FieldRole::Keywords, &source).count(), 0);

    let slug = |front_matter: &str, file: Option<&str>| {
        let slug = schema.slug_of(&guide(front_matter), file);
        slug.map(|slug| slug.map(|slug| slug.to_string()))
    };
    assert_eq!(
        slug(r#"{"adresse": "a"}"#, Some("b.md")),
        Ok(Some("a".into()))
    );
    assert_eq!(
        slug(r#"{"slug": "a"}"#, Some("x/b.md")),
        Ok(Some("b".into()))
    );
    assert_eq!(slug("{}", None), Ok(None));
    assert_eq!(
        slug("{}", Some("content/sre_engineer.md")),
        Ok(Some("sre_engineer".into()))
    );
    assert!(slug(r#"{"adresse": 1}"#, Some("b.md")).is_err());
    assert!(slug(r#"{"adresse": "A"}"#, Some("b.md")).is_err());
    assert!(slug("{}", Some("A b.md")).is_err());
}

#[test]
fn an_unusable_schema_is_refused_with_its_reason() {
    let reason = |text: &str| Schema::parse(text).unwrap_err().to_string();
    let with = |hints: &str| {
        reason(&format!(
            r#"{{"type": "object", "properties": {{
                "a": {{"type": "string", "x-annai": {{"role": "title"}}}},
                "b": {{"type": "string", "x-annai": {{"role": "slug"}}}},
                "c": {{"type": "string", "x-annai": {hints}}}}}}}"#
        ))
    };
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
    assert!(
        with(r#"{"role": "titel"}"#).contains("unknown variant `titel`, expected one of `title`")
    );
    assert_eq!(
        with(r#"{"role": "slug"}"#),
        "the fields \"b\" and \"c\" both have the role `slug`: take it from one"
    );
    assert_eq!(
        with(r#"{"role": "tags"}"#),
        "the field \"c\" has the role `tags`, so its `type` must be `array`"
    );
    assert_eq!(
        reason(r#"{"type": "object", "properties": {"title": {"type": "string"}}}"#),
        "no field has the role `slug`: write `\"role\": \"slug\"` into the `x-annai` of the field that holds it"
    );
    assert!(
        reason(r#"{"type": "object", "x-annai": {"rules": "poem"}, "properties": {}}"#)
            .contains("unknown variant `poem`")
    );
}

#[test]
fn hints_that_contradict_a_field_are_refused_with_its_name_and_a_remedy() {
    let reason = |c: Value| {
        let schema = json!({"type": "object", "properties": {
            "a": {"type": "string", "x-annai": {"role": "title"}},
            "b": {"type": "string", "x-annai": {"role": "slug"}},
            "c": c,
        }});
        Schema::parse(&schema.to_string())
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let text = |hints: Value| reason(json!({"type": "string", "x-annai": hints}));
    let refused = |told: Result<(), String>, remedy: &str| {
        let told = told.unwrap_err();
        assert!(told.starts_with("the field \"c\""), "{told}");
        assert!(told.contains(remedy), "{told}");
    };
    refused(
        text(json!({"widget": "tokens"})),
        "needs the `type` `array`: change one of them",
    );
    refused(text(json!({"role": null})), "name a role or leave it out");
    refused(
        text(json!({"counter": {"min": 9, "max": 1}})),
        "exchange them",
    );
    refused(text(json!({"counter": {"min": -1}})), "0 or more");
    refused(
        reason(json!({"x-annai": {"role": "summary"}})),
        "its `type` must be `string`",
    );
    refused(
        reason(json!({"type": "array", "items": {"type": "number"}, "x-annai": {"role": "tags"}})),
        "the `type` of its `items` must be `string`",
    );
    refused(reason(json!({"type": "string", "pattern": "("})), "regex");
    refused(reason(json!({"type": "strin"})), "JSON Schema 2020-12");
    refused(reason(json!({"$ref": "#/$defs/none"})), "JSON Schema");

    for fine in [
        json!({"type": ["string", "null"], "x-annai": {"widget": "image", "role": "image"}}),
        json!({"type": "array", "x-annai": {"role": "tags", "widget": "tokens"}}),
        json!({"type": "integer", "x-annai": {"widget": "number"}}),
        json!({"$ref": "#/properties/b", "x-annai": {"widget": "text"}}),
        json!({"type": "string", "x-annai": {"counter": {"min": 0, "max": 0}}}),
    ] {
        assert_eq!(reason(fine.clone()), Ok(()), "{fine}");
    }
}
