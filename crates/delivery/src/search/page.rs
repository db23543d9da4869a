use std::collections::HashMap;
use std::sync::Arc;

use annai_content::{Facets, SearchDocument, SearchHit};
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

/// One page of hits.
#[derive(Debug)]
pub(super) struct SearchPage {
    /// The ref of the searched site.
    pub(super) name: RefName,
    pub(super) guides: Vec<(SearchHit, FoundGuide)>,
    /// The hit behind which the next page begins.
    pub(super) next: Option<SearchHit>,
    /// The number of guides on all pages.
    pub(super) total: usize,
    /// Whether `total` and `facets` are exact. Otherwise they may count guides with all parts of a
    /// word but not the word.
    pub(super) is_exact: bool,
    pub(super) facets: Facets,
}

/// The hits of the index, not verified yet.
#[derive(Debug)]
struct IndexAnswer {
    /// The ref of the index.
    name: RefName,
    hits: Vec<SearchHit>,
    facets: Facets,
}

/// Finds a page at snapshot `at` or later. Each of its guides contains every word.
pub(super) async fn find(
    state: &DeliveryState,
    permit: &SearchPermit,
    at: &Snapshot,
    request: &Arc<SearchRequest>,
) -> Result<SearchPage, Problem> {
    let IndexAnswer { name, hits, facets } = ask_index(state, permit, at, request).await?;
    let start = request.after.map_or(0, |after| {
        hits.partition_point(|hit| hit.order() <= after.order())
    });
    let (mut guides, mut looked) = (Vec::new(), start);
    while guides.len() <= request.limit && looked < hits.len() && looked < start + LOOK_LIMIT {
        let chunk = next_chunk(&hits[looked..], request.limit, looked == start);
        guides.extend(verify(state, permit, name.number, request, chunk).await?);
        looked += chunk.len();
    }
    let has_more = guides.len() > request.limit;
    guides.truncate(request.limit);
    let saw_all = start == 0 && looked == hits.len() && !has_more;
    let next = match guides.last() {
        Some((last, _)) if has_more => Some(*last),
        _ if looked < hits.len() => Some(hits[looked - 1]),
        _ => None,
    };
    let (total, facets) = if saw_all {
        let shown = guides
            .iter()
            .map(|(_, guide)| (guide.category.as_str(), guide.tags.as_slice()));
        (guides.len(), Facets::count(shown))
    } else {
        (hits.len(), facets)
    };
    Ok(SearchPage {
        name,
        guides,
        next,
        total,
        is_exact: saw_all || request.query.is_decided_by_index(),
        facets,
    })
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
        let hits = index.find(&request.query, &request.filter);
        IndexAnswer {
            name: index.name,
            facets: index.facets(hits.iter().map(|hit| hit.guide_id)),
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

/// Returns those of `hits` that contain every word, with their published state at `at`.
async fn verify(
    state: &DeliveryState,
    permit: &SearchPermit,
    at: Ref,
    request: &Arc<SearchRequest>,
    hits: &[SearchHit],
) -> Result<Vec<(SearchHit, FoundGuide)>, Problem> {
    let ids: Vec<GuideId> = hits.iter().map(|hit| hit.guide_id).collect();
    let found = list_found(&state.db, at, &ids).await;
    let found = found.map_err(|error| storage_problem(&error))?;
    let mut found: HashMap<_, _> = found
        .into_iter()
        .map(|guide| (guide.guide_id, guide))
        .collect();
    let guides: Vec<_> = hits
        .iter()
        .filter_map(|hit| Some((*hit, found.remove(&hit.guide_id)?)))
        .collect();
    if request.query.is_decided_by_index() {
        return Ok(guides);
    }
    let request = Arc::clone(request);
    let holds = move |(_, guide): &(SearchHit, FoundGuide)| request.query.matches(&folded(guide));
    let look = move || guides.into_iter().filter(holds).collect();
    permit.work(look).await
}

fn folded(guide: &FoundGuide) -> String {
    let words = guide.tags.iter().chain(&guide.keywords).map(String::as_str);
    let labels = [guide.title.as_str(), &guide.slug].into_iter().chain(words);
    SearchDocument::folded_text(labels, &guide.plain_text)
}

#[cfg(test)]
mod tests {
    use annai_content::SearchPlace;

    use super::*;

    #[test]
    fn a_short_page_asks_the_database_as_seldom_as_a_long_one() {
        let hit = SearchHit {
            place: SearchPlace::Body,
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
