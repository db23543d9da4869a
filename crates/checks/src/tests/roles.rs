//! The rules use a field's role, never its key.

use annai_content::GuideSource;

use crate::*;

const RENAMED: &str = include_str!("../../../../tests/fixtures/schema_renamed.json");
const BARE: &str = include_str!("../../../../tests/fixtures/schema_bare.json");
const NAMED: &str = include_str!("../../../../content/schema.json");

fn schema(text: &str) -> Schema {
    Schema::parse(text).unwrap()
}

fn guide(front_matter: &str, body: &str) -> GuideSource {
    GuideSource::parse(format!("---json\n{front_matter}\n---\n{body}")).unwrap()
}

/// Returns the codes and pointers of the findings.
fn found(
    schema: &Schema,
    guide: &GuideSource,
    surroundings: &Surroundings<'_>,
) -> Vec<(&'static str, Option<String>)> {
    let findings = check(guide, schema, surroundings, &Dictionary::default());
    let pairs = findings
        .into_iter()
        .map(|finding| (finding.code, finding.pointer));
    pairs.collect()
}

#[test]
fn only_a_rule_set_has_a_skeleton_and_its_own_rules_accept_it() {
    let body = skeleton(&schema(NAMED)).unwrap();
    assert!(body.starts_with("### 1️⃣ "), "{body}");
    assert_eq!(body.matches("### ").count(), 10);
    let guide = guide(r#"{"title": "SRE"}"#, &body);
    let found = found(&schema(NAMED), &guide, &Surroundings::default());
    let headings = ["heading_keycap", "heading_not_nested"];
    assert!(
        !found.iter().any(|(code, _)| headings.contains(code)),
        "{found:?}"
    );

    assert_eq!(skeleton(&schema(RENAMED)), None);
    assert_eq!(skeleton(&schema(BARE)), None);
}

#[test]
fn findings_point_at_the_fields_that_have_the_roles() {
    let schema = schema(RENAMED);
    let other = guide(
        r#"{"nom": "吸い物", "adresse": "clear_soup", "rayon": "soupes", "accroche": "だしを味わう", "saveurs": ["うま味"]}"#,
        "# 吸い物\n\nうま味。\n",
    );
    let third = other
        .with_field("adresse", &"third".into())
        .unwrap()
        .with_field("accroche", &"別のひとことです".into())
        .unwrap();
    let mut others = Neighbourhood::default();
    others.put("b", Neighbour::of(&other, &schema, "clear_soup"));
    others.put("c", Neighbour::of(&third, &schema, "third"));
    let own = guide(
        r#"{"nom": "みそ汁", "adresse": "A b", "rayon": "soupes", "accroche": "だしを味わう", "saveurs": ["うまみ ", "うま味-"], "mots": ["塩"], "voisins": ["clear_soup", "nowhere"]}"#,
        "# みそ汁\n",
    );
    let surroundings = Surroundings {
        guides: Some(&others),
        own: "a",
        ..Surroundings::default()
    };
    let found = found(&schema, &own, &surroundings);
    for expected in [
        ("slug_malformed", "/adresse"),
        ("description_repeated", "/accroche"),
        ("related_not_mutual", "/voisins/0"),
        ("related_unknown", "/voisins/1"),
        ("keyword_unused", "/mots/0"),
        ("tag_unused", "/saveurs/0"),
        ("tag_near_miss", "/saveurs/1"),
    ] {
        let expected = (expected.0, Some(expected.1.to_owned()));
        assert!(found.contains(&expected), "{expected:?} in {found:#?}");
    }
}

#[test]
fn the_counter_of_the_schema_is_what_the_summary_is_held_to() {
    let schema = schema(RENAMED);
    let with = |summary: &str| {
        let guide = guide(
            &format!(
                r#"{{"nom": "汁", "adresse": "a", "rayon": "soupes", "accroche": "{summary}"}}"#
            ),
            "# 汁\n",
        );
        found(&schema, &guide, &Surroundings::default())
    };
    let told = [("description_width", Some("/accroche".to_owned()))];
    assert_eq!(with(&"あ".repeat(4)), told);
    assert_eq!(with(&"あ".repeat(5)), []);
    assert_eq!(with(&"あ".repeat(30)), []);
    assert_eq!(with(&"あ".repeat(31)), told);
}

#[test]
fn the_rules_for_jobs_are_for_schemas_that_name_them() {
    let body = "# 別の題\n\n### 1️⃣ 一\n\n### 3️⃣ 三\n\n### 1. 小\n";
    let skips = ("heading_skips_level", None);
    let bare = guide(r#"{"heading": "題", "name": "a"}"#, body);
    let told = found(&schema(BARE), &bare, &Surroundings::default());
    assert_eq!(told, std::slice::from_ref(&skips));

    let description = "あ".repeat(100);
    let job = guide(
        &format!(
            r#"{{"title": "題名", "slug": "a", "category": "data", "meta_description": "{description}", "related_jobs": ["b", "c", "d", "e", "f", "g", "h"]}}"#
        ),
        body,
    );
    let told = found(&schema(NAMED), &job, &Surroundings::default());
    let codes: Vec<_> = told.iter().map(|(code, _)| *code).collect();
    for code in [
        "related_too_many",
        "top_heading_without_title",
        "heading_keycap",
        "heading_not_nested",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert!(told.contains(&skips));
}

#[test]
fn a_file_name_stands_in_for_the_slug_whatever_its_key_is() {
    let schema = schema(RENAMED);
    let unnamed = guide(r#"{"nom": "汁", "rayon": "soupes"}"#, "# 汁\n");
    let findings = check(
        &unnamed,
        &schema,
        &Surroundings::default(),
        &Dictionary::default(),
    );
    let missing: Vec<_> = findings
        .iter()
        .map(|finding| finding.is_missing_slug(&schema))
        .collect();
    assert_eq!(missing, [true]);
}

#[rstest::rstest]
#[case("in_body", "# 別\n", &[])]
#[case("in_body", "本文\n", &["top_heading_missing"])]
#[case("in_body", "# 一\n\n# 二\n", &["top_heading_repeated"])]
#[case("holds_title", "# 別\n", &["top_heading_without_title"])]
#[case("holds_title", "# みそ汁の作り方\n", &[])]
#[case("holds_title", "# `みそ汁` `a`\n", &[])]
#[case("is_title", "# みそ汁\n", &["top_heading_beside_title"])]
#[case("is_title", "## 節\n", &[])]
fn the_schema_says_where_the_top_heading_is(
    #[case] top_heading: &str,
    #[case] body: &str,
    #[case] expected: &[&str],
) {
    let hints = format!(r#"{{"x-annai": {{"top_heading": "{top_heading}"}}, "#);
    let schema = schema(&BARE.replacen('{', &hints, 1));
    let guide = guide(r#"{"heading": "みそ汁", "name": "miso"}"#, body);
    let found = found(&schema, &guide, &Surroundings::default());
    let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, expected);
}
