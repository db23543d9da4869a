//! Grams: up to three adjacent characters, packed into one number.

use std::collections::HashMap;
use std::hash::BuildHasher as _;

use foldhash::fast::{FixedState, RandomState};

use super::word::{LONG_VOWEL, LOOSE_RUN, Word, is_kana};

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
    /// are a gram too, and each Latin word. Behind three kana, two letters are a gram of another
    /// kind, whatever long vowels stand between them: a query may leave those out.
    pub(super) fn of(folded: &str) -> Self {
        // A page of Japanese repeats most of its pairs.
        let mut counts =
            HashMap::with_capacity_and_hasher(folded.len() / 4, RandomState::default());
        let mut count = |gram| *counts.entry(gram).or_insert(0) += 1;
        for word in words_of(folded) {
            let (mut first, mut second) = (None, None);
            let (mut before_vowels, mut run) = (None, 0);
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
                    if let (Some(before), LOOSE_RUN..) = (before_vowels, run) {
                        count(joined(before, third));
                    }
                    before_vowels = Some(third);
                }
                run = if is_kana(third) { run + 1 } else { 0 };
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
    FixedState::default().hash_one(word) | (1 << 63)
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
    let mut previous = characters.last().copied();
    let mut before_vowels = characters
        .iter()
        .copied()
        .rfind(|&letter| letter != LONG_VOWEL);
    for (letter, is_loose) in word.tail() {
        if !is_loose {
            grams.extend(previous.map(|previous| pack(&[previous, letter])));
        } else if letter != LONG_VOWEL {
            grams.extend(before_vowels.map(|before| joined(before, letter)));
        }
        previous = Some(letter);
        if letter != LONG_VOWEL {
            before_vowels = Some(letter);
        }
    }
    grams.sort_unstable();
    grams.dedup();
    (grams, is_proof)
}

/// Returns the gram of two letters in a long row of kana, with or without long vowels between them.
///
/// No other gram equals it: bit 62 of others is unset, or bit 63 is set.
fn joined(before: char, letter: char) -> u64 {
    pack(&[before, letter]) | (1 << 62)
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
