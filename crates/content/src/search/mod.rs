//! Finding guides by what they say, Japanese included: no dictionary, no word boundaries.
//!
//! A guide is found exactly when its folded text contains every word of the folded query. An
//! index in memory keeps for each *gram* (one or two neighbouring characters; three where none
//! of them is Japanese) the guides that have it, so that a query is an intersection of sets.

mod document;
mod fold;
mod grams;
mod highlight;
mod index;
mod postings;
mod query;
#[cfg(test)]
mod tests;

pub use document::SearchDocument;
pub use fold::fold;
pub use highlight::{excerpt, highlight};
pub use index::{Facets, SearchFilter, SearchHit, SearchIndex, SearchPlace};
pub use query::{SearchQuery, SearchQueryError};
