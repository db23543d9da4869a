//! The rules about other guides.

use annai_content::GuideSource;
use rstest::rstest;

use super::schema;
use crate::*;

fn guide(slug: &str, fields: &str, body: &str) -> GuideSource {
    let description = format!("{slug}{}", "あ".repeat(100));
    GuideSource::parse(format!(
        "---json\n{{\"title\": \"題\", \"slug\": \"{slug}\", \"category\": \"security\", \"meta_description\": \"{description}\"{fields}}}\n---\n# [完全ガイド] {slug}: 題\n{body}"
    ))
    .unwrap()
}

fn neighbourhood(guides: &[GuideSource]) -> Neighbourhood {
    let mut neighbourhood = Neighbourhood::default();
    for guide in guides {
        let slug = schema().slug_of(guide, None).unwrap().unwrap();
        neighbourhood.put(
            slug.as_str(),
            Neighbour::of(guide, &schema(), slug.as_str()),
        );
    }
    neighbourhood
}

/// Returns the code and the first argument of each finding for a guide among others.
fn told(guide: &GuideSource, surroundings: &Surroundings<'_>) -> Vec<(&'static str, String)> {
    let findings = check(guide, &schema(), surroundings, &Dictionary::default());
    let told = findings
        .into_iter()
        .filter(|finding| finding.code != "tag_unused");
    told.map(|finding| {
        let first = finding.arguments.values().next();
        (
            finding.code,
            first
                .and_then(|value| value.as_str())
                .unwrap_or_default()
                .to_owned(),
        )
    })
    .collect()
}

fn among<'a>(guides: &'a Neighbourhood, own: &'a str) -> Surroundings<'a> {
    Surroundings {
        guides: Some(guides),
        own,
        ..Surroundings::default()
    }
}

#[test]
fn related_guides_are_there_public_and_name_this_one_too() {
    let others = neighbourhood(&[
        guide("b", ", \"related_jobs\": [\"a\"]", ""),
        guide("c", "", ""),
    ]);
    let own = guide("a", ", \"related_jobs\": [\"b\", \"c\", \"d\", \"e\"]", "");
    let mut surroundings = among(&others, "a");
    surroundings.unpublished.insert("d".to_owned());
    let expected = [
        ("related_not_public", "d"),
        ("related_unknown", "e"),
        ("related_not_mutual", "c"),
    ];
    let expected = expected.map(|(code, slug)| (code, slug.to_owned()));
    assert_eq!(told(&own, &surroundings), expected);
    // Without knowledge of other guides the checks claim nothing about them.
    assert_eq!(told(&own, &Surroundings::default()), []);
}

#[test]
fn a_slug_belongs_to_one_guide_and_moves_readers_with_it() {
    let others = neighbourhood(&[guide("b", "", "")]);
    let own = guide("b", "", "")
        .with_field("meta_description", &"い".repeat(100).into())
        .unwrap();
    assert_eq!(
        told(&own, &among(&others, "a")),
        [("slug_taken", "b".to_owned())]
    );
    assert_eq!(told(&own, &among(&others, "b")), []);
    let mut surroundings = among(&others, "b");
    surroundings.slug_is_taken = true;
    surroundings.public_slug = Some("old".to_owned());
    let expected = [
        ("slug_taken", "b".to_owned()),
        ("slug_moves", "old".to_owned()),
    ];
    assert_eq!(told(&own, &surroundings), expected);
}

#[test]
fn no_two_guides_have_one_description() {
    let others = neighbourhood(&[guide("b", "", "")]);
    let own = guide("b", "", "").with_field("slug", &"a".into()).unwrap();
    assert_eq!(
        told(&own, &among(&others, "a")),
        [("description_repeated", "b".to_owned())]
    );
    assert_eq!(told(&guide("a", "", ""), &among(&others, "a")), []);
}

#[rstest]
#[case("Github", "GitHub")]
#[case("git hub", "GitHub")]
#[case("サーバ", "サーバー")]
fn a_tag_is_spelt_as_most_guides_spell_it(#[case] tag: &str, #[case] usual: &str) {
    let tagged = |slug: &str, tag: &str| guide(slug, &format!(", \"tags\": [\"{tag}\"]"), "");
    let others = neighbourhood(&[tagged("a", tag), tagged("b", usual), tagged("c", usual)]);
    let own = tagged("a", tag);
    let findings = check(
        &own,
        &schema(),
        &among(&others, "a"),
        &Dictionary::default(),
    );
    let finding = findings
        .iter()
        .find(|finding| finding.code == "tag_near_miss")
        .unwrap();
    let fixed = finding.fix.as_ref().unwrap().apply(&own).unwrap();
    assert_eq!(fixed, tagged("a", usual));
    // Both spellings are equally frequent, so neither is the usual one.
    let others = neighbourhood(&[tagged("b", usual), tagged("c", tag)]);
    assert_eq!(told(&own, &among(&others, "a")), []);
}

#[test]
fn a_section_that_most_guides_of_the_category_have_is_missed() {
    let usual = "## 🚀 1️⃣ 主な業務\n\n### {}の協業スタイル\n\n```\n## 例\n```\n";
    let written = |slug: &str| guide(slug, "", &usual.replace("{}", slug));
    let mut guides: Vec<_> = ["b", "c", "d", "e"].map(written).to_vec();
    guides.push(guide("f", "", "## 主な業務\n"));
    let others = neighbourhood(&guides);
    let own = guide("a", "", "## 別の節\n");
    let expected = [
        ("section_missing", "aの協業スタイル".to_owned()),
        ("section_missing", "主な業務".to_owned()),
    ];
    let mut found = told(&own, &among(&others, "a"));
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(told(&written("a"), &among(&others, "a")), []);
    // Four of five have it; two of three are not enough.
    let fewer = neighbourhood(&guides[2..]);
    assert_eq!(
        told(&own, &among(&fewer, "a")),
        [("section_missing", "主な業務".to_owned())]
    );
    let two = neighbourhood(&guides[..2]);
    assert_eq!(told(&own, &among(&two, "a")), []);
}

#[test]
fn what_is_taken_out_or_replaced_is_forgotten() {
    let mut guides = neighbourhood(&[guide("b", ", \"tags\": [\"x\"]", "## 節\n")]);
    guides.put("b", Neighbour::of(&guide("c", "", ""), &schema(), "c"));
    let own = guide("a", ", \"related_jobs\": [\"b\"]", "");
    assert_eq!(
        told(&own, &among(&guides, "a")),
        [("related_unknown", "b".to_owned())]
    );
    guides.remove("b");
    guides.remove("nothing");
    let twin = guide("c", "", "");
    assert_eq!(told(&twin, &among(&guides, "a")), []);
}
