//! Grams: up to three adjacent characters, packed into one number.

use std::collections::HashSet;

use foldhash::fast::RandomState;

/// The bits of one character; the largest, U+10FFFF, has 21.
const CHARACTER_BITS: u32 = 21;

/// Returns the words of a folded text, separated by blanks and invisible characters.
pub(super) fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    let parts = |character: char| character.is_whitespace() || character.is_control();
    folded.split(parts).filter(|word| !word.is_empty())
}

/// Returns the grams of a folded text, each once, in no particular order.
///
/// Blanks separate: no gram contains one. Every character and every pair is a gram. Japanese pairs
/// are rare enough to distinguish guides. Latin pairs are not, so three Latin characters are a gram
/// too.
pub(super) fn grams_of(folded: &str) -> Vec<u64> {
    // A page of Japanese repeats most of its pairs.
    let mut grams = HashSet::with_capacity_and_hasher(folded.len() / 4, RandomState::default());
    for word in words_of(folded) {
        let (mut first, mut second) = (None, None);
        for third in word.chars() {
            grams.insert(pack(&[third]));
            if let Some(second) = second {
                grams.insert(pack(&[second, third]));
            }
            if let (Some(first), Some(second)) = (first, second)
                && is_narrow(&[first, second, third])
            {
                grams.insert(pack(&[first, second, third]));
            }
            (first, second) = (second, Some(third));
        }
    }
    grams.into_iter().collect()
}

/// Returns the fewest grams shared by all texts that contain `word`, and whether they prove it.
///
/// They are proof when one gram is the whole word.
pub(super) fn cover_of(word: &str) -> (Vec<u64>, bool) {
    let characters: Vec<char> = word.chars().collect();
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
    let is_proof = grams.len() == 1;
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
