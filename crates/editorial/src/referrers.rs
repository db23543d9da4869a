//! The cards of other guides, and the links to them, in the responses that readers get.

use annai_content::guide_reference;
use annai_domain::{GuideFacts, GuideId, RefName, Slug, cache_tag};
use annai_storage::published_versions::{self, Card, Referrer};
use annai_storage::{Reads, WriteTx, slugs};

use crate::{CommandError, events, renew};

/// Rewrites the responses of public guides that show this one: those with its card, if the card
/// changed, and those with a reference in the body, if the address changed. Returns their slugs,
/// and the surrogate keys of everything that changed.
pub(crate) async fn refresh_referrers(
    tx: &mut WriteTx,
    name: RefName,
    guide_id: GuideId,
    old_card: Option<Card>,
    slug: &Slug,
) -> Result<(Vec<Slug>, Vec<String>), CommandError> {
    let new_card = card_of(tx, slug).await?;
    let every_slug = slugs::list_public(tx, guide_id).await?;
    let mut purge = events::purge_keys(&every_slug, old_card.iter().chain(&new_card));
    if old_card == new_card {
        return Ok((Vec::new(), purge));
    }
    let address = |card: &Option<Card>| card.as_ref().map(|card| card.slug.clone());
    let slugs: Vec<String> = every_slug.into_iter().map(String::from).collect();
    // A link shows nothing of the card but its address.
    let references: Vec<String> = if address(&old_card) == address(&new_card) {
        Vec::new()
    } else {
        slugs.iter().map(|slug| guide_reference(slug)).collect()
    };
    let without = Some(guide_id);
    let referrers = published_versions::list_referrers(tx, without, &slugs, &references).await?;
    let affected = rewrite(tx, name, referrers, &mut purge).await?;
    Ok((affected, purge))
}

/// Rewrites the responses of public guides that name `slug`, which leads elsewhere now. Returns what
/// [`refresh_referrers`] returns.
pub(crate) async fn refresh_naming(
    tx: &mut WriteTx,
    name: RefName,
    slug: &Slug,
) -> Result<(Vec<Slug>, Vec<String>), CommandError> {
    let mut purge = events::purge_keys(std::slice::from_ref(slug), []);
    let references = [guide_reference(slug.as_str())];
    let slugs = [slug.to_string()];
    // The guide to which it leads may name it too.
    let referrers = published_versions::list_referrers(tx, None, &slugs, &references).await?;
    let affected = rewrite(tx, name, referrers, &mut purge).await?;
    Ok((affected, purge))
}

/// Rewrites the responses of `referrers`, adds their surrogate keys to `purge` and returns their slugs.
async fn rewrite(
    tx: &mut WriteTx,
    name: RefName,
    referrers: Vec<Referrer>,
    purge: &mut Vec<String>,
) -> Result<Vec<Slug>, CommandError> {
    let affected = referrers.iter().map(|one| one.slug.clone()).collect();
    // Their responses are not tagged with the guides that their bodies name.
    let linking = referrers.iter().filter(|referrer| referrer.links);
    purge.extend(linking.map(|referrer| cache_tag("guide", referrer.slug.as_str())));
    purge.sort_unstable();
    purge.dedup();
    renew::renew(tx, name, referrers).await?;
    Ok(affected)
}

/// Returns the current card of the guide; `None` while it is not public.
pub(crate) async fn current_card(
    db: &dyn Reads,
    facts: &GuideFacts,
) -> Result<Option<Card>, CommandError> {
    match facts.visibility.public() {
        Some(public) => card_of(db, &public.slug).await,
        None => Ok(None),
    }
}

async fn card_of(db: &dyn Reads, slug: &Slug) -> Result<Option<Card>, CommandError> {
    let mut cards = published_versions::list_cards(db, &[slug.to_string()]).await?;
    Ok(cards.pop().map(|named| named.card))
}
