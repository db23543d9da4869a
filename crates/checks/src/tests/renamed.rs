//! Texts that name a guide by an old slug.

use std::collections::HashSet;

use annai_content::GuideSource;
use annai_domain::GuideUrls;
use rstest::rstest;

use super::schema;
use crate::renamed;

fn mended(related: &str, body: &str) -> Option<(String, String)> {
    let text = format!("---json\n{{\"related_jobs\": {related}}}\n---\n{body}\n");
    let source = GuideSource::parse(text).unwrap();
    let urls = GuideUrls::parse("https://www.example.jp/guides/{slug}/").unwrap();
    let old = HashSet::from(["old".to_owned(), "older".to_owned()]);
    let found = renamed(&source, &schema(), &urls, &old, "new").unwrap()?;
    let related = found.source.front_matter()["related_jobs"].to_string();
    Some((related, found.source.body().trim_end().to_owned()))
}

#[rstest]
#[case::reference("[a](guide:old#節)と[b](guide:b)", "[a](guide:new#節)と[b](guide:b)")]
#[case::its_own_words("[old](guide:old \"old\")", "[old](guide:new \"old\")")]
#[case::of_the_site(
    "[a](https://www.example.jp/guides/old/)",
    "[a](https://www.example.jp/guides/new/)"
)]
#[case::of_the_api("[a](/v1/guides/older.html)", "[a](/v1/guides/new.html)")]
#[case::two_in_one_line("[a](guide:old) [b](guide:older)", "[a](guide:new) [b](guide:new)")]
#[case::code("[a](guide:old) `guide:old`", "[a](guide:new) `guide:old`")]
fn links_get_the_new_slug_and_every_other_byte_stays(#[case] body: &str, #[case] expected: &str) {
    let (related, body) = mended("[]", body).unwrap();
    assert_eq!((related.as_str(), body.as_str()), ("[]", expected));
}

#[rstest]
#[case("[\"a\", \"old\", \"b\"]", "[\"a\",\"new\",\"b\"]")]
#[case::both_old_ones("[\"old\", \"a\", \"older\"]", "[\"new\",\"a\"]")]
#[case::the_new_one_too("[\"old\", \"new\"]", "[\"new\"]")]
fn relations_name_the_guide_once(#[case] related: &str, #[case] expected: &str) {
    let (related, body) = mended(related, "本文 old").unwrap();
    assert_eq!((related.as_str(), body.as_str()), (expected, "本文 old"));
}

#[test]
fn a_text_that_names_no_old_slug_is_not_changed() {
    assert_eq!(mended("[]", "[a][x]\n\n[x]: guide:old"), None);
    assert_eq!(
        mended("[\"new\"]", "[a](guide:new) `guide:old` [b](guide:older_2)"),
        None
    );
}
