use annai_domain::limits::SEARCH_QUERY;

use super::fold;
use super::grams::{cover_of, words_of};

/// The maximum number of words in a query.
const WORD_LIMIT: usize = 10;

/// A search query: words separated by blanks; a guide must contain them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    words: Vec<String>,
    grams: Vec<u64>,
    is_proof: bool,
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
        let mut words: Vec<String> = Vec::new();
        for word in words_of(&fold(text)) {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        if words.is_empty() {
            return Err(SearchQueryError::Empty);
        }
        if words.len() > WORD_LIMIT {
            return Err(SearchQueryError::TooManyWords);
        }
        let (mut grams, mut is_proof) = (Vec::new(), true);
        for word in &words {
            let (cover, proves) = cover_of(word);
            grams.extend(cover);
            is_proof &= proves;
        }
        Ok(Self {
            words,
            grams,
            is_proof,
        })
    }

    /// Returns whether the index alone decides: its hits need no second check.
    #[must_use]
    pub fn is_decided_by_index(&self) -> bool {
        self.is_proof
    }

    /// Returns whether `folded`, the result of [`fold`], contains every word.
    #[must_use]
    pub fn matches(&self, folded: &str) -> bool {
        self.words.iter().all(|word| folded.contains(word.as_str()))
    }

    /// Returns the folded words.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns the grams of all words.
    pub(super) fn grams(&self) -> &[u64] {
        &self.grams
    }
}
