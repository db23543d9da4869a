//! Deserialising what comes from outside, strictly: unknown and repeated keys are refused at
//! every level, with the place and with what was probably meant.
//!
//! It works through `Deserialize` as derived: a struct tells its keys, so nothing has to be
//! marked `deny_unknown_fields`. (What is flattened or internally tagged does not tell them and
//! has to be marked.)

mod fault;
mod json;
#[cfg(test)]
mod tests;
mod texts;
mod value;

pub(crate) use fault::Fault;
pub(crate) use json::{Malformed, parse};
pub(crate) use texts::Texts;
pub(crate) use value::from_value;

/// The word out of `known` that `word` was probably meant to be: at most a third of its letters
/// are wrong (Damerau–Levenshtein distance), the nearest first.
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
