//! Words that say nothing: a redundant expression, a particle or a word twice.

use std::ops::Range;
use std::sync::LazyLock;

use annai_content::Prose;
use regex::Regex;

use crate::finding::{Edit, Finding, Findings, Level};
use crate::letters::Script;

/// Checks the body for words that it needs once or not at all.
pub(crate) fn check(prose: &Prose, findings: &mut Findings) {
    redundant(prose, findings);
    particles(prose, findings);
    words(prose, findings);
}

fn finding(prose: &Prose, level: Level, code: &'static str, place: &Range<usize>) -> Finding {
    let finding = Finding::new(level, code).at(prose.source_of(place.clone()));
    finding.with("found", &prose.text()[place.clone()])
}

/// `することができ` behind a noun. One kanji and `する` are a verb (`愛する`), which cannot be shortened.
static REDUNDANT: LazyLock<Regex> = LazyLock::new(|| {
    let noun = r"(?:[一-龥々]{2}|[ァ-ヺー]{2}|[A-Za-z0-9])";
    let pattern = format!("{noun}(する[こ事][とが]が?でき)");
    Regex::new(&pattern).expect("the pattern is well-formed")
});

fn redundant(prose: &Prose, findings: &mut Findings) {
    const SHORT: &str = "でき";
    for captures in REDUNDANT.captures_iter(prose.text()) {
        let Some(place) = captures.get(1).map(|place| place.range()) else {
            continue;
        };
        let edit = prose.verbatim(place.clone());
        let edit = edit.map(|at| Edit::new(at, SHORT));
        let finding = finding(prose, Level::Hint, "expression_redundant", &place);
        findings.push(finding.with("expected", SHORT).fixed_by(edit));
    }
}

/// A particle twice between words that end at it, and two objects of one verb that takes one.
static PARTICLES: LazyLock<Regex> = LazyLock::new(|| {
    let word = "[一-龥々ァ-ヺーA-Za-z0-9]";
    let pattern = format!(
        "をを|{word}(?:(がが|のの|にに|でで|はは|とと){word}|(を{word}{{1,16}}を)(?:行|おこな|する|しま|して|した|実施|実行))"
    );
    Regex::new(&pattern).expect("the pattern is well-formed")
});

fn particles(prose: &Prose, findings: &mut Findings) {
    for captures in PARTICLES.captures_iter(prose.text()) {
        let named = captures.get(1).or(captures.get(2)).or(captures.get(0));
        if let Some(place) = named.map(|place| place.range()) {
            findings.push(finding(prose, Level::Warn, "particle_doubled", &place));
        }
    }
}

/// Words of several letters that nobody doubles on purpose.
const DOUBLED: &[&str] = &[
    "ですです",
    "ましたました",
    "ませんません",
    "についてについて",
    "によりにより",
    "によってによって",
    "のためのため",
    "そのその",
    "このこの",
    "されされ",
];

/// Finds a word directly behind itself.
fn words(prose: &Prose, findings: &mut Findings) {
    let text = prose.text();
    for doubled in DOUBLED {
        for (start, _) in text.match_indices(doubled) {
            let place = start..start + doubled.len();
            findings.push(finding(prose, Level::Warn, "word_successive", &place));
        }
    }
    for place in runs(text) {
        let run: Vec<char> = text[place.clone()].chars().collect();
        let (one, other) = run.split_at(run.len() / 2);
        if one == other && is_told(one) {
            findings.push(finding(prose, Level::Warn, "word_successive", &place));
        }
    }
}

/// Returns whether a word is not doubled on purpose. `一歩一歩` and `ドキドキ` are.
fn is_told(word: &[char]) -> bool {
    const COUNTED: &str = "一二三両半毎数各個別人日年次度々";
    let is_katakana = Script::of(word[0]) == Some(Script::Katakana);
    let least = if is_katakana { 3 } else { 2 };
    let is_one_letter = word.iter().all(|letter| *letter == word[0]);
    word.len() >= least && !is_one_letter && !word.iter().any(|letter| COUNTED.contains(*letter))
}

/// Returns the runs of kanji, and those of katakana.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let is_word = |letter: char| match Script::of(letter) {
            script @ Some(Script::Kanji | Script::Katakana) => script,
            _ => None,
        };
        let (start, script) = letters.find_map(|(at, letter)| Some((at, is_word(letter)?)))?;
        let mut end = start + text[start..].chars().next().map_or(0, char::len_utf8);
        while let Some((at, letter)) =
            letters.next_if(|(_, letter)| is_word(*letter) == Some(script))
        {
            end = at + letter.len_utf8();
        }
        Some(start..end)
    })
}
