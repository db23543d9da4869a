use unicode_normalization::UnicodeNormalization;

/// Folds a text for comparison: NFKC, lower case, katakana as hiragana. `ＳＲＥ` finds `sre`,
/// `くらうど` finds `クラウド`. Apply it to both sides.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.chars().all(is_settled) {
        return text.chars().map(hiragana).collect();
    }
    text.nfkc()
        .flat_map(char::to_lowercase)
        .nfkc()
        .map(hiragana)
        .collect()
}

/// Whether neither normalising nor lower case changes anything about it, whatever its
/// neighbours are, as long as they are of these too. Most text is of nothing else, and folding it
/// then costs a tenth.
fn is_settled(character: char) -> bool {
    matches!(character,
        '\0'..='@' | '['..='\u{7f}' | '、'..='〃' | '「'..='】' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー'
        | '一'..='鿿')
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
    #[case("ǅ", "dž")]
    fn spellings_of_one_word_fold_together(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(fold(text), expected);
        assert_eq!(fold(&fold(text)), expected, "folding twice changes nothing");
    }

    #[test]
    fn what_is_taken_for_settled_is_what_folding_leaves_alone() {
        for character in ('\0'..=char::MAX).filter(|&character| is_settled(character)) {
            let text = character.to_string();
            let normalised: String = text.nfkc().flat_map(char::to_lowercase).collect();
            assert_eq!(normalised, text, "U+{:04X}", u32::from(character));
            let followed: String = format!("あ{text}あ").nfkc().collect();
            assert_eq!(followed, format!("あ{text}あ"));
        }
    }
}
