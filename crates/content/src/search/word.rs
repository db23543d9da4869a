use std::ops::Range;

/// The mark of a long vowel.
pub(super) const LONG_VOWEL: char = 'ー';

/// The length from which a run of kana may be written with or without long vowels.
///
/// JIS Z 8301 (before 2019) leaves the last one out of words of three sounds or more. The Cabinet's
/// rule for loanwords (1991) writes it. Shorter words differ by it: `ビル` and `ビール`.
pub(super) const LOOSE_RUN: usize = 3;

/// A folded word of a query, and the rule by which it occurs in a folded text.
///
/// It occurs where the text has the same letters. Behind three kana in a row, long vowels may be
/// written or left out until the row ends: `フォルダー監視` occurs in `フォルダ監視`. The rule reads
/// the word alone, so a word occurs wherever its letters stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    folded: String,
    /// The bytes before the first loose place; they occur letter by letter.
    head: usize,
    /// The letters behind, and whether the place before each is loose.
    tail: Vec<(char, bool)>,
    /// Whether the place behind the word is loose.
    is_loose_at_end: bool,
}

impl Word {
    pub(super) fn new(folded: String) -> Self {
        let (mut run, mut head, mut tail) = (0, folded.len(), Vec::new());
        for (at, character) in folded.char_indices() {
            let is_loose = run >= LOOSE_RUN;
            if is_loose && tail.is_empty() {
                head = at;
            }
            if is_loose || !tail.is_empty() {
                tail.push((character, is_loose));
            }
            run = if is_kana(character) { run + 1 } else { 0 };
        }
        Self {
            folded,
            head,
            tail,
            is_loose_at_end: run >= LOOSE_RUN,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.folded
    }

    /// Returns the part that occurs letter by letter: the whole word where no place is loose.
    pub(super) fn head(&self) -> &str {
        &self.folded[..self.head]
    }

    /// Returns the letters behind the head, and whether the place before each is loose.
    pub(super) fn tail(&self) -> impl Iterator<Item = (char, bool)> {
        self.tail.iter().copied()
    }

    /// Returns whether the word occurs in `folded`.
    pub(super) fn occurs_in(&self, folded: &str) -> bool {
        self.places_in(folded).next().is_some()
    }

    /// Returns the places of the word in `folded`, in order and without overlap.
    pub(super) fn places_in<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = Range<usize>> {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let start = from + folded.get(from..)?.find(self.head())?;
                let behind = start + self.head;
                if let Some(length) = self.tail_length(&folded[behind..]) {
                    from = behind + length;
                    return Some(start..from);
                }
                from = start + folded[start..].chars().next()?.len_utf8();
            }
        })
    }

    /// Returns the length of the tail at the beginning of `rest`, if it stands there.
    fn tail_length(&self, rest: &str) -> Option<usize> {
        let mut left = rest.chars();
        for &(wanted, is_loose) in &self.tail {
            loop {
                let before = left.clone();
                match left.next() {
                    Some(next) if next == wanted => break,
                    _ if is_loose && wanted == LONG_VOWEL => {
                        left = before;
                        break;
                    }
                    Some(LONG_VOWEL) if is_loose => {}
                    _ => return None,
                }
            }
        }
        if self.is_loose_at_end {
            let rest = left.as_str();
            left = rest.strip_prefix(LONG_VOWEL).unwrap_or(rest).chars();
        }
        Some(rest.len() - left.as_str().len())
    }
}

/// Returns whether a folded character is a kana or the mark of a long vowel.
pub(super) fn is_kana(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ' | 'ヷ'..='ヺ' | LONG_VOWEL)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::search::fold;

    #[rstest]
    #[case("フォルダー", "フォルダ", true)]
    #[case("フォルダ", "フォルダーの中", true)]
    #[case("サーバー監視", "サーバ監視", true)]
    #[case("サーバ監視", "サーバー監視", true)]
    #[case("インターフェース", "インタフェース", true)]
    #[case("インタフェース", "インターフェース", true)]
    #[case("バー", "サーバー", true)]
    #[case("ルーム", "サーバールーム", true)]
    #[case("エラー", "ランタイムエラー", true)]
    #[case("ビル", "ビール", false)]
    #[case("スキー", "スキル", false)]
    #[case("キー", "パスキー", true)]
    #[case("キー", "好き", false)]
    #[case("ああああい", "あああああい", true)]
    #[case("ー", "キー", true)]
    #[case("サーバー室キー", "サーバ室キ", false)]
    fn long_vowels_count_in_short_words_only(
        #[case] word: &str,
        #[case] text: &str,
        #[case] occurs: bool,
    ) {
        assert_eq!(Word::new(fold(word)).occurs_in(&fold(text)), occurs);
    }

    #[test]
    fn a_place_includes_the_long_vowel_behind_the_word() {
        let text = fold("フォルダーとフォルダ");
        let word = Word::new(fold("フォルダ"));
        let places = word.places_in(&text).map(|place| text[place].to_owned());
        assert_eq!(places.collect::<Vec<_>>(), ["ふぉるだー", "ふぉるだ"]);
    }
}
