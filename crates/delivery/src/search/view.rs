use annai_content::{Facets as Counted, SearchQuery, excerpt, highlight};
use annai_contract::{
    FacetCount, Facets, FoundGuide, FoundGuides, Highlights, SearchLinks, SearchMeta, ShorterSearch,
};
use annai_web::with_parameter;

use super::page::{FoundHit, SearchPage, ShorterPage};
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
            .map(|found| found_guide(found, &request.query))
            .collect(),
        shorter: page.shorter.into_iter().map(shorter).collect(),
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
            exact: page.total.is_some(),
            count,
            limit: request.limit,
            next_cursor: next,
        },
    }
}

fn shorter(page: ShorterPage) -> ShorterSearch {
    ShorterSearch {
        without: page.query.without,
        q: page.query.text,
        total: page.total,
    }
}

fn found_guide(found: FoundHit, query: &SearchQuery) -> FoundGuide {
    let FoundHit { hit, guide, .. } = found;
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
