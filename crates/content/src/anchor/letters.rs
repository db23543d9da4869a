use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// The number of a letter that the text does not contain.
const UNKNOWN: u32 = u32::MAX;
/// The first number of a letter with several characters; a single character is its own number.
const FIRST_CLUSTER: u32 = char::MAX as u32 + 1;

/// A text as the letters to compare: without white space, in one width, composed.
#[derive(Debug)]
pub(super) struct Letters {
    symbols: Vec<u32>,
    spans: Vec<Range<usize>>,
    several: HashMap<String, u32>,
}

impl Letters {
    pub(super) fn of(text: &str) -> Self {
        let mut letters = Self {
            symbols: Vec::new(),
            spans: Vec::new(),
            several: HashMap::new(),
        };
        for (index, cluster) in written(text) {
            let symbol = match folded(cluster) {
                Folded::One(character) => character.into(),
                Folded::Several(text) => {
                    let next = u32::try_from(letters.several.len()).unwrap_or(u32::MAX);
                    *letters.several.entry(text).or_insert(FIRST_CLUSTER + next)
                }
            };
            letters.symbols.push(symbol);
            letters.spans.push(index..index + cluster.len());
        }
        letters
    }

    pub(super) fn symbols(&self) -> &[u32] {
        &self.symbols
    }

    pub(super) fn len(&self) -> usize {
        self.symbols.len()
    }

    /// Returns the bytes of these letters; an empty range when there are none.
    pub(super) fn bytes(&self, letters: Range<usize>) -> Range<usize> {
        match self.spans[letters].split_first() {
            Some((first, rest)) => first.start..rest.last().unwrap_or(first).end,
            None => 0..0,
        }
    }

    /// Returns the letters of `text`, numbered as in this text.
    pub(super) fn look_up(&self, text: &str) -> Vec<u32> {
        let symbol = |(_, cluster)| match folded(cluster) {
            Folded::One(character) => character.into(),
            Folded::Several(text) => self.several.get(&text).copied().unwrap_or(UNKNOWN),
        };
        written(text).map(symbol).collect()
    }
}

enum Folded {
    One(char),
    Several(String),
}

/// Returns the grapheme clusters that are not white space, each with its first byte.
fn written(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.grapheme_indices(true)
        .filter(|(_, cluster)| !cluster.chars().all(char::is_whitespace))
}

fn folded(cluster: &str) -> Folded {
    let mut characters = cluster.chars();
    if let (Some(first), None) = (characters.next(), characters.next())
        && matches!(first, '\0'..='\u{7f}' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='\u{9fff}')
    {
        return Folded::One(first);
    }
    let has_width = cluster.contains(|letter| matches!(letter, '\u{ff01}'..='\u{ffee}'));
    let text: String = if has_width {
        cluster.nfkc().collect()
    } else {
        cluster.nfc().collect()
    };
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(first), None) => Folded::One(first),
        _ => Folded::Several(text),
    }
}

/// Returns the places where `wanted` occurs, overlaps included (Knuth, Morris and Pratt 1977).
///
/// The time grows with the sum of both lengths. An empty `wanted` occurs nowhere.
pub(super) fn occurrences<'a>(
    text: &'a [u32],
    wanted: &'a [u32],
) -> impl Iterator<Item = usize> + 'a {
    let borders = borders(wanted);
    let mut matched = 0;
    text.iter().enumerate().filter_map(move |(index, symbol)| {
        while matched > 0 && wanted.get(matched) != Some(symbol) {
            matched = borders[matched - 1];
        }
        if wanted.get(matched) == Some(symbol) {
            matched += 1;
        }
        (matched > 0 && matched == wanted.len()).then(|| index + 1 - matched)
    })
}

/// Returns for each prefix of `wanted` the length of its longest border (proper prefix and suffix).
fn borders(wanted: &[u32]) -> Vec<usize> {
    let mut borders = vec![0; wanted.len()];
    let mut length = 0;
    for index in 1..wanted.len() {
        while length > 0 && wanted[length] != wanted[index] {
            length = borders[length - 1];
        }
        if wanted[length] == wanted[index] {
            length += 1;
        }
        borders[index] = length;
    }
    borders
}
