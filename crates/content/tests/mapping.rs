//! Mappings: the fields of other programs become those of a guide.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use annai_content::{Mapping, MappingPreset, Position, ReadFile, Schema, read_file};
use rstest::rstest;
use serde_json::{Value, json};

fn schema() -> Schema {
    Schema::parse(include_str!("../../../content/schema.json")).unwrap()
}

fn mapped(text: &str, mapping: &Mapping, path: &str) -> ReadFile {
    let read = read_file(text.into(), None).unwrap();
    read.mapped(mapping, &schema(), path).unwrap()
}

#[rstest]
#[case::zenn(
    MappingPreset::Zenn, "articles/my-first-post.md",
    "---\ntitle: 見本\nemoji: 😀\ntopics: [rust, sql]\npublished: false\n---\n本文\n",
    json!({"title": "見本", "emoji": "😀", "tags": ["rust", "sql"], "slug": "my_first_post"}), true
)]
#[case::hugo(
    MappingPreset::Hugo, "content/my-post/index.md",
    "+++\ntitle = '見本'\ndescription = '説明'\ncategories = ['data', 'design']\ndraft = true\n+++\n本文\n",
    json!({"title": "見本", "meta_description": "説明", "category": "data", "slug": "my_post"}), true
)]
#[case::jekyll(
    MappingPreset::Jekyll, "_posts/2019-04-01-My.Post.markdown",
    "---\ntitle: 見本\ntags: rust\n---\n本文\n",
    json!({"title": "見本", "tags": ["rust"], "slug": "my_post"}), false
)]
#[case::astro(
    MappingPreset::Astro, "blog/a-b.mdx",
    "---\ntitle: 見本\npubDate: 2019-04-01\nheroImage: /a.png\ndraft: false\n---\n本文\n",
    json!({"title": "見本", "pubDate": "2019-04-01", "thumbnail": "/a.png", "slug": "a_b"}), false
)]
#[case::docusaurus(
    MappingPreset::Docusaurus, "docs/intro.md",
    "---\ntitle: 見本\nslug: /guides/getting-started/\nkeywords: [a]\n---\n本文\n",
    json!({"title": "見本", "slug": "getting_started", "keywords": ["a"]}), false
)]
#[case::gray_matter(
    MappingPreset::GrayMatter, "a-b.md",
    "---json\n{\"title\": \"見本\"}\n---\n本文\n",
    json!({"title": "見本", "slug": "a_b"}), false
)]
fn a_preset_gives_the_fields_of_a_guide(
    #[case] preset: MappingPreset,
    #[case] path: &str,
    #[case] text: &str,
    #[case] expected: Value,
    #[case] is_draft: bool,
) {
    let read = mapped(text, &Mapping::preset(preset).unwrap(), path);
    assert_eq!(json!(read.source.front_matter()), expected);
    assert_eq!((read.source.body(), read.is_draft), ("本文\n", is_draft));
}

#[test]
fn every_preset_can_be_read() {
    for preset in MappingPreset::ALL {
        assert!(Mapping::preset(preset).is_ok(), "{preset}");
    }
}

#[test]
fn a_file_without_anything_to_map_keeps_its_bytes() {
    let text = "---json\n{ \"title\":\"見本\",\t\"slug\": \"a_b\" }\n---\n本文";
    for preset in MappingPreset::ALL {
        let read = mapped(text, &Mapping::preset(preset).unwrap(), "x.md");
        assert_eq!(read.source.as_str(), text);
    }
}

#[test]
fn values_are_replaced_and_missing_ones_filled_in() {
    let mapping = "[fields]\nkind = '@category'\n[values.'@category']\n'クラウド' = 'cloud-infra'\n\
                   [values.'@tags']\nrs = 'rust'\n[defaults]\n'@summary' = '未記入'\n";
    let text = "---\nkind: クラウド\ntags: [rs, sql]\n---\n";
    let read = mapped(text, &Mapping::parse(mapping).unwrap(), "x.md");
    let expected =
        json!({"category": "cloud-infra", "tags": ["rust", "sql"], "meta_description": "未記入"});
    assert_eq!(json!(read.source.front_matter()), expected);
}

#[test]
fn no_field_is_lost_where_two_become_one() {
    let text = "---\nsummary: 一\ndescription: 二\nmeta_description: 三\n---\n";
    let read = mapped(text, &Mapping::preset(MappingPreset::Hugo).unwrap(), "a.md");
    let expected =
        json!({"summary": "一", "description": "二", "meta_description": "三", "slug": "a"});
    assert_eq!(json!(read.source.front_matter()), expected);
    let text = "---\nsummary: 一\ndescription: 二\n---\n";
    let read = mapped(text, &Mapping::preset(MappingPreset::Hugo).unwrap(), "a.md");
    let expected = json!({"meta_description": "一", "description": "二", "slug": "a"});
    assert_eq!(json!(read.source.front_matter()), expected);
}

#[test]
fn a_fault_is_shown_where_the_file_has_it() {
    let text = "---json\n{\n  \"title\": \"見本\",\n  \"description\": 3\n}\n---\n本文\n";
    let read = mapped(text, &Mapping::preset(MappingPreset::Hugo).unwrap(), "a.md");
    let at = |line, column| Some(Position { line, column });
    assert_eq!(
        read.place_in_file(Some("/meta_description"), at(4, 3)),
        at(4, 3)
    );
    assert_eq!(
        read.place_in_file(None, at(read.source.body_line(), 1)),
        at(7, 1)
    );
}

#[rstest]
#[case("[fields]\na = '@nothing'\n", "`nothing` is not a role of a field")]
#[case("[feilds]\n", "unknown field `feilds`")]
#[case("[slug]\nhyphens = 'gone'\n", "unknown variant `gone`")]
fn a_mapping_with_a_fault_is_refused(#[case] text: &str, #[case] reason: &str) {
    let error = Mapping::parse(text).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}

#[rstest]
#[case(MappingPreset::Hugo, "a.md", "draft: yes")]
#[case(MappingPreset::Hugo, "a.md", "draft: \"true\"")]
#[case(MappingPreset::Hugo, "a.md", "Draft: true")]
#[case(MappingPreset::Astro, "a.md", "draft: 1")]
#[case(MappingPreset::Docusaurus, "a.md", "unlisted: true")]
#[case(MappingPreset::Jekyll, "a.md", "published: no")]
#[case(MappingPreset::Jekyll, "_drafts/a.md", "title: 題")]
#[case(MappingPreset::Zenn, "a.md", "title: 題")]
#[case(MappingPreset::Zenn, "a.md", "published: off")]
fn nobody_guesses_that_a_file_is_public(
    #[case] preset: MappingPreset,
    #[case] path: &str,
    #[case] field: &str,
) {
    let text = format!("---\n{field}\n---\n本文\n");
    let read = mapped(&text, &Mapping::preset(preset).unwrap(), path);
    assert!(read.is_draft, "{field}");
}

#[rstest]
#[case(MappingPreset::Hugo, "draft: false")]
#[case(MappingPreset::Jekyll, "title: 題")]
#[case(MappingPreset::Zenn, "published: true")]
fn a_file_that_says_so_is_public(#[case] preset: MappingPreset, #[case] field: &str) {
    let text = format!("---\n{field}\n---\n本文\n");
    let read = mapped(&text, &Mapping::preset(preset).unwrap(), "a.md");
    assert!(!read.is_draft, "{field}");
}
