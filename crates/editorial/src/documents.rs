//! Parts of a guide's document: the cards of related guides, and the compressed forms.

use std::collections::{HashMap, HashSet};

use annai_content::compress;
use annai_contract::Card;
use annai_domain::{Encoding, GuideId, Slug};
use annai_storage::published_versions::{NamedCard, ReadyAnswer};

/// Splits the related slugs into cards, in their order, and slugs that name no public guide. A
/// guide is shown once, and never in its own response.
pub(crate) fn resolve(
    relations: &[String],
    (own_id, own): (GuideId, &Slug),
    cards: &[NamedCard],
) -> (Vec<Card>, Vec<String>) {
    let named: HashMap<&str, &NamedCard> = cards
        .iter()
        .map(|card| (card.named.as_str(), card))
        .collect();
    let mut shown = HashSet::from([own_id]);
    let mut related = Vec::new();
    let mut unresolved = Vec::new();
    for slug in relations.iter().filter(|slug| *slug != own.as_str()) {
        match named.get(slug.as_str()) {
            Some(NamedCard { guide_id, card, .. }) => {
                if shown.insert(*guide_id) {
                    related.push(Card {
                        slug: card.slug.to_string(),
                        title: card.title.clone(),
                        category: card.category.clone(),
                        thumbnail: card.image.clone(),
                        meta_description: card.summary.clone(),
                    });
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
