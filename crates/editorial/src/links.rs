//! References in bodies, `guide:slug`, and the addresses to which they lead.

use std::collections::HashSet;

use annai_checks::{broken_links, certain_links};
use annai_content::{
    GuideAddresses, GuideSource, Rendered, guide_reference, referenced_guides, render_linked,
};
use annai_domain::{GuideId, GuideUrls, Slug, decide};
use annai_storage::{Reads, StorageError, WriteTx, published_versions, slugs};

use crate::CommandError;

/// Returns the addresses to which the references among `links` lead now. A guide that moved is
/// found by the slugs that it had; one that is not public has no address.
///
/// # Errors
///
/// [`StorageError`] when the database does not answer.
pub async fn link_addresses(
    db: &dyn Reads,
    urls: &GuideUrls,
    links: &[String],
) -> Result<GuideAddresses, StorageError> {
    let cards = published_versions::list_cards(db, &referenced_guides(links)).await?;
    let addresses = cards
        .into_iter()
        .map(|named| (named.named, urls.guide(named.card.slug.as_str())));
    Ok(addresses.collect())
}

/// Renders the body of a guide that becomes public under `slug`, with its links. `rendered` is the
/// same body without them.
pub(crate) async fn linked(
    tx: &WriteTx,
    (guide_id, slug): (GuideId, &Slug),
    source: &GuideSource,
    rendered: Rendered,
) -> Result<Rendered, CommandError> {
    if referenced_guides(&rendered.links).is_empty() {
        return Ok(rendered);
    }
    let urls = tx.guide_urls();
    let mut addresses = link_addresses(tx, urls, &rendered.links).await?;
    // The guide's own version is not written yet.
    for own in slugs::list_public(tx, guide_id).await? {
        addresses.insert(own.into(), urls.guide(slug.as_str()));
    }
    Ok(render_linked(source.body(), &addresses).unwrap_or(rendered))
}

/// Refuses a text with links to guides that do not exist.
///
/// A person who may not know of every guide is refused nothing: the answer would tell of a draft.
/// Publishing asks again, by somebody who may know.
pub(crate) async fn refuse_broken(tx: &WriteTx, source: &GuideSource) -> Result<(), CommandError> {
    let scope = decide::list_guides(tx.actor())?;
    let named = certain_links(source);
    let unknown = slugs::list_unknown(tx, scope, &named).await?;
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown: HashSet<String> = unknown.into_iter().collect();
    Err(CommandError::Invalid(broken_links(source, &unknown)))
}

/// Lists the public guides that name this one: as related, or in their bodies by a reference or by
/// an address.
///
/// # Errors
///
/// [`StorageError`] when the database does not answer.
pub async fn list_referring(
    db: &dyn Reads,
    urls: &GuideUrls,
    guide_id: GuideId,
) -> Result<Vec<Slug>, StorageError> {
    let slugs: Vec<String> = slugs::list_public(db, guide_id)
        .await?
        .into_iter()
        .map(String::from)
        .collect();
    let spellings = slugs.iter().flat_map(|slug| {
        let plain = urls.spellings(slug);
        plain.into_iter().chain([guide_reference(slug)])
    });
    let spellings: Vec<String> = spellings.collect();
    published_versions::list_referring_slugs(db, guide_id, &slugs, &spellings).await
}
