use unicode_normalization::UnicodeNormalization;

/// Folds a text for comparison: NFKC, lower case, katakana as hiragana. `ＳＲＥ` finds `sre`,
/// `くらうど` finds `クラウド`. Apply it to both sides.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    folded
}

/// Adds what `text` folds to; what is there already takes no part in it.
///
/// Characters that fold alone are most of every text, and quick. Only runs of others are
/// normalised, together with the character before them: a mark may change that one, and none
/// that folds alone ever joins what stands before it.
pub(super) fn fold_onto(folded: &mut String, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let mut last = 0; // where the last character that folded alone begins, here and there
        let mut end = rest.len();
        let mut before = folded.len();
        for (at, character) in rest.char_indices() {
            let Some(alone) = folded_alone(character) else {
                end = at;
                break;
            };
            (last, before) = (at, folded.len());
            folded.push(alone);
        }
        if end == rest.len() {
            return;
        }
        folded.truncate(before);
        let mut run = rest[end..].char_indices();
        let behind = run.find(|&(_, character)| folded_alone(character).is_some());
        let next = behind.map_or(rest.len(), |(at, _)| end + at);
        folded.extend(whole(&rest[last..next]));
        rest = &rest[next..];
    }
}

fn whole(text: &str) -> impl Iterator<Item = char> {
    let lower = text.nfkc().flat_map(char::to_lowercase);
    lower.nfkc().map(hiragana)
}

/// What a character of the usual ones folds to, whatever its neighbours are, as long as they are
/// of these too.
fn folded_alone(character: char) -> Option<char> {
    match character {
        '\0'..='\u{7f}' => Some(character.to_ascii_lowercase()),
        '、'..='〃'
        | '「'..='】'
        | 'ぁ'..='ゖ'
        | '一'..='鿿'
        | '‒'..='―'
        | '‘'..='”'
        | '•'
        | '→'
        | '■'..='☆' => Some(character),
        'ァ'..='ー' => Some(hiragana(character)),
        '\u{3000}' => Some(' '),
        // The full-width forms stand where ASCII does, 0xFEE0 further on.
        '！'..='～' => {
            char::from_u32(u32::from(character) - 0xFEE0).map(|narrow| narrow.to_ascii_lowercase())
        }
        _ => None,
    }
}

fn hiragana(character: char) -> char {
    match character {
        // The two blocks stand 0x60 apart; ヷ–ヺ, ー and ・ have no hiragana.
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => {
            char::from_u32(u32::from(character) - 0x60).unwrap_or(character)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("ＳＲＥ", "sre")]
    #[case("クラウド", "くらうど")]
    #[case("ｸﾗｳﾄﾞ", "くらうど")]
    #[case("サーバー", "さーばー")]
    #[case("㍿", "株式会社")]
    #[case("ヴァ", "ゔぁ")]
    #[case("İ", "i\u{307}")]
    #[case("ǅ", "dž")]
    fn spellings_of_one_word_fold_together(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(fold(text), expected);
        assert_eq!(fold(&fold(text)), expected, "folding twice changes nothing");
    }

    /// Letters, marks that join them, and what folds to several or to something that joins.
    const TROUBLE: &str = "かハガAéΣς\u{3099}\u{309a}\u{301}\u{327}ﾊﾞ゛㍿İǅ각ᄀ\u{1161}\u{11a8}‥…①Ａ・—👨\u{200d}👩\u{fe0f}\u{20e3}ﷺ\u{1d15e}\u{9c7}\u{9be}";

    proptest! {
        #[test]
        fn folding_by_runs_is_folding_the_whole(text in proptest::collection::vec(proptest::sample::select(TROUBLE.chars().collect::<Vec<_>>()), 0..12)) {
            let text = String::from_iter(text);
            prop_assert_eq!(fold(&text), whole(&text).collect::<String>());
        }

        #[test]
        fn and_of_any_text(text in any::<String>()) {
            prop_assert_eq!(fold(&text), whole(&text).collect::<String>());
        }
    }

    #[test]
    fn what_folds_alone_folds_as_in_the_whole() {
        for character in '\0'..=char::MAX {
            if let Some(folded) = folded_alone(character) {
                let text = format!("がA{character}か");
                assert_eq!(
                    whole(&text).collect::<String>(),
                    format!("がa{folded}か"),
                    "U+{:04X}",
                    u32::from(character)
                );
            }
        }
    }
}
