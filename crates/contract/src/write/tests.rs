use annai_content::{Profile, render};

use super::*;

const SCHEMA: &str = include_str!("../../../../content/schema.json");

fn document(source: &str, related: &[Card], unresolved: &[String]) -> Value {
    serde_json::from_slice(&finished(source, related, unresolved).answer).unwrap()
}

fn listing(source: &str) -> Value {
    serde_json::from_slice(&finished(source, &[], &[]).listing).unwrap()
}

fn finished(source: &str, related: &[Card], unresolved: &[String]) -> FinishedAnswer {
    let source = GuideSource::parse(source.as_bytes()).unwrap();
    let rendered = render(source.body(), Profile::Guide).unwrap();
    finish(&AnswerParts {
        guide_id: "018f0000-0000-7000-8000-000000000001".parse().unwrap(),
        slug: &"kaji".parse().unwrap(),
        source: &source,
        rendered: &rendered,
        schema: &Schema::parse(SCHEMA).unwrap(),
        revision_number: 7,
        content_hash: ContentHash::of(source.as_bytes()),
        first_published_at: "2025-10-02T03:00:00Z".parse().unwrap(),
        published_at: "2025-11-22T01:12:09Z".parse().unwrap(),
        related,
        related_unresolved: unresolved,
        name: "142-5b1f0c9a".parse().unwrap(),
        is_preview: false,
    })
}

#[test]
fn fields_stand_flat_and_unknown_ones_in_extra_in_their_own_order() {
    let source = "---json\n{\"zeta\": 1, \"title\": \"鍛冶\", \"slug\": \"kaji\", \"body\": \"mine\", \"alpha\": [2]}\n---\n# 鍛冶\n";
    let document = document(source, &[], &[]);

    let data = &document["data"];
    assert_eq!(data["title"], "鍛冶");
    assert_eq!(data["thumbnail"], Value::Null);
    assert_eq!(
        data["body"]["html"].as_str().unwrap().trim(),
        "<h1 id=\"鍛冶\">鍛冶</h1>"
    );
    assert_eq!(
        data["extra"].to_string(),
        r#"{"zeta":1,"body":"mine","alpha":[2]}"#
    );
    assert_eq!(document["meta"]["ref"], "142-5b1f0c9a");
    assert_eq!(document["links"]["pinned"], "/v1/@142-5b1f0c9a/guides/kaji");
}

#[test]
fn everything_that_can_change_the_bytes_is_among_the_cache_tags() {
    let card = Card {
        slug: "toishi".parse().unwrap(),
        title: "砥石".to_owned(),
        category: "craft".to_owned(),
        thumbnail: None,
        meta_description: String::new(),
    };
    let source = "---json\n{\"category\": \"craft\"}\n---\n";
    let unresolved = ["sumi".to_owned(), "no slug\r\n".to_owned()];

    let document = document(source, &[card], &unresolved);

    let expected = json!(["guide:kaji", "guide:toishi", "guide:sumi", "category:craft"]);
    assert_eq!(document["meta"]["cache_tags"], expected);
    assert_eq!(document["included"]["related"][0]["title"], "砥石");
    assert_eq!(
        document["included"]["related_unresolved"],
        json!(unresolved)
    );
}

const GUIDE: &str = r#"---json
{
  "z_unknown": {"b": 1, "a": 2},
  "title": "Platform Engineerとは",
  "slug": "platform_engineer",
  "category": "cloud-infra",
  "keywords": ["DevOps", "SRE"],
  "id": "theirs",
  "related_jobs": ["toishi", "sumi"],
  "meta_description": "説明",
  "a_unknown": null
}
---
# 🚀 Platform Engineer

**開発基盤（Platform）**です。

## 第1章
"#;

#[test]
fn the_whole_document_keeps_its_shape() {
    let document = document(GUIDE, &[], &["sumi".to_owned()]);
    insta::assert_json_snapshot!(document);
}

