//! The cards of other guides, and the links to them, in the responses that readers get.

use annai_content::{compress, guide_reference};
use annai_contract::{Card as RelatedCard, Surroundings, surround};
use annai_domain::{Encoding, GuideFacts, GuideId, RefName, Slug, cache_tag};
use annai_storage::published_versions::{self, Card, NamedCard, ReadyAnswer, Referrer};
use annai_storage::{Reads, StorageError, WriteTx, slugs};

use crate::links::linked_again;
use crate::{CommandError, events};

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
    let referrers = published_versions::list_referrers(tx, guide_id, &slugs, &references).await?;
    let mut affected = Vec::with_capacity(referrers.len());
    for referrer in referrers {
        if referrer.links {
            // Its responses are not tagged with the guides that its body names.
            purge.push(cache_tag("guide", referrer.slug.as_str()));
        }
        affected.push(referrer.slug.clone());
        refresh(tx, name, referrer).await?;
    }
    purge.sort_unstable();
    purge.dedup();
    Ok((affected, purge))
}

/// Puts the current cards and links into a public guide's response; its data stays as published
/// otherwise.
async fn refresh(tx: &mut WriteTx, name: RefName, referrer: Referrer) -> Result<(), CommandError> {
    let cards = published_versions::list_cards(tx, &referrer.relations).await?;
    let (related, related_unresolved) = resolve(
        &referrer.relations,
        (referrer.guide_id, &referrer.slug),
        &cards,
    );
    let surroundings = Surroundings {
        slug: &referrer.slug,
        category: &referrer.category,
        related: &related,
        related_unresolved: &related_unresolved,
        name,
    };
    let html = if referrer.links {
        Some(linked_again(tx, referrer.source).await?)
    } else {
        None
    };
    let answer = surround(&referrer.answer, &surroundings, html.as_deref()).map_err(|error| {
        StorageError::Corrupt {
            table: "published_versions",
            column: "answer",
            source: Box::new(error),
        }
    })?;
    let answer = ready(answer);
    published_versions::end_current(tx, referrer.guide_id, name.number).await?;
    published_versions::insert_refreshed(tx, referrer.guide_id, name.number, &answer).await?;
    Ok(())
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

/// Splits the related slugs into cards, in their order, and slugs that name no public guide. A
/// guide is shown once, and never in its own response.
pub(crate) fn resolve(
    relations: &[String],
    (own_id, own): (GuideId, &Slug),
    cards: &[NamedCard],
) -> (Vec<RelatedCard>, Vec<String>) {
    let mut related: Vec<RelatedCard> = Vec::new();
    let mut unresolved = Vec::new();
    for slug in relations.iter().filter(|slug| *slug != own.as_str()) {
        match cards.iter().find(|card| card.named == *slug) {
            Some(named) if named.guide_id == own_id => {}
            Some(NamedCard { card, .. }) => {
                let shown = RelatedCard {
                    slug: card.slug.to_string(),
                    title: card.title.clone(),
                    category: card.category.clone(),
                    thumbnail: card.image.clone(),
                    meta_description: card.summary.clone(),
                };
                if !related.contains(&shown) {
                    related.push(shown);
                }
            }
            None => unresolved.push(slug.clone()),
        }
    }
    (related, unresolved)
}

/// Compresses a finished response in every encoding.
pub(crate) fn ready(answer: Vec<u8>) -> ReadyAnswer {
    ReadyAnswer {
        brotli: compress(Encoding::Brotli, &answer),
        zstd: compress(Encoding::Zstd, &answer),
        gzip: compress(Encoding::Gzip, &answer),
        identity: answer,
    }
}
