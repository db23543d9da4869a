use std::collections::HashMap;
use std::sync::Arc;

use annai_content::{Facets, SearchDocument, SearchHit, SearchQuery, ShorterQuery};
use annai_domain::{GuideId, Ref, RefName};
use annai_storage::delivery::{FoundGuide, list_found};
use annai_web::Problem;

use super::permits::SearchPermit;
use super::request::SearchRequest;
use crate::error::storage_problem;
use crate::site::Snapshot;
use crate::state::DeliveryState;

/// The most guides that one page verifies against their text, which bounds the cost of a search.
const LOOK_LIMIT: usize = 200;
/// The number of guides per query after the first query.
const CHUNK: usize = 50;
/// The most guides of the index that are all verified, so that their number is exact.
const COUNT_LIMIT: usize = 100;

/// One page of hits.
#[derive(Debug)]
pub(super) struct SearchPage {
    /// The ref of the searched site.
    pub(super) name: RefName,
    pub(super) guides: Vec<FoundHit>,
    /// The hit behind which the next page begins.
    pub(super) next: Option<SearchHit>,
    /// The number of guides on all pages, if it is exact.
    pub(super) total: Option<usize>,
    /// The facets. Without a total they may count guides with all parts of a word but not the word.
    pub(super) facets: Facets,
    /// The searches with one word fewer that find guides; only where this one finds none.
    pub(super) shorter: Vec<ShorterPage>,
}

/// A guide that contains every word.
#[derive(Debug)]
pub(super) struct FoundHit {
    pub(super) hit: SearchHit,
    pub(super) guide: FoundGuide,
    /// The length of the shortest part with every word.
    nearness: usize,
}

/// A search with one word fewer.
#[derive(Debug)]
pub(super) struct ShorterPage {
    pub(super) query: ShorterQuery,
    /// The number of its guides, if it is exact.
    pub(super) total: Option<usize>,
}

/// The hits of the index, not verified yet.
#[derive(Debug)]
struct IndexAnswer {
    /// The ref of the index.
    name: RefName,
    hits: Vec<SearchHit>,
    facets: Facets,
    /// The hits of the searches with one word fewer, where this one may find nothing.
    shorter: Vec<(ShorterQuery, Vec<SearchHit>)>,
}

/// Verifies hits against the texts of one ref.
struct Verifier<'a> {
    state: &'a DeliveryState,
    permit: &'a SearchPermit,
    at: Ref,
}

/// The verified hits of a request.
struct Looked {
    /// The guides that contain every word, in the order of the index.
    guides: Vec<FoundHit>,
    /// The number of hits before the first hit that was not verified.
    until: usize,
    /// Whether these are the guides of all pages.
    is_all: bool,
}

/// Finds a page at snapshot `at` or later. Each of its guides contains every word.
///
/// The index decides the order of the pages. Within a page, guides of one rank come in the order of
/// nearness, for which their texts are needed.
pub(super) async fn find(
    state: &DeliveryState,
    permit: &SearchPermit,
    at: &Snapshot,
    request: &Arc<SearchRequest>,
) -> Result<SearchPage, Problem> {
    let IndexAnswer {
        name,
        hits,
        facets,
        shorter,
    } = ask_index(state, permit, at, request).await?;
    let verifier = Verifier {
        state,
        permit,
        at: name.number,
    };
    let looked = verifier.look(request, &hits).await?;
    let (total, facets) = if looked.is_all {
        let guides = looked.guides.iter().map(|found| &found.guide);
        let guides = guides.map(|guide| (guide.category.as_str(), guide.tags.as_slice()));
        (Some(looked.guides.len()), Facets::count(guides))
    } else {
        let is_decided = request.query.is_decided_by_index();
        (is_decided.then_some(hits.len()), facets)
    };
    let (guides, next) = looked.page(request, &hits);
    let shorter = if total == Some(0) {
        verifier.shorter(shorter).await?
    } else {
        Vec::new()
    };
    Ok(SearchPage {
        name,
        guides,
        next,
        total,
        facets,
        shorter,
    })
}

impl Looked {
    /// Returns the guides of the requested page, and the hit behind which the next one begins.
    fn page(
        mut self,
        request: &SearchRequest,
        hits: &[SearchHit],
    ) -> (Vec<FoundHit>, Option<SearchHit>) {
        self.guides.retain(|found| !request.is_before(&found.hit));
        let has_more = self.guides.len() > request.limit;
        self.guides.truncate(request.limit);
        let next = match self.guides.last() {
            Some(last) if has_more => Some(last.hit),
            _ if self.until < hits.len() => Some(hits[self.until - 1]),
            _ => None,
        };
        self.guides.sort_by_key(|found| {
            let (rank, newness) = found.hit.order();
            (rank, found.nearness, newness)
        });
        (self.guides, next)
    }
}

async fn ask_index(
    state: &DeliveryState,
    permit: &SearchPermit,
    at: &Snapshot,
    request: &Arc<SearchRequest>,
) -> Result<IndexAnswer, Problem> {
    let index = state.search.at_least(&state.db, at).await?;
    let request = Arc::clone(request);
    let ask = move || {
        let find = |query: &SearchQuery| index.find(query, &request.filter);
        let hits = find(&request.query);
        let may_find_nothing = hits.len() <= COUNT_LIMIT && request.after.is_none();
        let shorter = request.query.without_one().into_iter();
        let shorter = shorter.filter(|_| may_find_nothing);
        IndexAnswer {
            name: index.name,
            facets: index.facets(hits.iter().map(|hit| hit.guide_id)),
            shorter: shorter
                .map(|shorter| {
                    let hits = find(&shorter.query);
                    (shorter, hits)
                })
                .collect(),
            hits,
        }
    };
    permit.work(ask).await
}

