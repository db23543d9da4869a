use annai_content::{Facets, SearchHit, SearchPlace, SearchQuery, excerpt, highlight};
use annai_storage::delivery::FoundGuide;
use annai_web::with_parameter;
use serde::Serialize;
use utoipa::ToSchema;

use super::page::SearchPage;
use super::request::SearchRequest;

/// The most tags in the facets.
const FACET_TAGS: usize = 50;

/// Guides that were found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundGuides {
    data: Vec<FoundGuideView>,
    /// How many of the guides that were found, on all pages, have each category and tag.
    facets: FacetsView,
    meta: SearchMeta,
    links: SearchLinks,
}

/// A guide that was found.
#[derive(Debug, Serialize, ToSchema)]
struct FoundGuideView {
    slug: String,
    title: String,
    category: String,
    tags: Vec<String>,
    thumbnail: Option<String>,
    meta_description: String,
    #[schema(format = DateTime)]
    published_at: String,
    /// The most prominent place in which all words stand together.
    #[schema(value_type = String, pattern = "^(title|label|heading|body)$")]
    matched_in: SearchPlace,
    highlights: Highlights,
}

/// Safe HTML fragments: text, and the words inside `<mark>`. `null` where none of them occurs.
#[derive(Debug, Serialize, ToSchema)]
struct Highlights {
    title: Option<String>,
    /// A part of the body.
    body: Option<String>,
}

/// Counts, the largest first.
#[derive(Debug, Serialize, ToSchema)]
struct FacetsView {
    category: Vec<FacetCount>,
    /// The 50 most frequent.
    tag: Vec<FacetCount>,
}

/// How many guides have a value.
#[derive(Debug, Serialize, ToSchema)]
struct FacetCount {
    value: String,
    count: usize,
}

/// What is to know about a page of what was found.
#[derive(Debug, Serialize, ToSchema)]
struct SearchMeta {
    /// How many guides were found, on all pages.
    total: usize,
    /// Whether `total` and the facets are exact. Otherwise they are upper bounds: they may count
    /// guides that have every part of a word and not the word; `data` never has such a guide.
    exact: bool,
    count: usize,
    limit: usize,
    next_cursor: Option<String>,
}

/// The addresses of this page and the next.
#[derive(Debug, Serialize, ToSchema)]
struct SearchLinks {
    #[serde(rename = "self")]
    own: String,
    next: Option<String>,
}

impl FoundGuides {
    pub(super) fn of(
        page: SearchPage,
        request: &SearchRequest,
        query: &str,
        next: Option<String>,
    ) -> Self {
        let count = page.guides.len();
        let shown = page.guides.into_iter();
        Self {
            data: shown
                .map(|(hit, guide)| view(hit, guide, &request.query))
                .collect(),
            facets: facets(page.facets),
            links: SearchLinks {
                own: format!("/v1/search?{query}"),
                next: next.as_deref().map(|cursor| {
                    let query = with_parameter(query, "cursor", cursor);
                    format!("/v1/search?{query}")
                }),
            },
            meta: SearchMeta {
                total: page.total,
                exact: page.is_exact,
                count,
                limit: request.limit,
                next_cursor: next,
            },
        }
    }
}

fn view(hit: SearchHit, guide: FoundGuide, query: &SearchQuery) -> FoundGuideView {
    FoundGuideView {
        highlights: Highlights {
            title: highlight(&guide.title, query),
            body: excerpt(&guide.plain_text, query),
        },
        matched_in: hit.place,
        slug: guide.slug,
        title: guide.title,
        category: guide.category,
        tags: guide.tags,
        thumbnail: guide.thumbnail,
        meta_description: guide.meta_description,
        published_at: guide.published_at.to_string(),
    }
}

fn facets(facets: Facets) -> FacetsView {
    let counts = |counts: Vec<(String, usize)>| {
        let count = |(value, count)| FacetCount { value, count };
        counts.into_iter().map(count)
    };
    FacetsView {
        category: counts(facets.categories).collect(),
        tag: counts(facets.tags).take(FACET_TAGS).collect(),
    }
}
