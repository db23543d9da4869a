//! The scripts that Japanese pages mix: a word ends where the script changes.

/// The script of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Hiragana,
    Katakana,
    Kanji,
    /// Latin and the other scripts with blanks between words, and digits.
    Latin,
}

impl Script {
    /// Returns the script of `letter`; signs and blanks have none.
    pub(crate) fn of(letter: char) -> Option<Self> {
        match letter {
            'ぁ'..='ゟ' => Some(Self::Hiragana),
            'ァ'..='ヺ' | 'ー'..='ヿ' => Some(Self::Katakana),
            '々' | '〇' | '\u{3400}'..='\u{4dbf}' | '一'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
                Some(Self::Kanji)
            }
            '_' => Some(Self::Latin),
            _ => letter.is_alphanumeric().then_some(Self::Latin),
        }
    }

    pub(crate) fn is_japanese(self) -> bool {
        self != Self::Latin
    }
}

/// Returns the scripts of the letters before and behind a place.
pub(crate) fn around(text: &str, at: usize) -> (Option<Script>, Option<Script>) {
    let before = text[..at].chars().next_back();
    let behind = text[at..].chars().next();
    (before.and_then(Script::of), behind.and_then(Script::of))
}
