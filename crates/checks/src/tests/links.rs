//! The rules about links to guides and headings.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, DefaultHasher};

use annai_content::{Anchors, GuideSource, Profile, render};
use annai_domain::{GuideUrls, limits};
use rstest::rstest;

use super::{MOST_OF_A_KIND, schema};
use crate::*;

fn guide(slug: &str, body: &str) -> GuideSource {
    let description = format!("{slug}{}", "あ".repeat(100));
    GuideSource::parse(format!(
        "---json\n{{\"title\": \"題\", \"slug\": \"{slug}\", \"category\": \"security\", \"meta_description\": \"{description}\"}}\n---\n# [完全ガイド] {slug}: 題\n\n{body}\n"
    ))
    .unwrap()
}

/// Returns the level, the code and the mended body of each finding about a link. The guides `b` and
/// `c` are public, `old` moved to `b`, `draft` is not public.
fn told(body: &str) -> Vec<(Level, &'static str, Option<String>)> {
    let mut others = Neighbourhood::default();
    for slug in ["b", "c"] {
        let other = guide(slug, "");
        others.put(slug, Neighbour::of(&other, &schema(), slug));
    }
    let page = render("# 乙\n\n## 節\n", Profile::Guide).unwrap();
    let anchors = HashMap::from([("b".to_owned(), Anchors::of(&page))]);
    let surroundings = Surroundings {
        guides: Some(&others),
        own: "a",
        unpublished: ["draft".to_owned()].into(),
        moved: HashMap::from([("old".to_owned(), "b".to_owned())]),
        anchors: Some(&anchors),
        urls: GuideUrls::parse("https://www.example.jp/guides/{slug}/").unwrap(),
        ..Surroundings::default()
    };
    let own = guide("a", body);
    let findings = check(&own, &schema(), &surroundings, &Dictionary::default());
    let about_links = findings
        .into_iter()
        .filter(|finding| finding.code.starts_with("link_"));
    about_links
        .map(|finding| {
            let mended = finding.fix.as_ref().map(|fix| {
                let mended = fix.apply(&own).unwrap();
                mended
                    .as_str()
                    .trim_end()
                    .rsplit('\n')
                    .next()
                    .unwrap()
                    .to_owned()
            });
            (finding.level, finding.code, mended)
        })
        .collect()
}

#[rstest]
#[case::reference("[x](guide:nobody)", Level::Error, "link_guide_unknown")]
#[case::malformed_slug("[x](guide:無い)", Level::Error, "link_guide_unknown")]
#[case::no_slug("[x](guide:)", Level::Error, "link_guide_unknown")]
#[case::api("[x](/v1/guides/nobody.html)", Level::Error, "link_guide_unknown")]
#[case::site("[x](/guides/nobody/)", Level::Warn, "link_guide_unknown")]
#[case::file("[x](nobody.md)", Level::Warn, "link_guide_unknown")]
#[case::draft("[x](guide:draft)", Level::Warn, "link_guide_not_public")]
#[case::draft_on_site(
    "[x](https://www.example.jp/guides/draft/)",
    Level::Warn,
    "link_guide_not_public"
)]
#[case::empty("[x]()", Level::Warn, "link_empty")]
#[case::own_anchor("[x](#無い)", Level::Warn, "link_anchor_missing")]
#[case::own_name("[x](guide:a#無い)", Level::Warn, "link_anchor_missing")]
#[case::other_anchor("[x](guide:b#無い)", Level::Warn, "link_anchor_missing")]
#[case::definition("[x][r]\n\n[r]: guide:nobody", Level::Error, "link_guide_unknown")]
fn a_link_that_leads_nowhere_is_found(
    #[case] body: &str,
    #[case] level: Level,
    #[case] code: &'static str,
) {
    assert_eq!(told(body), [(level, code, None)]);
}

#[rstest]
#[case::reference("[x](guide:b)")]
#[case::anchor("[x](guide:b#節) [x](/guides/b/#%E7%AF%80)")]
#[case::unread_anchor("[x](guide:c#無い)")]
#[case::own("[x](guide:a) [x](#完全ガイド-a-題) [x](#top) [x](#)")]
#[case::api("[x](/v1/guides/b.html)")]
#[case::elsewhere("[x](https://e.jp/guides/nobody/) [x](/guides/) [x](/contact)")]
#[case::image("![図](guide.png)")]
#[case::code("`[x](guide:nobody)`")]
fn a_good_link_is_not_found(#[case] body: &str) {
    assert_eq!(told(body), []);
}

