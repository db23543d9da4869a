use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use annai_content::{Address, PointerIndex, Prose, Reading, Schema};

use crate::contexts::Contexts;
use crate::dictionary::{Dictionary, Misspelling};
use crate::finding::{Edit, Finding, Findings, Level};
use crate::front_matter::respelt;
use crate::letters::{Script, around};
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
    &["わかる", "分かる"],
    &["わかり", "分かり"],
    &["わかっ", "分かっ"],
    &["割り当て", "割当て"],
    &["気づ", "気付"],
    &["行う", "行なう", "おこなう"],
    &["行い", "行ない", "おこない"],
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

/// Longer words that hold the letters of one of [`WAYS`], or phrases that mean something else.
const NO_WAYS: &[&str] = &[
    "いったんだ",
    "いったんで",
    "かかわらず",
    "ごとくに",
    "そういったん",
    "といったん",
    "なぜなぜ",
    "ひとつき",
    "まったくら",
    "もうひとつ",
    "もう一つ",
    "一つひとつ",
    "関わらず",
    "気づかい",
    "気づかう",
    "気づかわ",
    "子ども家庭庁",
    "子供の日",
    "二つ返事",
];

/// The bytes of the longest of [`NO_WAYS`], or more.
const LONGEST_OTHER: usize = 32;

/// Checks for spellings that the dictionary corrects, and words spelt in two ways on one page.
pub(crate) fn check(
    places: &mut PointerIndex<'_>,
    schema: &Schema,
    reading: &Reading,
    dictionary: &Dictionary,
    findings: &mut Findings,
) {
    let prose = &reading.prose;
    for (pointer, text) in texts(places.source(), schema) {
        for found in misspellings(dictionary, &text) {
            let mut right = text.clone();
            right.replace_range(found.range.clone(), &found.expected);
            let edit = respelt(places, &pointer, &right);
            let finding = misspelt(&text, &found).at_pointer(places, pointer.clone());
            findings.push(finding.fixed_if(found.is_fixable, edit));
        }
    }
    for found in misspellings(dictionary, prose.text()) {
        if findings.is_full("spelling_dictionary") {
            break;
        }
        let finding = misspelt(prose.text(), &found).at(prose.source_of(found.range.clone()));
        let place = prose.verbatim(found.range.clone());
        let is_ours = place.as_ref().is_some_and(|at| !is_cited(at, reading));
        let edit = place.map(|at| Edit::new(at, found.expected));
        findings.push(finding.fixed_if(found.is_fixable && is_ours, edit));
    }
    varying(prose, findings);
}

fn misspelt(text: &str, found: &Misspelling) -> Finding {
    Finding::new(Level::Warn, "spelling_dictionary")
        .with("found", &text[found.range.clone()])
        .with("expected", found.expected.as_str())
}

/// Returns whether a place is in the text of a link to another site: often the title of its page.
fn is_cited(place: &Range<usize>, reading: &Reading) -> bool {
    let holds = |link: &Address| link.range.start <= place.start && place.end <= link.range.end;
    let is_outside = |link: &&Address| link.target.contains("://");
    reading.addresses.iter().filter(is_outside).any(holds)
}

fn misspellings(dictionary: &Dictionary, text: &str) -> Vec<Misspelling> {
    let mut found = dictionary.find(text);
    if !found.is_empty() {
        let contexts = Contexts::of(text);
        found.retain(|one| !contexts.hold(&one.range));
    }
    found
}

/// The spellings of [`WAYS`], found in one pass: one after another they took about a fifth of a
/// preview's time.
static ANY_WAY: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = WAYS.iter().flat_map(|ways| ways.iter()).chain(NO_WAYS);
    AhoCorasick::new(words).expect("some dozens of words make a small automaton")
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

/// Finds the words of [`WAYS`] that stand alone.
fn known_words(text: &str) -> Vec<Ways<'_>> {
    let ways = WAYS.iter().enumerate();
    let ways: Vec<_> = ways
        .flat_map(|(word, ways)| ways.iter().map(move |way| (word, *way)))
        .collect();
    let mut words = vec![Ways::new(); WAYS.len()];
    let mut others = Vec::new();
    for found in ANY_WAY.find_overlapping_iter(text) {
        let Some((word, way)) = ways.get(found.pattern().as_usize()) else {
            others.push(found.range());
            continue;
        };
        if is_tail_of_kanji(text, found.start()) {
            continue;
        }
        let places = words[*word].entry(*way).or_default();
        if places
            .last()
            .is_none_or(|last: &Range<usize>| last.end <= found.start())
        {
            places.push(found.range());
        }
    }
    for places in words.iter_mut().flat_map(BTreeMap::values_mut) {
        places.retain(|place| !is_within(place, &others));
    }
    words
}

/// Returns whether one of `others` holds `place`. They are in the order of their ends.
fn is_within(place: &Range<usize>, others: &[Range<usize>]) -> bool {
    let first = others.partition_point(|other| other.end < place.end);
    let mut near = others[first..]
        .iter()
        .take_while(|other| other.end <= place.end + LONGEST_OTHER);
    near.any(|other| other.start <= place.start)
}

/// Returns whether the word at `at` goes on a kanji: `特に` in `独特に`, `まったく` in `決まったくらい`.
fn is_tail_of_kanji(text: &str, at: usize) -> bool {
    let (before, behind) = around(text, at);
    before == Some(Script::Kanji) && matches!(behind, Some(Script::Kanji | Script::Hiragana))
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
