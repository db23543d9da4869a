//! The events that webhooks tell of, written in the transaction of the change.
//!
//! A body is thin: it names what changed and what to fetch or purge, and holds no text of a guide.

use std::collections::BTreeSet;

use annai_domain::{
    Authority, ContentHash, GuideId, LISTS_TAG, PublicationAction, REFS_TAG, ReviewId, RevisionId,
    Slug, WebhookEventId, WebhookEventType, cache_tag,
};
use annai_storage::outbox::{self, NewEvent};
use annai_storage::published_versions::Card;
use annai_storage::{StorageError, WriteTx};
use serde_json::{Value, json};

use crate::Published;

/// Tells that readers see another text of a guide, and that it moved, if it did. What an import
/// made public is told of by [`tell_release`], once for a whole batch.
pub(crate) async fn tell_public(
    tx: &mut WriteTx,
    published: &Published,
    authority: &Authority,
) -> Result<(), StorageError> {
    if published.previous_slug.is_some() {
        tell(tx, WebhookEventType::GuideMoved, public(published)).await?;
    }
    match authority {
        Authority::Import => Ok(()),
        Authority::Review(_)
        | Authority::BreakGlass { .. }
        | Authority::Rollback { .. }
        | Authority::Role
        | Authority::System => tell(tx, WebhookEventType::GuidePublished, public(published)).await,
    }
}

/// Tells that readers see nothing of a guide any more.
pub(crate) async fn tell_taken_down(
    tx: &mut WriteTx,
    published: &Published,
    action: PublicationAction,
) -> Result<(), StorageError> {
    let data = json!({
        "guide_id": published.guide_id,
        "slug": published.slug,
        "reason": action,
        "ref": published.publication_ref,
        "purge": published.purge,
        "affects": published.affects,
    });
    tell(tx, WebhookEventType::GuideUnpublished, data).await
}

/// Tells of everything that became public in one transaction, in one event.
pub(crate) async fn tell_release(
    tx: &mut WriteTx,
    published: &[&Published],
) -> Result<(), StorageError> {
    let Some(last) = published.last() else {
        return Ok(());
    };
    let guides: Vec<_> = published
        .iter()
        .map(|one| {
            json!({
                "guide_id": one.guide_id,
                "slug": one.slug,
                "previous_slug": one.previous_slug,
                "pinned": pinned(one),
            })
        })
        .collect();
    let purge: BTreeSet<&String> = published.iter().flat_map(|one| &one.purge).collect();
    let affects = published.iter().flat_map(|one| &one.affects);
    let affects: BTreeSet<&str> = affects.map(Slug::as_str).collect();
    let data = json!({
        "ref": last.publication_ref,
        "guides": guides,
        "purge": purge,
        "affects": affects,
    });
    tell(tx, WebhookEventType::ReleasePublished, data).await
}

/// What a review is about, for those who asked to know of work behind the scenes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReviewEvent {
    pub(crate) guide_id: GuideId,
    pub(crate) review_id: ReviewId,
    pub(crate) revision_id: RevisionId,
    pub(crate) content_hash: ContentHash,
}

/// Tells that a review was asked for or is decided.
pub(crate) async fn tell_review(
    tx: &mut WriteTx,
    event_type: WebhookEventType,
    review: ReviewEvent,
) -> Result<(), StorageError> {
    let data = json!({
        "guide_id": review.guide_id,
        "review_id": review.review_id,
        "revision_id": review.revision_id,
        "content_hash": review.content_hash,
    });
    tell(tx, event_type, data).await
}

/// The event by which somebody tries an endpoint out.
pub(crate) fn test_event(tx: &WriteTx) -> NewEvent {
    new_event(tx, WebhookEventType::WebhookTest, &json!({}))
}

/// The surrogate keys of every answer that changed with a guide: under all the slugs it was ever
/// public under (they redirect, or say that it is gone), in both categories, and in the lists.
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

fn public(published: &Published) -> Value {
    json!({
        "guide_id": published.guide_id,
        "slug": published.slug,
        "previous_slug": published.previous_slug,
        "ref": published.publication_ref,
        "pinned": pinned(published),
        "purge": published.purge,
        "affects": published.affects,
    })
}

/// The path of the guide as it is at this ref, for ever; the same as its answer's `links.pinned`.
fn pinned(published: &Published) -> String {
    let (name, slug) = (published.publication_ref, &published.slug);
    format!("/v1/@{name}/guides/{slug}")
}

async fn tell(
    tx: &mut WriteTx,
    event_type: WebhookEventType,
    data: Value,
) -> Result<(), StorageError> {
    let event = new_event(tx, event_type, &data);
    outbox::append(tx, &event).await
}

fn new_event(tx: &WriteTx, event_type: WebhookEventType, data: &Value) -> NewEvent {
    let body = json!({ "type": event_type, "timestamp": tx.now(), "data": data });
    NewEvent {
        event_id: WebhookEventId::new(),
        event_type,
        body: body.to_string(),
    }
}
