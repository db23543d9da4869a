use unicode_normalization::UnicodeNormalization;

use super::spellings::{hiragana, is_unread, spelling_of, usual_kanji};

/// Folds a text for comparison: NFKC, lower case, katakana as hiragana, one letter for each
/// group of dashes, waves and variants of a kanji, and no invisible characters.
///
/// `ＳＲＥ` finds `sre`, `くらうど` finds `クラウド`, `高島` finds `髙島`. Both sides of a comparison
/// must be folded.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(&mut folded, text);
    folded
}

/// Appends the folded `text` to `folded`, whose current contents do not affect it.
///
/// Most characters fold alone, which is fast. Only runs of other characters are normalised,
/// together with the character before them, because a mark may change it. A character that folds
/// alone never combines with the one before it.
pub(super) fn fold_onto(folded: &mut String, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let mut last = 0; // the start of the last character that folded alone, in both texts
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
    let read = |character: &char| !is_unread(*character);
    let lower = text
        .chars()
        .filter(read)
        .nfkc()
        .flat_map(char::to_lowercase);
    // NFKC may give a Hangul filler, which is unread too.
    lower.nfkc().filter(read).map(spelling_of)
}

/// Returns the folded form of a character that folds alone.
///
/// The form is independent of the neighbours, as long as they fold alone too.
fn folded_alone(character: char) -> Option<char> {
    match character {
        '\0'..='\u{7f}' => Some(character.to_ascii_lowercase()),
        'ァ'..='ー' => Some(hiragana(character)),
        '一'..='鿿' => Some(usual_kanji(character)),
        'ぁ'..='ゖ' | '、'..='〃' | '「'..='】' | '‘'..='”' | '•' | '→' | '■'..='☆' => {
            Some(character)
        }
        '‒'..='―' | '〜' | '−' => Some(spelling_of(character)),
        '\u{3000}' => Some(' '),
        // The full-width forms are 0xFEE0 above ASCII.
        '！'..='～' => {
            char::from_u32(u32::from(character) - 0xFEE0).map(|narrow| narrow.to_ascii_lowercase())
        }
        _ => None,
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
    #[case("髙島と山﨑", "高島と山崎")]
    #[case("𠮷野家", "吉野家")]
    #[case("5〜10−3—4―5", "5~10-3-4-5")]
    #[case(
        "ゼロ\u{200b}幅データ\u{ad}ベース\u{feff}\u{2060}",
        "ぜろ幅でーたべーす"
    )]
    #[case("辻\u{e0101}さん", "辻さん")]
    #[case("か\u{200b}\u{3099}", "が")]
    fn spellings_of_one_word_fold_together(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(fold(text), expected);
        assert_eq!(fold(&fold(text)), expected, "folding twice changes nothing");
    }

    /// Letters, combining marks, and characters that fold to several or to a combining one.
    const TROUBLE: &str = "かハガAéΣς\u{3099}\u{309a}\u{301}\u{327}ﾊﾞ゛㍿İǅ각ᄀ\u{1161}\u{11a8}‥…①Ａ・—髙﨑𠮷⻑〜−\u{200b}\u{ad}\u{e0100}\u{3164}👨\u{200d}👩\u{fe0f}\u{20e3}ﷺ\u{1d15e}\u{9c7}\u{9be}";

    proptest! {
        #[test]
        fn folding_by_runs_is_folding_the_whole(text in proptest::collection::vec(proptest::sample::select(TROUBLE.chars().collect::<Vec<_>>()), 0..12)) {
            let text = String::from_iter(text);
            prop_assert_eq!(fold(&text), whole(&text).collect::<String>());
        }

        #[test]
        fn folding_by_runs_is_folding_the_whole_of_any_text(text in any::<String>()) {
            prop_assert_eq!(fold(&text), whole(&text).collect::<String>());
        }
    }

    #[test]
    fn a_character_that_folds_alone_folds_the_same_in_a_text() {
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