#[rstest]
#[case(
    "[x](guide:old#節 \"題\")",
    "link_guide_moved",
    Level::Warn,
    "[x](guide:b#節 \"題\")"
)]
#[case(
    "[old](/v1/guides/old.html)",
    "link_guide_moved",
    Level::Warn,
    "[old](/v1/guides/b.html)"
)]
#[case(
    "[old](/guides/old/#old)",
    "link_guide_moved",
    Level::Warn,
    "[old](/guides/b/#old)"
)]
#[case("[b.md](./b.md#節)", "link_to_file", Level::Hint, "[b.md](guide:b#節)")]
fn a_renamed_guide_is_mended_in_its_place(
    #[case] body: &str,
    #[case] code: &'static str,
    #[case] level: Level,
    #[case] mended: &str,
) {
    assert_eq!(told(body), [(level, code, Some(mended.to_owned()))]);
}

#[test]
fn without_knowledge_of_guides_only_this_page_is_judged() {
    let own = guide("a", "[x](guide:nobody) [x](#無い)");
    let alone = Surroundings::default();
    let findings = check(&own, &schema(), &alone, &Dictionary::default());
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["link_anchor_missing"]);
}

#[test]
fn a_relation_to_a_renamed_guide_is_mended() {
    let others = Neighbourhood::default();
    let own =
        GuideSource::parse("---json\n{\"slug\": \"a\", \"related_jobs\": [\"x\", \"old\"]}\n---\n");
    let own = own.unwrap();
    let surroundings = Surroundings {
        guides: Some(&others),
        own: "a",
        moved: HashMap::from([("old".to_owned(), "b".to_owned())]),
        ..Surroundings::default()
    };
    let findings = check(&own, &schema(), &surroundings, &Dictionary::default());
    let moved = findings
        .iter()
        .find(|finding| finding.code == "related_moved");
    let mended = moved.unwrap().fix.as_ref().unwrap().apply(&own).unwrap();
    assert!(
        mended.as_str().contains("\"related_jobs\": [\"x\", \"b\"]"),
        "{mended:?}"
    );
}

/// Counts the look-ups in a set.
#[derive(Default)]
struct Counted(Cell<usize>);

impl BuildHasher for Counted {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        self.0.set(self.0.get() + 1);
        DefaultHasher::new()
    }
}

#[test]
fn each_link_of_a_big_text_is_looked_up_once() {
    let links: Vec<String> = (0..13_000).map(|n| format!("[a](guide:x{n})")).collect();
    let source = guide("a", &links.join(" "));
    let named = certain_links(&source);
    assert_eq!(named.len(), links.len());
    let mut missing = HashSet::with_hasher(Counted::default());
    missing.extend((0..13_000).map(|n| format!("y{n}")));
    missing.hasher().0.set(0);

    assert_eq!(broken_links(&source, &missing), []);
    assert_eq!(missing.hasher().0.get(), links.len());

    // Nobody reads more than the first findings.
    missing.extend(named);
    missing.hasher().0.set(0);
    assert_eq!(broken_links(&source, &missing).len(), MOST_OF_A_KIND);
    assert_eq!(missing.hasher().0.get(), MOST_OF_A_KIND);
}

#[test]
fn a_text_with_more_references_than_are_kept_does_not_become_public() {
    let links = |count: usize| {
        let links: Vec<String> = (0..count).map(|n| format!("[a](/{n})")).collect();
        // Repeated links and anchors are no other references.
        guide("a", &(links.join(" ") + " [a](/0) [a](/0#x) [a](#x)"))
    };
    let too_many = |source: &GuideSource| {
        let blocking = blocking(source, &schema()).into_iter();
        let checked = check(
            source,
            &schema(),
            &Surroundings::default(),
            &Dictionary::default(),
        );
        let codes = blocking.chain(checked).filter(Finding::is_error);
        codes
            .filter(|finding| finding.code == "references_too_many")
            .count()
    };
    assert_eq!(too_many(&links(limits::REFERENCES)), 0);
    assert_eq!(too_many(&links(limits::REFERENCES + 1)), 2);
}
