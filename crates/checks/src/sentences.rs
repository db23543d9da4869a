use std::ops::Range;

use annai_content::{PassageKind, Prose, width};

use crate::finding::{Finding, Findings, Level};
use crate::letters::Script;

/// The width of the longest sentence that is easy to read, in full-width letters.
const LONGEST: u32 = 120;

/// Checks for sentences that are too long, and for paragraphs that change their tone.
pub(crate) fn check(prose: &Prose, findings: &mut Findings) {
    let text = prose.text();
    let mut told: [Vec<Range<usize>>; 2] = [Vec::new(), Vec::new()];
    for passage in prose.passages() {
        if !matches!(passage.kind, PassageKind::Paragraph | PassageKind::Item) {
            continue;
        }
        for sentence in sentences(text, passage.range.clone()) {
            let words = &text[sentence.clone()];
            let length = length(words);
            if length > f64::from(LONGEST) {
                let finding = Finding::new(Level::Hint, "sentence_long");
                let finding = finding.with("length", length).with("max", LONGEST);
                findings.push(finding.at(prose.source_of(sentence.clone())));
            }
            if passage.kind == PassageKind::Paragraph
                && let Some(tone) = tone(&text[sentence.clone()])
            {
                told[tone as usize].push(sentence);
            }
        }
    }
    let [polite, plain] = &told;
    let (odd, usual) = if polite.len() < plain.len() {
        (polite, "である")
    } else {
        (plain, "ですます")
    };
    for sentence in odd {
        let finding = Finding::new(Level::Hint, "style_mixed").with("usual", usual);
        findings.push(finding.at(prose.source_of(sentence.clone())));
    }
}

/// Returns the width of a sentence in Japanese, in full-width letters; 0 for other sentences.
fn length(sentence: &str) -> f64 {
    // A letter has a byte at least, so a short sentence needs no count.
    let may_be_long = sentence.len() > LONGEST as usize;
    if may_be_long && is_japanese(sentence) {
        width(sentence)
    } else {
        0.0
    }
}

/// Returns whether a text is Japanese prose. Citations and lists of links have no hiragana.
fn is_japanese(text: &str) -> bool {
    text.chars()
        .any(|letter| Script::of(letter) == Some(Script::Hiragana))
}

/// Splits a passage into sentences, at `。`, `！` or `？` outside of brackets and at line ends.
fn sentences(text: &str, passage: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut rest = passage;
    std::iter::from_fn(move || {
        let part = &text[rest.clone()];
        let begin = rest.start + part.len() - part.trim_start().len();
        let mut depth = 0_usize;
        let mut end = rest.end;
        let mut characters = text[begin..rest.end].char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            let behind = begin + offset + character.len_utf8();
            match character {
                '「' | '『' | '（' => depth += 1,
                '」' | '』' | '）' => depth = depth.saturating_sub(1),
                '\n' => end = begin + offset,
                '。' | '！' | '？' if depth == 0 => {
                    let more = characters
                        .peek()
                        .is_some_and(|(_, c)| "。！？".contains(*c));
                    end = if more { end } else { behind };
                }
                _ => {}
            }
            if end < rest.end {
                break;
            }
        }
        let sentence = begin..end;
        rest.start = end;
        (!sentence.is_empty()).then_some(sentence)
    })
}

/// The level of politeness of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    /// ですます
    Polite,
    /// である
    Plain,
}

/// Returns the tone of a whole sentence; one that ends in a noun or a quotation has none.
fn tone(sentence: &str) -> Option<Tone> {
    const POLITE: [&str; 11] = [
        "です",
        "ます",
        "でした",
        "ました",
        "ません",
        "でしょう",
        "ましょう",
        "ください",
        "なさい",
        "ませ",
        "くださいませ",
    ];
    let said = sentence.strip_suffix(['。', '！', '？'])?;
    let said = match (said.ends_with('）'), said.rfind('（')) {
        (true, Some(aside)) => &said[..aside],
        _ => said,
    };
    let said = said.trim_end_matches(['*', '！', '？']);
    let stem = said.strip_suffix(['か', 'ね', 'よ']).unwrap_or(said);
    if POLITE.iter().any(|end| stem.ends_with(end)) {
        return Some(Tone::Polite);
    }
    let last = said.chars().next_back()?;
    "うくぐすつぬぶむるただい"
        .contains(last)
        .then_some(Tone::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("一つです。二つです。", &["一つです。", "二つです。"])]
    #[case("「終わり。」と言う。次", &["「終わり。」と言う。", "次"])]
    #[case("本当！？はい。", &["本当！？", "はい。"])]
    #[case("目的:\n説明です。", &["目的:", "説明です。"])]
    #[case("閉じない「括弧。も終わる", &["閉じない「括弧。も終わる"])]
    #[case("  ", &[])]
    fn a_passage_falls_into_sentences(#[case] text: &str, #[case] expected: &[&str]) {
        let found: Vec<_> = sentences(text, 0..text.len())
            .map(|range| &text[range])
            .collect();
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case("設計します。", Some(Tone::Polite))]
    #[case("重要でしょうか。", Some(Tone::Polite))]
    #[case("重要です（例外あり）。", Some(Tone::Polite))]
    #[case("見てください！", Some(Tone::Polite))]
    #[case("設計する。", Some(Tone::Plain))]
    #[case("重要である。", Some(Tone::Plain))]
    #[case("多い。", Some(Tone::Plain))]
    #[case("基盤の専門家。", None)]
    #[case("「行う。」", None)]
    #[case("提供すること。", None)]
    #[case("設計する", None)]
    fn a_sentence_has_a_tone(#[case] sentence: &str, #[case] expected: Option<Tone>) {
        assert_eq!(tone(sentence), expected);
    }
}
