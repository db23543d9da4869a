use serde::Serialize;
use utoipa::ToSchema;

/// The categories, tags and keywords of the published guides.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyDocument {
    /// The words.
    pub data: Taxonomy,
}

/// Words with their numbers of guides, the most frequent first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taxonomy {
    /// The categories of public guides.
    pub categories: Vec<WordCount>,
    /// The tags of public guides.
    pub tags: Vec<WordCount>,
    /// The keywords of public guides.
    pub keywords: Vec<WordCount>,
}

/// A word and the number of guides that have it.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WordCount {
    /// The word.
    pub name: String,
    /// The number of guides.
    #[schema(minimum = 1)]
    pub count: usize,
}