#[test]
fn a_field_of_the_front_matter_never_replaces_one_of_the_document() {
    let text = GUIDE
        .replace("z_unknown", "published_at")
        .replace("a_unknown", "digest");
    let document = document(&text, &[], &[]);

    let data = &document["data"];
    assert_eq!(data["published_at"], "2025-11-22T01:12:09Z");
    assert_eq!(data["id"], "018f0000-0000-7000-8000-000000000001");
    assert_eq!(data["extra"]["published_at"], json!({"b": 1, "a": 2}));
    assert_eq!(data["extra"]["digest"], Value::Null);
    assert_eq!(data["extra"]["id"], "theirs");
}

#[test]
fn new_surroundings_leave_the_data_as_it_was_rendered() {
    let source = GuideSource::parse(
        "---json\n{\"title\": \"鍛冶\", \"category\": \"craft\", \"n\": 1.50}\n---\n# 鍛冶\n",
    )
    .unwrap();
    let rendered = render(source.body(), Profile::Guide).unwrap();
    let slug: Slug = "kaji".parse().unwrap();
    let at = |name: &str, unresolved: &'static [String]| {
        finish(&AnswerParts {
            guide_id: "018f0000-0000-7000-8000-000000000001".parse().unwrap(),
            slug: &slug,
            source: &source,
            rendered: &rendered,
            schema: &Schema::parse(SCHEMA).unwrap(),
            revision_number: 7,
            content_hash: ContentHash::of(source.as_bytes()),
            first_published_at: "2025-10-02T03:00:00Z".parse().unwrap(),
            published_at: "2025-11-22T01:12:09Z".parse().unwrap(),
            related: &[],
            related_unresolved: unresolved,
            name: name.parse().unwrap(),
            is_preview: false,
        })
    };
    let missing = vec!["sumi".to_owned()].leak();
    let (then, now) = (at("142-5b1f0c9a", &[]), at("150-77aa01ce", missing));

    let surroundings = Surroundings {
        updated_at: "2025-11-22T01:12:09Z".parse().unwrap(),
        slug: &slug,
        category: "craft",
        related: &[],
        related_unresolved: missing,
        name: "150-77aa01ce".parse().unwrap(),
    };
    assert_eq!(
        surround(&then.answer, &surroundings, None).unwrap(),
        now.answer
    );
    assert_eq!(then.listing, now.listing);
    assert!(surround(b"{}", &surroundings, None).is_err());
}

#[test]
fn another_html_changes_no_other_byte_of_the_data() {
    let text = GUIDE.replace(
        "\"a_unknown\": null",
        "\"a_unknown\": {\"html\": \"mine\", \"n\": 1e2}",
    );
    let then = finished(&text, &[], &[]).answer;
    let surroundings = Surroundings {
        updated_at: "2025-11-22T01:12:09Z".parse().unwrap(),
        slug: &"kaji".parse().unwrap(),
        category: "cloud-infra",
        related: &[],
        related_unresolved: &[],
        name: "142-5b1f0c9a".parse().unwrap(),
    };
    let html = "<p>\"新しい\"</p>\n";
    let now = surround(&then, &surroundings, Some(html)).unwrap();
    let mut expected: Value = serde_json::from_slice(&then).unwrap();
    let before = expected["data"]["body"]["html"].to_string();
    let then = String::from_utf8(then).unwrap();
    expected["data"]["body"]["html"] = html.into();
    assert_eq!(
        String::from_utf8(now).unwrap(),
        then.replace(&before, &expected["data"]["body"]["html"].to_string())
    );
}

#[test]
fn a_listing_is_the_data_without_the_body() {
    let source = "---json\n{\"title\": \"鍛冶\"}\n---\n# 鍛冶\n";
    let mut document = document(source, &[], &[]);
    let listing = listing(source);
    document["data"]
        .as_object_mut()
        .unwrap()
        .shift_remove("body");
    assert_eq!(listing, document["data"]);
}
