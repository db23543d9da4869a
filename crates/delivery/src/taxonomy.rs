use std::cmp::Reverse;
use std::collections::HashMap;

use annai_contract::{Taxonomy, TaxonomyDocument, WordCount};
use annai_storage::delivery::ListSort;
use annai_web::{Problem, ProblemDocument};
use axum::extract::{RawQuery, State};
use axum::response::Response;

use crate::answer::Negotiation;
use crate::site::Snapshot;
use crate::state::DeliveryState;
use crate::whole_site;

/// Categories, tags and keywords
///
/// The words of the published guides with their numbers of guides. The most frequent word comes
/// first; equals are in the order of code points.
#[utoipa::path(
    get,
    path = "/v1/taxonomy",
    operation_id = "get_taxonomy",
    tag = "guides",
    responses(
        (status = 200, description = "The words", body = TaxonomyDocument, content_type = "application/json"),
        (status = 304, description = "Unchanged"),
        (status = 400, description = "A parameter is unknown", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 401, description = "The key is missing or not valid", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "The database is away", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_taxonomy(
    State(state): State<DeliveryState>,
    RawQuery(query): RawQuery,
    negotiation: Negotiation,
) -> Result<Response, Problem> {
    whole_site::without_parameters(query.as_deref())?;
    let make = |now: &Snapshot| {
        let data = taxonomy(now);
        Ok(serde_json::to_vec(&TaxonomyDocument { data })?.into())
    };
    let answer = whole_site::answer(&state, "taxonomy", "application/json", make).await?;
    state.respond(&answer, &negotiation).await
}

fn taxonomy(now: &Snapshot) -> Taxonomy {
    let versions = || {
        let guides = now.in_order(ListSort::Slug).iter();
        guides.map(|guide| &guide.version)
    };
    let categories = versions().map(|version| version.category.as_str());
    Taxonomy {
        categories: counts(categories.filter(|category| !category.is_empty())),
        tags: counts(versions().flat_map(|version| once_each(&version.tags))),
        keywords: counts(versions().flat_map(|version| once_each(&version.keywords))),
    }
}

/// Returns the words of one guide, each once.
fn once_each(words: &[String]) -> impl Iterator<Item = &str> {
    let is_first = |(at, word): &(usize, &String)| !words[..*at].contains(word);
    let firsts = words.iter().enumerate().filter(is_first);
    firsts.map(|(_, word)| word.as_str())
}

fn counts<'a>(words: impl Iterator<Item = &'a str>) -> Vec<WordCount> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(name, count)| (Reverse(*count), *name));
    let count = |(name, count): (&str, usize)| WordCount {
        name: name.to_owned(),
        count,
    };
    counts.into_iter().map(count).collect()
}
