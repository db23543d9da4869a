use annai_content::SearchPlace;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::formats;

/// A page of hits.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundGuides {
    /// The guides, the best hits first.
    pub data: Vec<FoundGuide>,
    /// The numbers of hits on all pages by category and by tag; upper bounds unless `meta.exact`.
    pub facets: Facets,
    /// Searches with one word fewer that find guides. Empty where this search finds some.
    pub shorter: Vec<ShorterSearch>,
    /// Metadata of the page.
    pub meta: SearchMeta,
    /// The addresses of this page and the next.
    pub links: SearchLinks,
}

/// One hit.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundGuide {
    /// The slug of the guide.
    #[schema(schema_with = formats::slug)]
    pub slug: String,
    /// The title of the guide.
    pub title: String,
    /// The category of the guide.
    pub category: String,
    /// The tags of the guide.
    pub tags: Vec<String>,
    /// The address of its small picture.
    pub thumbnail: Option<String>,
    /// The description of the guide.
    pub meta_description: String,
    /// The time at which this revision was published.
    #[schema(schema_with = formats::instant)]
    pub published_at: Timestamp,
    /// The most prominent place that holds all words together.
    pub matched_in: MatchedIn,
    /// Fragments with the words marked.
    pub highlights: Highlights,
}

/// The most prominent place that holds all words of a search together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchedIn {
    /// The guide's title.
    Title,
    /// The title, tags, keywords and slug.
    Label,
    /// The labels and the headings.
    Heading,
    /// The labels, the headings and the body.
    Body,
}

/// Safe HTML fragments with the words inside `<mark>`; null without any of the words.
#[derive(Debug, Serialize, ToSchema)]
pub struct Highlights {
    /// The guide's title.
    pub title: Option<String>,
    /// A part of the body.
    pub body: Option<String>,
}

/// The numbers of hits by category and by tag, the largest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facets {
    /// The categories.
    pub category: Vec<FacetCount>,
    /// The 50 most frequent tags.
    pub tag: Vec<FacetCount>,
}

/// The number of hits with one value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetCount {
    /// The category or tag.
    pub value: String,
    /// The number of hits.
    pub count: usize,
}

/// Metadata of a page of hits.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchMeta {
    /// The exact number of hits on all pages; null where it is not known.
    pub total: Option<usize>,
    /// Whether `total` is known and the facets are exact. Otherwise the facets are upper bounds:
    /// they may count guides with every part of a word but not the word. `data` never holds such a
    /// guide.
    pub exact: bool,
    /// The number of hits on the page.
    pub count: usize,
    /// The most hits on a page.
    pub limit: usize,
    /// The cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
}

/// A search with one word fewer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShorterSearch {
    /// The word left out, as it was typed.
    pub without: String,
    /// The other words, as a value of `q`. The filters of the search apply to it too.
    pub q: String,
    /// The exact number of its hits; null where it is not known.
    pub total: Option<usize>,
}

/// The addresses of a page of hits and of the next page.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchLinks {
    /// This page.
    #[serde(rename = "self")]
    pub own: String,
    /// The next page; null on the last page.
    pub next: Option<String>,
}

impl From<SearchPlace> for MatchedIn {
    fn from(place: SearchPlace) -> Self {
        match place {
            SearchPlace::Title => Self::Title,
            SearchPlace::Label => Self::Label,
            SearchPlace::Heading => Self::Heading,
            SearchPlace::Body => Self::Body,
        }
    }
}
