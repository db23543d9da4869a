use annai_content::{Facets as Counted, SearchHit, SearchQuery, excerpt, highlight};
use annai_contract::{
    FacetCount, Facets, FoundGuide, FoundGuides, Highlights, SearchLinks, SearchMeta,
};
use annai_storage::delivery::FoundGuide as Found;
use annai_web::with_parameter;

use super::page::SearchPage;
use super::request::SearchRequest;

/// The most tags in the facets.
const FACET_TAGS: usize = 50;

/// Builds the document of a page of hits.
pub(super) fn document(
    page: SearchPage,
    request: &SearchRequest,
    query: &str,
    next: Option<String>,
) -> FoundGuides {
    let count = page.guides.len();
    let hits = page.guides.into_iter();
    FoundGuides {
        data: hits
            .map(|(hit, guide)| found_guide(hit, guide, &request.query))
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

fn found_guide(hit: SearchHit, guide: Found, query: &SearchQuery) -> FoundGuide {
    FoundGuide {
        highlights: Highlights {
            title: highlight(&guide.title, query),
            body: excerpt(&guide.plain_text, query),
        },
        matched_in: hit.place.into(),
        slug: guide.slug,
        title: guide.title,
        category: guide.category,
        tags: guide.tags,
        thumbnail: guide.image,
        meta_description: guide.summary,
        published_at: guide.published_at,
    }
}

fn facets(counted: Counted) -> Facets {
    let counts = |counts: Vec<(String, usize)>| {
        let count = |(value, count)| FacetCount { value, count };
        counts.into_iter().map(count)
    };
    Facets {
        category: counts(counted.categories).collect(),
        tag: counts(counted.tags).take(FACET_TAGS).collect(),
    }
}