/// Returns the hits to verify next: at first a page and one more, which is nearly always enough.
/// Later chunks have a minimum size, so that a short page does not cost many queries.
fn next_chunk(hits: &[SearchHit], limit: usize, is_first: bool) -> &[SearchHit] {
    let page = limit + 1;
    let size = if is_first { page } else { page.max(CHUNK) };
    &hits[..hits.len().min(size)]
}

impl Verifier<'_> {
    /// Verifies all hits where they are few, or else enough for the requested page.
    async fn look(&self, request: &SearchRequest, hits: &[SearchHit]) -> Result<Looked, Problem> {
        let (query, limit) = (&request.query, request.limit);
        if !query.is_decided_by_index() && hits.len() <= COUNT_LIMIT {
            return Ok(Looked {
                guides: self.verify(query, hits).await?,
                until: hits.len(),
                is_all: true,
            });
        }
        let start = hits.partition_point(|hit| request.is_before(hit));
        let (mut guides, mut until) = (Vec::new(), start);
        while guides.len() <= limit && until < hits.len() && until < start + LOOK_LIMIT {
            let chunk = next_chunk(&hits[until..], limit, until == start);
            guides.extend(self.verify(query, chunk).await?);
            until += chunk.len();
        }
        Ok(Looked {
            guides,
            until,
            is_all: false,
        })
    }

    /// Returns those of `hits` that contain every word, with their published state.
    async fn verify(
        &self,
        query: &SearchQuery,
        hits: &[SearchHit],
    ) -> Result<Vec<FoundHit>, Problem> {
        if hits.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<GuideId> = hits.iter().map(|hit| hit.guide_id).collect();
        let found = list_found(&self.state.db, self.at, &ids).await;
        let found = found.map_err(|error| storage_problem(&error))?;
        let mut found: HashMap<_, _> = found
            .into_iter()
            .map(|guide| (guide.guide_id, guide))
            .collect();
        let guides: Vec<_> = hits
            .iter()
            .filter_map(|hit| Some((*hit, found.remove(&hit.guide_id)?)))
            .collect();
        let query = query.clone();
        let look = move |(hit, guide): (SearchHit, FoundGuide)| {
            let is_decided = query.is_decided_by_index();
            if is_decided && !query.has_many_words() {
                return Some(FoundHit {
                    hit,
                    guide,
                    nearness: 0,
                });
            }
            let text = folded(&guide);
            let is_found = is_decided || query.matches(&text);
            is_found.then(|| FoundHit {
                nearness: query.nearness(&text),
                hit,
                guide,
            })
        };
        let look = move || guides.into_iter().filter_map(look).collect();
        self.permit.work(look).await
    }

    /// Returns the searches that find a guide, each with its exact number of guides or none.
    async fn shorter(
        &self,
        searches: Vec<(ShorterQuery, Vec<SearchHit>)>,
    ) -> Result<Vec<ShorterPage>, Problem> {
        let mut pages = Vec::new();
        for (query, hits) in searches {
            if query.query.is_decided_by_index() {
                if !hits.is_empty() {
                    pages.push(ShorterPage {
                        total: Some(hits.len()),
                        query,
                    });
                }
                continue;
            }
            let looked = &hits[..hits.len().min(CHUNK)];
            let found = self.verify(&query.query, looked).await?.len();
            if found > 0 {
                let is_exact = looked.len() == hits.len();
                pages.push(ShorterPage {
                    total: is_exact.then_some(found),
                    query,
                });
            }
        }
        Ok(pages)
    }
}

fn folded(guide: &FoundGuide) -> String {
    let words = guide.tags.iter().chain(&guide.keywords).map(String::as_str);
    let labels = [guide.title.as_str(), &guide.slug].into_iter().chain(words);
    SearchDocument::folded_text(labels, &guide.plain_text)
}

#[cfg(test)]
mod tests {
    use annai_content::{SearchFrequency, SearchPlace};

    use super::*;

    #[test]
    fn a_short_page_asks_the_database_as_seldom_as_a_long_one() {
        let hit = SearchHit {
            is_whole: true,
            place: SearchPlace::Body,
            frequency: SearchFrequency::Rare,
            newness: 0,
            guide_id: GuideId::new(),
        };
        let hits = vec![hit; LOOK_LIMIT];
        for (limit, expected) in [(1, 5), (20, 5), (49, 4), (50, 4)] {
            let (mut looked, mut trips) = (0, 0);
            while looked < hits.len() {
                looked += next_chunk(&hits[looked..], limit, looked == 0).len();
                trips += 1;
            }
            assert_eq!(trips, expected, "limit {limit}");
        }
        assert_eq!(next_chunk(&hits, 20, true).len(), 21, "a page and one more");
        assert_eq!(next_chunk(&hits, 100, false).len(), 101);
        assert_eq!(next_chunk(&hits[..3], 1, false).len(), 3);
    }
}
