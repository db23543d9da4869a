//! The dictionary's format, and the rules of our own one.

use rstest::rstest;

use crate::dictionary::*;

fn respelt(rule: &str, text: &str) -> String {
    let dictionary = Dictionary::parse(&format!("version: 1\nrules:\n{rule}")).unwrap();
    let mut respelt = text.to_owned();
    for one in dictionary.find(text).into_iter().rev() {
        respelt.replace_range(one.range, &one.expected);
    }
    respelt
}

#[rstest]
#[case(
    "  - expected: GitHub",
    "Github、ＧＩＴＨＵＢ、GitHub",
    "GitHub、GitHub、GitHub"
)]
#[case(
    "  - expected: できる\n    pattern: 出来る",
    "出来ると出来た",
    "できると出来た"
)]
#[case("  - expected: a.b\n    pattern: a+b", "a+b aab", "a.b aab")]
#[case(
    "  - expected: サーバー$1\n    pattern: /サーバ([^ー]|$)/",
    "サーバが。サーバー。サーバ",
    "サーバーが。サーバー。サーバー"
)]
#[case(
    "  - expected: Web\n    patterns: [ウェブ, /\\bweb\\b/]",
    "ウェブとwebとwebhook",
    "WebとWebとwebhook"
)]
#[case(
    "  - expected: Go\n    options: {wordBoundary: true}",
    "goとgoogle",
    "Goとgoogle"
)]
#[case(
    "  - expected: とくに\n    pattern: 特に\n    options: {wordBoundary: true}",
    "特に。独特に。",
    "とくに。独特に。"
)]
#[case(
    "  - expected: ほか\n    pattern: /(その)?他/\n    regexpMustEmpty: $1",
    "他とその他",
    "ほかとその他"
)]
#[case("  - expected: $1米ドル\n    pattern: /(\\d)ドル/", "5ドル", "5米ドル")]
#[case("  - expected: $1a$\n    pattern: /(x)b/", "xb", "xa$")]
#[case("  - expected: SSO\n    pattern: /s\\/so/i", "S/SO", "SSO")]
fn rules_mean_what_they_mean_in_prh(
    #[case] rule: &str,
    #[case] text: &str,
    #[case] expected: &str,
) {
    assert_eq!(respelt(rule, text), expected);
}

#[test]
fn where_rules_overlap_the_first_and_longest_counts() {
    let rules = "  - expected: アーキテクチャー\n    pattern: アーキテクチャ\n  - expected: X\n    pattern: アーキ\n  - expected: Y\n    pattern: チャ";
    assert_eq!(respelt(rules, "アーキテクチャ"), "アーキテクチャー");
}

#[rstest]
#[case("version: 2", "version 2")]
#[case("rules: []", "version")]
#[case("version: 1\nimports: [other.yml]", "imports")]
#[case(
    "version: 1\nrules:\n  - expected: a\n    pattern: /(?!b)/",
    "look-around"
)]
#[case("version: 1\nrules:\n  - expected: a\n    pattern: /b/y", "flag")]
#[case(
    "version: 1\nrules:\n  - expected: a\n    pattern: b\n    regexpMustEmpty: x",
    "regexpMustEmpty"
)]
#[case(
    "version: 1\nrules:\n  - expected: a\n    pattern: b\n    study: s",
    "no study"
)]
#[case(
    "version: 1\nstudies: {s: {places: 1, wrong: 2, date: 2026-12-01, corpus: x}}\nrules: []",
    "not complete"
)]
#[case(
    "version: 1\nrules:\n  - expected: a\n    pattern: b\n    specs:\n      - {from: b, to: c}",
    "becomes"
)]
fn what_is_no_dictionary_is_refused_with_its_reason(#[case] text: &str, #[case] reason: &str) {
    let error = Dictionary::parse(text).unwrap_err().to_string();
    assert!(error.contains(reason), "{error}");
}
