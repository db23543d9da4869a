use super::fold;
use super::grams::{cover_of, words_of};

/// The longest query, in characters.
const LENGTH_LIMIT: usize = 200;
/// The most words of a query.
const WORD_LIMIT: usize = 10;

/// What somebody searches for: words, parted by blanks, all of which a guide must contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    words: Vec<String>,
    grams: Vec<u64>,
    is_proof: bool,
}

/// Why a text is no [`SearchQuery`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchQueryError {
    /// There is nothing but blanks.
    #[error("say what to search for")]
    Empty,
    /// More than 200 characters.
    #[error("at most {LENGTH_LIMIT} characters")]
    TooLong,
    /// More than 10 words.
    #[error("at most {WORD_LIMIT} words")]
    TooManyWords,
}

impl SearchQuery {
    /// Reads a query. Nothing in it is an operator: what is typed is what is looked for.
    ///
    /// # Errors
    ///
    /// [`SearchQueryError`] when there is nothing to look for, or too much.
    pub fn parse(text: &str) -> Result<Self, SearchQueryError> {
        if text.chars().nth(LENGTH_LIMIT).is_some() {
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

    /// Whether the index alone decides: a guide that it finds needs no second look.
    #[must_use]
    pub fn is_decided_by_index(&self) -> bool {
        self.is_proof
    }

    /// Whether `folded`, a text that went through [`fold`], contains every word.
    #[must_use]
    pub fn matches(&self, folded: &str) -> bool {
        self.words.iter().all(|word| folded.contains(word.as_str()))
    }

    /// The folded words.
    pub(super) fn words(&self) -> &[String] {
        &self.words
    }

    /// The grams of all words.
    pub(super) fn grams(&self) -> &[u64] {
        &self.grams
    }
}
