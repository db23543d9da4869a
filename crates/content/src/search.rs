use unicode_normalization::UnicodeNormalization;

/// Folds a text for comparison: NFKC, lower case, katakana as hiragana. `ＳＲＥ` finds `sre`,
/// `くらうど` finds `クラウド`. Apply it to both sides.
#[must_use]
pub fn fold(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .nfkc()
        .map(hiragana)
        .collect()
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
    use rstest::rstest;

    #[rstest]
    #[case("ＳＲＥ", "sre")]
    #[case("クラウド", "くらうど")]
    #[case("ｸﾗｳﾄﾞ", "くらうど")]
    #[case("サーバー", "さーばー")]
    #[case("㍿", "株式会社")]
    #[case("ヴァ", "ゔぁ")]
    #[case("İ", "i\u{307}")]
    fn spellings_of_one_word_fold_together(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(fold(text), expected);
        assert_eq!(fold(&fold(text)), expected, "folding twice changes nothing");
    }
}
