use std::collections::HashMap;

use annai_content::{Facets, SearchDocument, SearchFilter, SearchHit, SearchQuery};
use annai_domain::{GuideId, Ref};
use annai_storage::delivery::{FoundGuide, list_found};
use annai_web::Problem;

use crate::state::DeliveryState;
use crate::trouble::storage_problem;

/// The most guides of one page that are looked at a second time: what a search can cost.
const LOOK_LIMIT: usize = 200;

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

/// Finds a page as of ref `at` or later. Every guide of it contains every word.
pub(super) async fn find(state: &DeliveryState, at: Ref, wanted: &Wanted) -> Result<Page, Problem> {
    let hits = {
        let index = state.search.at_least(&state.db, at).await?;
        index.find(&wanted.query, &wanted.filter)
    };
    let start = wanted.after.map_or(0, |after| {
        hits.partition_point(|hit| hit.order() <= after.order())
    });
    let (mut guides, mut looked) = (Vec::new(), start);
    while guides.len() <= wanted.limit && looked < hits.len() && looked < start + LOOK_LIMIT {
        let chunk = &hits[looked..hits.len().min(looked + wanted.limit + 1)];
        guides.extend(look_again(state, wanted, chunk).await?);
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
    let index = state.search.at_least(&state.db, at).await?;
    let (total, facets) = if saw_all {
        let shown = guides.iter().map(|(hit, _)| hit.guide_id);
        (guides.len(), index.facets(shown))
    } else {
        (
            hits.len(),
            index.facets(hits.iter().map(|hit| hit.guide_id)),
        )
    };
    Ok(Page {
        guides,
        next,
        total,
        is_exact: saw_all || wanted.query.is_decided_by_index(),
        facets,
    })
}

/// Those of `hits` that contain every word, with what readers get of them.
async fn look_again(
    state: &DeliveryState,
    wanted: &Wanted,
    hits: &[SearchHit],
) -> Result<Vec<(SearchHit, FoundGuide)>, Problem> {
    let ids: Vec<GuideId> = hits.iter().map(|hit| hit.guide_id).collect();
    let found = list_found(&state.db, &ids).await;
    let found = found.map_err(|error| storage_problem(&error))?;
    let mut found: HashMap<_, _> = found
        .into_iter()
        .map(|guide| (guide.guide_id, guide))
        .collect();
    let guides = hits
        .iter()
        .filter_map(|hit| Some((*hit, found.remove(&hit.guide_id)?)));
    let holds = |(_, guide): &(SearchHit, FoundGuide)| {
        wanted.query.is_decided_by_index() || wanted.query.matches(&folded_text(guide))
    };
    Ok(guides.filter(holds).collect())
}

fn folded_text(guide: &FoundGuide) -> String {
    let words = guide.tags.iter().chain(&guide.keywords).map(String::as_str);
    let labels = [guide.title.as_str(), &guide.slug].into_iter().chain(words);
    SearchDocument::folded_text(labels, &guide.plain_text)
}
