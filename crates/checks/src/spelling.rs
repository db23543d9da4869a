use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use annai_content::{PointerIndex, Prose, Schema};
use regex::Regex;

use crate::dictionary::Dictionary;
use crate::finding::{Edit, Finding, Findings, Level};
use crate::front_matter::respelt;
use crate::words::texts;

/// Words with several right spellings; one page uses one of them. The first letters of each are
/// enough to tell them apart.
const WAYS: &[&[&str]] = &[
    &["あらかじめ", "予め"],
    &["いったん", "一旦"],
    &["いろいろ", "色々"],
    &["うまく", "上手く"],
    &["さまざま", "様々"],
    &["すべて", "全て"],
    &["たとえば", "例えば"],
    &["とくに", "特に"],
    &["なぜ", "何故"],
    &["ひとつ", "一つ"],
    &["ふたつ", "二つ"],
    &["まったく", "全く"],
    &["もっとも", "最も"],
    &["わかる", "分かる"],
    &["わかり", "分かり"],
    &["わかっ", "分かっ"],
    &["割り当て", "割当て"],
    &["気づ", "気付"],
    &["行う", "行なう", "おこなう"],
    &["行い", "行ない", "おこない"],
    &["行っ", "行なっ", "おこなっ"],
    &["子ども", "子供"],
    &["私たち", "私達", "わたしたち"],
    &["受け付け", "受付け"],
    &["取り組み", "取組み"],
    &["身につけ", "身に付け", "身に着け"],
    &["打ち合わせ", "打合せ", "打ち合せ"],
    &["組み合わせ", "組合せ", "組み合せ"],
    &["問い合わせ", "問合せ", "問い合せ"],
    &["立ち上げ", "立上げ"],
    &["見積もり", "見積り"],
    &["引き継ぎ", "引継ぎ"],
    &["売り上げ", "売上げ"],
    &["移り変わり", "移り変り"],
    &["表す", "表わす"],
    &["現れ", "現われ"],
    &["関わ", "かかわ"],
];

/// Checks for spellings that the dictionary corrects, and words spelt in two ways on one page.
pub(crate) fn check(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    prose: &Prose,
    dictionary: &Dictionary,
    findings: &mut Findings,
) {
    for (pointer, text) in texts(places.source(), schema) {
        for (found, expected) in misspellings(dictionary, &text) {
            let mut right = text.clone();
            right.replace_range(found.clone(), &expected);
            let edit = respelt(places, &pointer, &right);
            let finding = misspelt(&text[found], &expected);
            findings.push(finding.at_pointer(places, pointer.clone()).fixed_by(edit));
        }
    }
    for (found, expected) in misspellings(dictionary, prose.text()) {
        let finding = misspelt(&prose.text()[found.clone()], &expected);
        let edit = prose
            .verbatim(found.clone())
            .map(|at| Edit::new(at, expected));
        findings.push(finding.at(prose.source_of(found)).fixed_by(edit));
    }
    varying(prose, findings);
}

fn misspelt(found: &str, expected: &str) -> Finding {
    let finding = Finding::new(Level::Warn, "spelling_dictionary");
    finding.with("found", found).with("expected", expected)
}

fn misspellings(dictionary: &Dictionary, text: &str) -> Vec<(Range<usize>, String)> {
    let found = dictionary.find(text);
    if found.is_empty() {
        return Vec::new();
    }
    let addresses: Vec<_> = ADDRESSES
        .find_iter(text)
        .map(|found| found.range())
        .collect();
    let is_address = |range: &Range<usize>| {
        let after = addresses.partition_point(|address| address.end <= range.start);
        addresses
            .get(after)
            .is_some_and(|address| address.start < range.end)
    };
    let found = found.into_iter().filter(|one| !is_address(&one.range));
    found.map(|one| (one.range, one.expected)).collect()
}

/// Addresses, host names and paths, which have their own spelling.
static ADDRESSES: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)
        [A-Za-z][A-Za-z0-9+.-]*://[!-~]+
      | [\w.+-]+@[A-Za-z0-9.-]+
      | (?:[A-Za-z0-9-]+\.)+(?:com|org|net|io|dev|jp|app|ai|cloud|edu|gov|me|sh)(?-u:\b)[!-~]*
      | [~.]{0,2}/[A-Za-z0-9_.-]+/[!-~]+
      | [A-Za-z0-9_-]+\.(?:ya?ml|json|toml|md|tf|sh|py|js|ts|rs|conf|lock)(?-u:\b)
    ";
    Regex::new(pattern).expect("the pattern is well-formed")
});

/// The spellings of [`WAYS`], found in one pass: one after another they took about a fifth of a
/// preview's time.
static ANY_WAY: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(WAYS.concat()).expect("some dozens of words make a small automaton")
});

/// The places of each spelling of a word.
type Ways<'a> = BTreeMap<&'a str, Vec<Range<usize>>>;

/// Reports the rarer spellings of words that a page spells in several ways.
fn varying(prose: &Prose, findings: &mut Findings) {
    let text = prose.text();
    let told = findings.ranges_of("spelling_dictionary");
    let mut words = known_words(text);
    words.extend(katakana_words(text).into_values());
    for mut ways in words {
        ways.retain(|_, places| !places.is_empty());
        let Some(usual) = ways
            .iter()
            .max_by_key(|(way, places)| (places.len(), way.len()))
        else {
            continue;
        };
        let usual = *usual.0;
        for (way, places) in ways.iter().filter(|(way, _)| **way != usual) {
            for place in places {
                let source = prose.source_of(place.clone());
                if told
                    .iter()
                    .any(|told| told.start < source.end && source.start < told.end)
                {
                    continue;
                }
                let finding = Finding::new(Level::Warn, "spelling_varies").at(source);
                let finding = finding.with("found", *way).with("usual", usual);
                findings.push(
                    finding.fixed_by(prose.verbatim(place.clone()).map(|at| Edit::new(at, usual))),
                );
            }
        }
    }
}

/// Finds the words of [`WAYS`].
fn known_words(text: &str) -> Vec<Ways<'_>> {
    let ways = WAYS.iter().enumerate();
    let ways: Vec<_> = ways
        .flat_map(|(word, ways)| ways.iter().map(move |way| (word, *way)))
        .collect();
    let mut words = vec![Ways::new(); WAYS.len()];
    for found in ANY_WAY.find_overlapping_iter(text) {
        let (word, way) = ways[found.pattern()];
        let places = words[word].entry(way).or_default();
        if places.last().is_none_or(|last| last.end <= found.start()) {
            places.push(found.range());
        }
    }
    words
}

/// Finds words of at least three katakana, grouped by their common part: `サーバ` and `サーバー`, `ソフトウエア`
/// and `ソフトウェア`.
fn katakana_words(text: &str) -> BTreeMap<String, Ways<'_>> {
    let mut words: BTreeMap<String, Ways<'_>> = BTreeMap::new();
    let is_katakana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
    let mut rest = 0;
    while let Some(start) = text[rest..].find(is_katakana).map(|at| rest + at) {
        let length = text[start..]
            .find(|c| !is_katakana(c))
            .unwrap_or(text.len() - start);
        rest = start + length;
        let word = &text[start..rest];
        let common = word.trim_end_matches('ー');
        if common.chars().count() >= 3 {
            let ways = words
                .entry(common.replace('ェ', "エ").replace('ィ', "イ"))
                .or_default();
            ways.entry(word).or_default().push(start..rest);
        }
    }
    words
}
