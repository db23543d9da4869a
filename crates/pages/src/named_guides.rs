//! The guides that a text names, for its checks.

use std::collections::{HashMap, HashSet};

use annai_content::{Anchors, GuideLink, GuideSource, Profile, body_links, render};
use annai_domain::decide::GuideScope;
use annai_domain::{GuideFacts, GuideId};
use annai_storage::published_versions::{NamedCard, list_cards, list_public_texts};
use annai_storage::slugs;

use super::error::PageError;
use super::fields::related;
use super::page::Page;

/// The most named guides that are looked up. The schema allows fewer related ones.
const MOST_NAMED: usize = 200;
/// The most guides whose headings are read.
const MOST_READ: usize = 20;

/// The database's knowledge of the guides that a text names.
#[derive(Default)]
pub(super) struct NamedGuides {
    /// The slugs that some guide holds.
    pub(super) unpublished: HashSet<String>,
    /// The slugs of guides that moved, with their current ones.
    pub(super) moved: HashMap<String, String>,
    /// The anchors of the guides to whose headings the text links.
    pub(super) anchors: HashMap<String, Anchors>,
    /// Whether another guide holds the text's own slug.
    pub(super) slug_is_taken: bool,
}

impl NamedGuides {
    /// Looks up the guides that `source` names.
    pub(super) async fn of(
        page: &Page,
        scope: GuideScope,
        facts: &GuideFacts,
        source: &GuideSource,
    ) -> Result<Self, PageError> {
        let (db, schema) = (page.reader(), &page.state.schema);
        let body = source.body().to_owned();
        let links = off_the_async_threads(move || body_links(&body)).await?;
        let urls = page.state.database.guide_urls();
        let links = links
            .iter()
            .filter_map(|link| GuideLink::of(link.trim(), urls));
        let links: Vec<_> = links.collect();
        let mut named = related(source, schema);
        named.extend(links.iter().map(|link| link.slug.to_owned()));
        named.sort_unstable();
        named.dedup();
        named.truncate(MOST_NAMED);
        let unknown = slugs::list_unknown(&db, scope, &named).await?;
        let cards = list_cards(&db, &named).await?;
        let holder = match schema.slug_of(source, None) {
            Ok(Some(slug)) => slugs::find_holder(&db, &slug).await?,
            Ok(None) | Err(_) => None,
        };
        named.retain(|slug| !unknown.contains(slug));
        let is_linked = |card: &NamedCard| {
            let mut links = links.iter().filter(|link| link.anchor.is_some());
            links.any(|link| link.slug == card.card.slug.as_str())
        };
        let read = cards.iter().filter(|card| is_linked(card));
        let read: Vec<GuideId> = read.map(|card| card.guide_id).take(MOST_READ).collect();
        let moved = cards
            .into_iter()
            .filter(|card| card.named != card.card.slug.as_str());
        Ok(Self {
            unpublished: named.into_iter().collect(),
            moved: moved
                .map(|card| (card.named, card.card.slug.into()))
                .collect(),
            anchors: anchors(page, &read).await?,
            slug_is_taken: holder.is_some_and(|holder| holder != facts.guide_id),
        })
    }
}

async fn anchors(page: &Page, guides: &[GuideId]) -> Result<HashMap<String, Anchors>, PageError> {
    if guides.is_empty() {
        return Ok(HashMap::new());
    }
    let texts = list_public_texts(&page.reader(), guides).await?;
    off_the_async_threads(move || {
        let read = texts.into_iter().filter_map(|text| {
            let source = GuideSource::parse(text.source).ok()?;
            let rendered = render(source.body(), Profile::Guide).ok()?;
            Some((text.slug, Anchors::of(&rendered)))
        });
        read.collect()
    })
    .await
}

async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, PageError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| PageError::internal(&error))
}
