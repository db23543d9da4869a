use std::collections::HashMap;
use std::sync::Arc;

use annai_content::{Facets, SearchDocument, SearchFilter, SearchHit, SearchQuery};
use annai_domain::{GuideId, Ref, RefName};
use annai_storage::delivery::{FoundGuide, list_found};
use annai_web::Problem;

use super::turns::Turn;
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::trouble::storage_problem;

/// The most guides of one page that are looked at a second time: what a search can cost.
const LOOK_LIMIT: usize = 200;
/// How many are looked at together where the first of them were not enough: a round trip to the
/// database for each.
const CHUNK: usize = 50;

/// What is looked for, and which part of what is found is wanted.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) query: SearchQuery,
    pub(super) filter: SearchFilter,
    pub(super) limit: usize,
    pub(super) after: Option<SearchHit>,
}

/// One page of what was found.
#[derive(Debug)]
pub(super) struct Page {
    /// The ref at which it was found.
    pub(super) name: RefName,
    pub(super) guides: Vec<(SearchHit, FoundGuide)>,
    /// Behind which hit the next page begins.
    pub(super) next: Option<SearchHit>,
    /// How many guides there are on all pages.
    pub(super) total: usize,
    /// Whether `total` and `facets` are exact; otherwise they may count guides that have all
    /// parts of a word but not the word.
    pub(super) is_exact: bool,
    pub(super) facets: Facets,
}

/// What the index says.
#[derive(Debug)]
struct IndexAnswer {
    /// The ref of the index.
    name: RefName,
    hits: Vec<SearchHit>,
    facets: Facets,
}

/// Finds a page as of snapshot `at` or later. Every guide of it contains every word.
pub(super) async fn find(
    state: &DeliveryState,
    turn: &Turn,
    at: &Snapshot,
    wanted: &Arc<Wanted>,
) -> Result<Page, Problem> {
    let IndexAnswer { name, hits, facets } = ask_index(state, turn, at, wanted).await?;
    let start = wanted.after.map_or(0, |after| {
        hits.partition_point(|hit| hit.order() <= after.order())
    });
    let (mut guides, mut looked) = (Vec::new(), start);
    while guides.len() <= wanted.limit && looked < hits.len() && looked < start + LOOK_LIMIT {
        let chunk = next_chunk(&hits[looked..], wanted.limit, looked == start);
        guides.extend(look_again(state, turn, name.number, wanted, chunk).await?);
        looked += chunk.len();
    }
    let has_more = guides.len() > wanted.limit;
    guides.truncate(wanted.limit);
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
    Ok(Page {
        name,
        guides,
        next,
        total,
        is_exact: saw_all || wanted.query.is_decided_by_index(),
        facets,
    })
}

async fn ask_index(
    state: &DeliveryState,
    turn: &Turn,
    at: &Snapshot,
    wanted: &Arc<Wanted>,
) -> Result<IndexAnswer, Problem> {
    let index = state.search.at_least(&state.db, at).await?;
    let wanted = Arc::clone(wanted);
    let ask = move || {
        let hits = index.find(&wanted.query, &wanted.filter);
        IndexAnswer {
            name: index.name,
            facets: index.facets(hits.iter().map(|hit| hit.guide_id)),
            hits,
        }
    };
    turn.work(ask).await
}

/// What to look at next: at first a page and one more, which is nearly always enough; then never
/// so few that a short page costs many round trips.
fn next_chunk(hits: &[SearchHit], limit: usize, is_first: bool) -> &[SearchHit] {
    let page = limit + 1;
    let size = if is_first { page } else { page.max(CHUNK) };
    &hits[..hits.len().min(size)]
}

/// Those of `hits` that contain every word, with what readers got of them at `at`.
async fn look_again(
    state: &DeliveryState,
    turn: &Turn,
    at: Ref,
    wanted: &Arc<Wanted>,
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
    if wanted.query.is_decided_by_index() {
        return Ok(guides);
    }
    let wanted = Arc::clone(wanted);
    let holds = move |(_, guide): &(SearchHit, FoundGuide)| wanted.query.matches(&folded(guide));
    let look = move || guides.into_iter().filter(holds).collect();
    turn.work(look).await
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
