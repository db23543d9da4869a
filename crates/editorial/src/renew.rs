//! Renewal of the documents that show another guide, while the ledger waits.
//!
//! Rendering and compressing run beside each other, off the async threads. The database is asked
//! four times a batch and not for each guide.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::available_parallelism;

use annai_content::{GuideAddresses, GuideSource, body_links, referenced_guides, render_linked};
use annai_contract::{Surroundings, surround};
use annai_domain::RefName;
use annai_storage::published_versions::{self, NamedCard, Referrer, RenewedAnswer};
use annai_storage::{StorageError, WriteTx};
use jiff::Timestamp;
use tokio::task::spawn_blocking;

use crate::CommandError;
use crate::documents::{ready, resolve};

/// The documents of one batch. The database ends a transaction that it does not hear of for five
/// seconds, and a debug build on a busy machine takes a third of a second for one.
const BATCH: usize = 8;

/// The other guides that the documents of a batch show.
#[derive(Debug)]
struct Shown {
    name: RefName,
    cards: Vec<NamedCard>,
    addresses: GuideAddresses,
    /// The time of the renewal.
    at: Timestamp,
}

/// Puts the current cards and links into the documents of `referrers`. Their other data stays as
/// published.
pub(crate) async fn renew(
    tx: &mut WriteTx,
    name: RefName,
    referrers: Vec<Referrer>,
) -> Result<(), CommandError> {
    let mut rest = referrers.into_iter();
    loop {
        let batch: Vec<Referrer> = rest.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        renew_batch(tx, name, batch).await?;
    }
}

async fn renew_batch(
    tx: &mut WriteTx,
    name: RefName,
    batch: Vec<Referrer>,
) -> Result<(), CommandError> {
    let read = beside_each_other(batch, |referrer| (named(&referrer), referrer)).await;
    let mut slugs: Vec<String> = Vec::new();
    let mut batch = Vec::with_capacity(read.len());
    for (named, referrer) in read {
        slugs.extend(named);
        batch.push(referrer);
    }
    slugs.sort_unstable();
    slugs.dedup();
    let cards = published_versions::list_cards(tx, &slugs).await?;
    let address = |card: &NamedCard| tx.guide_urls().guide(card.card.slug.as_str());
    let addresses = cards.iter().map(|card| (card.named.clone(), address(card)));
    let shown = Arc::new(Shown {
        name,
        addresses: addresses.collect(),
        cards,
        at: tx.now(),
    });
    let renewed = beside_each_other(batch, move |referrer| renewed(&referrer, &shown)).await;
    let renewed = renewed.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(published_versions::renew(tx, name.number, &renewed).await?)
}

/// Lists the slugs of the guides that a document shows.
fn named(referrer: &Referrer) -> Vec<String> {
    let mut slugs = referrer.relations.clone();
    if referrer.links
        && let Ok(source) = GuideSource::parse(referrer.source.as_slice())
    {
        slugs.extend(referenced_guides(&body_links(source.body())));
    }
    slugs
}

/// Writes the document of a public guide again.
fn renewed(referrer: &Referrer, shown: &Shown) -> Result<RenewedAnswer, CommandError> {
    let own = (referrer.guide_id, &referrer.slug);
    let (related, related_unresolved) = resolve(&referrer.relations, own, &shown.cards);
    let surroundings = Surroundings {
        updated_at: shown.at,
        slug: &referrer.slug,
        category: &referrer.category,
        related: &related,
        related_unresolved: &related_unresolved,
        name: shown.name,
    };
    let html = if referrer.links {
        let source = GuideSource::parse(referrer.source.as_slice())?;
        let rendered = render_linked(source.body(), &shown.addresses);
        // It was rendered when it became public.
        Some(
            rendered
                .map_err(|_| CommandError::Invalid(Vec::new()))?
                .html,
        )
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
    Ok(RenewedAnswer {
        guide_id: referrer.guide_id,
        answer: ready(answer),
    })
}

/// Works through `items` on as many threads as the machine has processors; the results are in the
/// order of the items.
async fn beside_each_other<T: Send + 'static, R: Send + 'static>(
    items: Vec<T>,
    work: impl Fn(T) -> R + Clone + Send + 'static,
) -> Vec<R> {
    let threads = available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(threads).max(1);
    let mut rest = items.into_iter();
    let mut shares = Vec::with_capacity(threads);
    loop {
        let share: Vec<T> = rest.by_ref().take(share).collect();
        if share.is_empty() {
            break;
        }
        let work = work.clone();
        shares.push(spawn_blocking(move || {
            share.into_iter().map(work).collect::<Vec<R>>()
        }));
    }
    let mut done = Vec::new();
    for share in shares {
        match share.await {
            Ok(share) => done.extend(share),
            // A blocking task is never cancelled while somebody waits for it.
            Err(error) => resume_unwind(error.into_panic()),
        }
    }
    done
}
