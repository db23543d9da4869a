//! Strict deserialisation of values from outside.
//!
//! Unknown and repeated keys are refused at every level, with their place and the probable
//! spelling.
//!
//! This works through `Deserialize` as derived: a struct names its keys, so `deny_unknown_fields`
//! is unnecessary. Flattened and internally tagged types do not name them and must be marked.

mod error;
mod json;
#[cfg(test)]
mod tests;
mod urlencoded;
mod value;

pub(crate) use error::InputError;
pub(crate) use json::{Malformed, parse};
pub(crate) use urlencoded::UrlEncoded;
pub(crate) use value::from_value;

/// Returns the word of `known` that `word` is probably a misspelling of.
///
/// At most a third of its letters may differ (Damerau–Levenshtein distance); the nearest word wins.
#[must_use]
pub fn suggest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.len() > 100 {
        return None;
    }
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance * 3 <= candidate.len().max(3))
        .min()
        .map(|(_, candidate)| candidate)
}
