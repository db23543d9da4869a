//! Grams: up to three neighbouring characters, packed into one number.

use std::collections::HashSet;

use foldhash::fast::RandomState;

/// Bits of one character; the largest, U+10FFFF, has 21.
const CHARACTER_BITS: u32 = 21;

/// The words of a folded text: what stands between blanks. Characters that cannot be seen part
/// words too.
pub(super) fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    let parts = |character: char| character.is_whitespace() || character.is_control();
    folded.split(parts).filter(|word| !word.is_empty())
}

/// All grams of a folded text, each once, in no order. Blanks part it: no gram has one inside.
///
/// Every character and every pair is a gram. Japanese pairs are rare enough to tell guides
/// apart; Latin pairs are not, so there three characters are a gram too.
pub(super) fn grams_of(folded: &str) -> Vec<u64> {
    // A page of Japanese says most of its pairs several times.
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

/// The fewest grams that every text with `word` in it has, and whether having them is proof:
/// one gram that is the whole word is.
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

/// Whether none of them belongs to the scripts in which two characters say enough.
fn is_narrow(characters: &[char]) -> bool {
    characters.iter().all(|&character| character < '\u{2e80}')
}
