//! Grams: up to three adjacent characters, packed into one number.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use foldhash::fast::{FixedState, RandomState};

use super::word::{LONG_VOWEL, Word};

/// The bits of one character; the largest, U+10FFFF, has 21.
const CHARACTER_BITS: u32 = 21;

/// Returns the words of a folded text, separated by blanks and invisible characters.
pub(super) fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    let parts = |character: char| character.is_whitespace() || character.is_control();
    folded.split(parts).filter(|word| !word.is_empty())
}

/// The occurrences from which a word is frequent in a guide, and very frequent.
const FREQUENT: [u32; 2] = [3, 8];

/// The grams of a text, each once, in no particular order.
#[derive(Debug, Clone, Default)]
pub(super) struct Grams {
    /// All grams.
    pub(super) all: Vec<u64>,
    /// Those that occur as often as [`FREQUENT`] says.
    pub(super) frequent: [Vec<u64>; 2],
}

impl Grams {
    /// Returns the grams of a folded text.
    ///
    /// Blanks separate: no gram contains one. Every character and every pair is a gram. Japanese
    /// pairs are rare enough to distinguish guides. Latin pairs are not, so three Latin characters
    /// are a gram too, and each Latin word. The letters around long vowels are a pair as well,
    /// because a query may leave long vowels out.
    pub(super) fn of(folded: &str) -> Self {
        // A page of Japanese repeats most of its pairs.
        let mut counts =
            HashMap::with_capacity_and_hasher(folded.len() / 4, RandomState::default());
        let mut count = |gram| *counts.entry(gram).or_insert(0) += 1;
        for word in words_of(folded) {
            let (mut first, mut second) = (None, None);
            let mut before_vowels = None;
            for third in word.chars() {
                count(pack(&[third]));
                if let Some(second) = second {
                    count(pack(&[second, third]));
                }
                if let (Some(first), Some(second)) = (first, second)
                    && is_narrow(&[first, second, third])
                {
                    count(pack(&[first, second, third]));
                }
                if third != LONG_VOWEL {
                    if let (Some(LONG_VOWEL), Some(before)) = (second, before_vowels) {
                        count(pack(&[before, third]));
                    }
                    before_vowels = Some(third);
                }
                (first, second) = (second, Some(third));
            }
        }
        for word in latin_words(folded) {
            count(whole_word(word));
        }
        let mut grams = Self::default();
        for (gram, count) in counts {
            grams.all.push(gram);
            for (frequent, least) in grams.frequent.iter_mut().zip(FREQUENT) {
                if count >= least {
                    frequent.push(gram);
                }
            }
        }
        grams
    }
}

/// Returns the Latin words of a folded text: `node` and `js` of `node.jsとは`.
pub(super) fn latin_words(folded: &str) -> impl Iterator<Item = &str> {
    let parts = |character: char| !(is_narrow(&[character]) && character.is_alphanumeric());
    folded.split(parts).filter(|word| !word.is_empty())
}

/// Returns the gram of a whole Latin word, which no packed gram equals.
pub(super) fn whole_word(word: &str) -> u64 {
    FixedState::default().hash_one(word) | 1 << 63
}

/// Returns the fewest grams shared by all texts in which `word` occurs, and whether they prove it.
///
/// They are proof when one gram is the whole word.
pub(super) fn cover_of(word: &Word) -> (Vec<u64>, bool) {
    let characters: Vec<char> = word.head().chars().collect();
    if characters.len() == 1 {
        return (vec![pack(&characters)], true);
    }
    let mut grams = Vec::new();
    let mut covered = 0;
    for (start, three) in characters.windows(3).enumerate() {
        if is_narrow(three) {
            grams.push(pack(three));
            covered = start + 2;
        } else if start >= covered {
            grams.push(pack(&three[..2]));
            covered = start + 1;
        }
    }
    let last = characters.len() - 2;
    if last >= covered {
        grams.push(pack(&characters[last..]));
    }
    let is_proof = grams.len() == 1 && word.tail().next().is_none();
    let is_letter = |character: &char| *character != LONG_VOWEL;
    let mut before = characters.iter().copied().rfind(is_letter);
    for letter in word.tail().filter(is_letter) {
        grams.extend(before.map(|before| pack(&[before, letter])));
        before = Some(letter);
    }
    grams.sort_unstable();
    grams.dedup();
    (grams, is_proof)
}

fn pack(characters: &[char]) -> u64 {
    characters.iter().fold(0, |packed, &character| {
        (packed << CHARACTER_BITS) | u64::from(u32::from(character))
    })
}

/// Returns whether no character belongs to a script in which two characters are selective enough.
fn is_narrow(characters: &[char]) -> bool {
    characters.iter().all(|&character| character < '\u{2e80}')
}
