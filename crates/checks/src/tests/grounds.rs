//! A fix without a ground is not offered.

use rstest::rstest;

use crate::finding::Edit;
use crate::grounds::FACTS;
use crate::*;

#[test]
fn every_ground_is_of_a_rule() {
    for code in FACTS {
        assert!(FINDING_CODES.contains(code), "{code}");
    }
}

#[rstest]
#[case("list_repeats", true)]
#[case("emphasis_literal", false)]
fn a_rule_without_a_ground_offers_no_fix(#[case] code: &'static str, #[case] is_offered: bool) {
    let finding = Finding::new(Level::Warn, code).fixed_by(Some(Edit::new(0..0, "")));
    assert_eq!(finding.fix.is_some(), is_offered);
}

#[rstest]
#[case("", false)]
#[case(
    "studies: {s: {places: 50, wrong: 0, date: 2026-12-01, corpus: pages}}",
    true
)]
#[case(
    "studies: {s: {places: 49, wrong: 0, date: 2026-12-01, corpus: pages}}",
    false
)]
#[case(
    "studies: {s: {places: 500, wrong: 1, date: 2026-12-01, corpus: pages}}",
    false
)]
fn a_rule_of_the_dictionary_offers_its_fix_after_a_clean_study(
    #[case] studies: &str,
    #[case] is_offered: bool,
) {
    let study = if studies.is_empty() { "" } else { "study: s" };
    let rules = format!("rules:\n  - expected: ほか\n    pattern: 他\n    {study}\n");
    let dictionary = Dictionary::parse(&format!("version: 1\n{studies}\n{rules}")).unwrap();
    let source = format!("---json\n{}\n---\n# 題\n\n他。\n", super::good(""));
    let surroundings = Surroundings::default();
    let found = check_bytes(
        source.as_bytes(),
        &super::schema(),
        &surroundings,
        &dictionary,
    );
    assert_eq!(found[0].code, "spelling_dictionary");
    assert_eq!(found[0].fix.is_some(), is_offered);
}
