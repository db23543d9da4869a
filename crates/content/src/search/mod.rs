//! Full-text search in guides, Japanese included: without a dictionary or word boundaries.
//!
//! A guide is found exactly when its folded text contains every word of the folded query. For each
//! *gram* (one or two adjacent characters; three where none is Japanese) an index in memory keeps
//! the guides that contain it. So a query is an intersection of sets.

mod document;
mod fold;
mod grams;
mod highlight;
mod index;
mod postings;
mod query;
mod spellings;
#[cfg(test)]
mod tests;
mod word;

pub use document::SearchDocument;
pub use fold::fold;
pub use highlight::{excerpt, highlight};
pub use index::{
    Facets, SearchFilter, SearchFrequency, SearchHit, SearchIndex, SearchPlace, SearchRank,
};
pub use query::{SearchQuery, SearchQueryError, ShorterQuery};
