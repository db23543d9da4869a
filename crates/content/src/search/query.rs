use std::ops::Range;

use annai_domain::limits::SEARCH_QUERY;

use super::fold;
use super::grams::{cover_of, latin_words, whole_word, words_of};
use super::word::Word;

/// The maximum number of words in a query.
const WORD_LIMIT: usize = 10;
/// The most places of a word that count for the nearness of words.
const PLACE_LIMIT: usize = 100;

/// A search query: words separated by blanks; a guide must contain them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    words: Vec<Word>,
    /// Each word as it was typed.
    typed: Vec<String>,
    grams: Vec<u64>,
    /// The grams of the Latin words as whole words.
    whole_words: Vec<u64>,
    is_proof: bool,
}

/// A query with one word fewer than another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShorterQuery {
    /// The word left out, as it was typed.
    pub without: String,
    /// The other words, as they were typed.
    pub text: String,
    /// The query for the other words.
    pub query: SearchQuery,
}

/// An error from parsing a [`SearchQuery`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchQueryError {
    /// The query contains only blanks.
    #[error("enter a word to search for")]
    Empty,
    /// The query has more than 200 characters.
    #[error("a query can have at most {SEARCH_QUERY} characters")]
    TooLong,
    /// The query has more than 10 words.
    #[error("a query can have at most {WORD_LIMIT} words")]
    TooManyWords,
}

impl SearchQuery {
    /// Parses a query. It has no operators: every character is searched for.
    ///
    /// # Errors
    ///
    /// Returns [`SearchQueryError`] when the query is empty or too long.
    pub fn parse(text: &str) -> Result<Self, SearchQueryError> {
        if text.chars().nth(SEARCH_QUERY).is_some() {
            return Err(SearchQueryError::TooLong);
        }
        let mut words: Vec<(String, String)> = Vec::new();
        for typed in words_of(text) {
            for word in words_of(&fold(typed)) {
                if !words.iter().any(|(known, _)| known == word) {
                    words.push((word.to_owned(), typed.to_owned()));
                }
            }
        }
        if words.is_empty() {
            return Err(SearchQueryError::Empty);
        }
        if words.len() > WORD_LIMIT {
            return Err(SearchQueryError::TooManyWords);
        }
        Ok(Self::of(words))
    }

    /// Creates a query for folded words, each with its typed form.
    fn of(words: Vec<(String, String)>) -> Self {
        let (words, typed): (Vec<_>, Vec<_>) = words.into_iter().unzip();
        let words: Vec<_> = words.into_iter().map(Word::new).collect();
        let (mut grams, mut is_proof) = (Vec::new(), true);
        for word in &words {
            let (cover, proves) = cover_of(word);
            grams.extend(cover);
            is_proof &= proves;
        }
        let latin = words.iter().flat_map(|word| latin_words(word.as_str()));
        Self {
            whole_words: latin.map(whole_word).collect(),
            words,
            typed,
            grams,
            is_proof,
        }
    }

    /// Returns whether the index alone decides: its hits need no second check.
    #[must_use]
    pub fn is_decided_by_index(&self) -> bool {
        self.is_proof
    }

    /// Returns whether `folded`, the result of [`fold`], contains every word.
    #[must_use]
    pub fn matches(&self, folded: &str) -> bool {
        self.words.iter().all(|word| word.occurs_in(folded))
    }

    /// Returns whether the query has more than one word, so that nearness means something.
    #[must_use]
    pub fn has_many_words(&self) -> bool {
        self.words.len() > 1
    }

    /// Returns the length of the shortest part of `folded` with every word: a shorter one is nearer.
    ///
    /// It is 0 for one word, and where a word does not occur.
    #[must_use]
    pub fn nearness(&self, folded: &str) -> usize {
        if !self.has_many_words() {
            return 0;
        }
        let places = |(number, word): (usize, &Word)| {
            let places: Vec<_> = word.places_in(folded).take(PLACE_LIMIT).collect();
            places.into_iter().map(move |place| (place, number))
        };
        let mut places: Vec<_> = self.words.iter().enumerate().flat_map(places).collect();
        places.sort_unstable_by_key(|(place, _)| place.start);
        let mut newest: Vec<Option<Range<usize>>> = vec![None; self.words.len()];
        let mut nearest = None;
        for (place, number) in places {
            newest[number] = Some(place);
            let known = || newest.iter().flatten();
            if known().count() == newest.len() {
                let start = known().map(|place| place.start).min();
                let end = known().map(|place| place.end).max();
                let length = end.unwrap_or_default() - start.unwrap_or_default();
                nearest = Some(nearest.map_or(length, |nearest: usize| nearest.min(length)));
            }
        }
        nearest.unwrap_or_default()
    }

    /// Returns the queries without one of the words; a query of one word has none.
    #[must_use]
    pub fn without_one(&self) -> Vec<ShorterQuery> {
        if !self.has_many_words() {
            return Vec::new();
        }
        let without = |left_out: usize| {
            let words = self.words.iter().map(|word| word.as_str().to_owned());
            let words = words.zip(self.typed.iter().cloned()).enumerate();
            let others = words.filter(|&(number, _)| number != left_out);
            let others: Vec<_> = others.map(|(_, word)| word).collect();
            let mut typed: Vec<_> = others.iter().map(|(_, typed)| typed.as_str()).collect();
            typed.dedup();
            ShorterQuery {
                without: self.typed[left_out].clone(),
                text: typed.join(" "),
                query: Self::of(others),
            }
        };
        (0..self.words.len()).map(without).collect()
    }

    /// Returns whether every Latin word of the query is a whole word of `folded`.
    pub(super) fn is_whole_in(&self, folded: &str) -> bool {
        if self.whole_words.is_empty() {
            return true;
        }
        let words: Vec<_> = latin_words(folded).map(whole_word).collect();
        self.whole_words.iter().all(|word| words.contains(word))
    }

    /// Returns the words.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Returns the grams of all words.
    pub(super) fn grams(&self) -> &[u64] {
        &self.grams
    }

    /// Returns the grams of all words, where each Latin word is a whole word; `None` without one.
    pub(super) fn whole_grams(&self) -> Option<Vec<u64>> {
        let has_latin = !self.whole_words.is_empty();
        has_latin.then(|| [self.grams.as_slice(), &self.whole_words].concat())
    }
}
