use std::collections::HashMap;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

/// A letter that the text does not have.
const STRANGE: u32 = u32::MAX;
/// Letters of one character are that character; others are numbered from here.
const SEVERAL: u32 = char::MAX as u32 + 1;

/// A text as the letters that are compared: no white space, one width, composed.
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
                    *letters.several.entry(text).or_insert(SEVERAL + next)
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

    /// The bytes from the first of these letters to the last; nothing where there are none.
    pub(super) fn bytes(&self, letters: Range<usize>) -> Range<usize> {
        match self.spans[letters].split_first() {
            Some((first, rest)) => first.start..rest.last().unwrap_or(first).end,
            None => 0..0,
        }
    }

    /// The letters of another text, as they are called in this one.
    pub(super) fn look_up(&self, text: &str) -> Vec<u32> {
        let symbol = |(_, cluster)| match folded(cluster) {
            Folded::One(character) => character.into(),
            Folded::Several(text) => self.several.get(&text).copied().unwrap_or(STRANGE),
        };
        written(text).map(symbol).collect()
    }
}

enum Folded {
    One(char),
    Several(String),
}

/// The grapheme clusters that are not white space, with where they begin.
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

/// Where `wanted` occurs, overlaps included, in time that grows with the sum of both lengths
/// (Knuth, Morris and Pratt 1977). What is empty occurs nowhere.
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

/// For every beginning of `wanted`, the length of its longest proper prefix that ends it too.
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
