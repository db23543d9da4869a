//! The cards of other guides in the responses that readers get.

use annai_content::compress;
use annai_contract::{Card as RelatedCard, Surroundings, surround};
use annai_domain::{Encoding, GuideFacts, GuideId, RefName, Slug};
use annai_storage::published_versions::{self, Card, ReadyAnswer, Referrer};
use annai_storage::{Reads, StorageError, WriteTx, slugs};

use crate::{CommandError, events};

/// Rewrites the responses of public guides with a card of this one, if the card changed. Returns
/// their slugs, and the surrogate keys of everything that changed.
pub(crate) async fn refresh_referrers(
    tx: &mut WriteTx,
    name: RefName,
    guide_id: GuideId,
    old_card: Option<Card>,
    slug: &Slug,
) -> Result<(Vec<Slug>, Vec<String>), CommandError> {
    let mut slugs = vec![slug.to_string()];
    let new_card = published_versions::list_cards(tx, &slugs).await?.pop();
    let every_slug = slugs::list_public(tx, guide_id).await?;
    let purge = events::purge_keys(&every_slug, old_card.iter().chain(&new_card));
    if old_card == new_card {
        return Ok((Vec::new(), purge));
    }
    slugs.extend(
        old_card
            .map(|card| card.slug.to_string())
            .filter(|old| old != slug.as_str()),
    );
    let referrers = published_versions::list_referrers(tx, guide_id, &slugs).await?;
    let mut affected = Vec::with_capacity(referrers.len());
    for referrer in referrers {
        refresh(tx, name, &referrer).await?;
        affected.push(referrer.slug);
    }
    Ok((affected, purge))
}

/// Puts the current cards into a public guide's response; its data stays as published.
async fn refresh(tx: &mut WriteTx, name: RefName, referrer: &Referrer) -> Result<(), CommandError> {
    let cards = published_versions::list_cards(tx, &referrer.relations).await?;
    let (related, related_unresolved) = resolve(&referrer.relations, &referrer.slug, &cards);
    let surroundings = Surroundings {
        slug: &referrer.slug,
        category: &referrer.category,
        related: &related,
        related_unresolved: &related_unresolved,
        name,
    };
    let answer =
        surround(&referrer.answer, &surroundings).map_err(|error| StorageError::Corrupt {
            table: "published_versions",
            column: "answer",
            source: Box::new(error),
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
    let Some(public) = facts.visibility.public() else {
        return Ok(None);
    };
    let mut cards = published_versions::list_cards(db, &[public.slug.to_string()]).await?;
    Ok(cards.pop())
}

/// Splits the related slugs into cards, in their order, and slugs without a public guide.
pub(crate) fn resolve(
    relations: &[String],
    own: &Slug,
    cards: &[Card],
) -> (Vec<RelatedCard>, Vec<String>) {
    let mut related = Vec::new();
    let mut unresolved = Vec::new();
    for slug in relations.iter().filter(|slug| *slug != own.as_str()) {
        match cards.iter().find(|card| card.slug.as_str() == slug) {
            Some(card) => related.push(RelatedCard {
                slug: card.slug.to_string(),
                title: card.title.clone(),
                category: card.category.clone(),
                thumbnail: card.image.clone(),
                meta_description: card.summary.clone(),
            }),
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
