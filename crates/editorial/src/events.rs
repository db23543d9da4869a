//! Writes events to the outbox in the transaction of the change.

use std::collections::BTreeSet;

use annai_domain::decide::SlugUse;
use annai_domain::{
    Authority, Event, LISTS_TAG, PublicGuide, PublicRelease, PublicationAction, REFS_TAG,
    ReleasedGuide, Slug, TakenDownGuide, cache_tag, pinned_path,
};
use annai_storage::published_versions::Card;
use annai_storage::{StorageError, WriteTx, outbox};

use crate::{Published, Redirected};

/// Announces that readers see another text of a guide, and its move to another slug. An import is
/// announced for a whole batch by [`tell_release`].
pub(crate) async fn tell_public(
    tx: &mut WriteTx,
    published: &Published,
    authority: &Authority,
) -> Result<(), StorageError> {
    if published.previous_slug.is_some() {
        outbox::append(tx, &Event::GuideMoved(public(published))).await?;
    }
    match authority {
        Authority::Import => {}
        Authority::Review(_)
        | Authority::BreakGlass { .. }
        | Authority::Rollback { .. }
        | Authority::Role
        | Authority::System => {
            outbox::append(tx, &Event::GuidePublished(public(published))).await?;
        }
    }
    Ok(())
}

/// Announces that readers no longer see a guide.
pub(crate) async fn tell_taken_down(
    tx: &mut WriteTx,
    published: &Published,
    reason: PublicationAction,
) -> Result<(), StorageError> {
    let guide = TakenDownGuide {
        guide_id: published.guide_id,
        slug: published.slug.clone(),
        reason,
        publication_ref: published.publication_ref,
        purge: published.purge.clone(),
        affects: published.affects.clone(),
    };
    outbox::append(tx, &Event::GuideUnpublished(guide)).await?;
    Ok(())
}

/// Announces that a slug leads to a public guide, as the old slug of a guide that moved does. A slug
/// that waits for its guide is gone as before, but refs and redirects changed in the caches.
pub(crate) async fn tell_redirected(
    tx: &mut WriteTx,
    redirected: &Redirected,
    used: SlugUse,
) -> Result<(), StorageError> {
    let (slug, publication_ref) = (redirected.slug.clone(), redirected.publication_ref);
    let (purge, affects) = (redirected.purge.clone(), redirected.affects.clone());
    let event = match (&redirected.to, used) {
        (Some(to), _) => Event::GuideMoved(PublicGuide {
            guide_id: redirected.guide_id,
            slug: to.clone(),
            previous_slug: Some(slug),
            publication_ref,
            pinned: pinned_path(publication_ref, to),
            purge,
            affects,
        }),
        (None, SlugUse::Led { to: before, .. }) => Event::GuideUnpublished(TakenDownGuide {
            guide_id: before,
            slug,
            reason: PublicationAction::Redirect,
            publication_ref,
            purge,
            affects,
        }),
        // Such a slug goes to public guides only.
        (None, SlugUse::Free | SlugUse::Claimed(_)) => return Ok(()),
    };
    outbox::append(tx, &event).await?;
    Ok(())
}

/// Announces everything that became public in one transaction, in one event.
pub(crate) async fn tell_release(
    tx: &mut WriteTx,
    published: &[&Published],
) -> Result<(), StorageError> {
    let Some(last) = published.last() else {
        return Ok(());
    };
    let guides = published.iter().map(|one| ReleasedGuide {
        guide_id: one.guide_id,
        slug: one.slug.clone(),
        previous_slug: one.previous_slug.clone(),
        pinned: pinned_path(one.publication_ref, &one.slug),
    });
    let purge = published.iter().flat_map(|one| &one.purge).cloned();
    let affects = published.iter().flat_map(|one| &one.affects).cloned();
    let release = PublicRelease {
        publication_ref: last.publication_ref,
        guides: guides.collect(),
        purge: purge.collect(),
        affects: affects.collect(),
    };
    outbox::append(tx, &Event::ReleasePublished(release)).await?;
    Ok(())
}

/// Returns the surrogate keys of every response that changed with a guide. They cover each slug it
/// ever had in public (these redirect or answer 410), both categories, and the lists.
pub(crate) fn purge_keys<'a>(
    slugs: &[Slug],
    cards: impl IntoIterator<Item = &'a Card>,
) -> Vec<String> {
    let guides = slugs.iter().map(|slug| cache_tag("guide", slug.as_str()));
    let categories = cards
        .into_iter()
        .map(|card| card.category.as_str())
        .filter(|category| !category.is_empty())
        .map(|category| cache_tag("category", category));
    let lists = [LISTS_TAG, REFS_TAG].map(str::to_owned);
    let keys: BTreeSet<String> = guides.chain(categories).chain(lists).collect();
    keys.into_iter().collect()
}

fn public(published: &Published) -> PublicGuide {
    PublicGuide {
        guide_id: published.guide_id,
        slug: published.slug.clone(),
        previous_slug: published.previous_slug.clone(),
        publication_ref: published.publication_ref,
        pinned: pinned_path(published.publication_ref, &published.slug),
        purge: published.purge.clone(),
        affects: published.affects.clone(),
    }
}
