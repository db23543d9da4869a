//! Events as values: the one list of everything that webhooks announce.
//!
//! An event is thin: it names what changed and what to fetch or purge, and holds no text of a
//! guide.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::{
    ContentHash, GuideId, PublicationAction, RefName, ReviewId, RevisionId, Slug, WebhookEventType,
};

/// Something that happened and that Annai announces to others.
///
/// The fields of each kind are the members of `data` in its [`body`](Self::body), in their order:
/// receivers sign and compare the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// Readers see another text of a guide.
    GuidePublished(PublicGuide),
    /// Readers no longer see a guide.
    GuideUnpublished(TakenDownGuide),
    /// A guide is public under another slug; the old one redirects.
    GuideMoved(PublicGuide),
    /// Several guides became public in one transaction.
    ReleasePublished(PublicRelease),
    /// Somebody asked for a review.
    GuideSubmitted(ReviewedRevision),
    /// A review got the last approval it needed.
    GuideApproved(ReviewedRevision),
    /// A reviewer requested changes.
    GuideChangesRequested(ReviewedRevision),
    /// An administrator tests an endpoint.
    WebhookTest {},
}

/// A guide that became public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicGuide {
    /// The guide that readers see now.
    pub guide_id: GuideId,
    /// The slug under which readers see it.
    pub slug: Slug,
    /// The slug under which readers saw it before, if it was another one.
    pub previous_slug: Option<Slug>,
    /// The ledger entry that made it public.
    #[serde(rename = "ref")]
    pub publication_ref: RefName,
    /// The path at which this text can be read for ever: see [`pinned_path`].
    pub pinned: String,
    /// The surrogate keys of every response that changed.
    pub purge: Vec<String>,
    /// The other guides whose responses changed.
    pub affects: Vec<Slug>,
}

/// A guide that readers can no longer see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenDownGuide {
    /// The guide that readers no longer see.
    pub guide_id: GuideId,
    /// The slug under which readers saw it.
    pub slug: Slug,
    /// The action that took it down.
    pub reason: PublicationAction,
    /// The ledger entry that took it down.
    #[serde(rename = "ref")]
    pub publication_ref: RefName,
    /// The surrogate keys of every response that changed.
    pub purge: Vec<String>,
    /// The other guides whose responses changed.
    pub affects: Vec<Slug>,
}

/// Guides that became public together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicRelease {
    /// The last of their ledger entries; at this ref all of them are public.
    #[serde(rename = "ref")]
    pub publication_ref: RefName,
    /// The guides, in the order of the ledger.
    pub guides: Vec<ReleasedGuide>,
    /// The surrogate keys of every response that changed.
    pub purge: BTreeSet<String>,
    /// The other guides whose responses changed.
    pub affects: BTreeSet<Slug>,
}

/// One guide of a [`PublicRelease`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleasedGuide {
    /// The guide that the review belongs to.
    pub guide_id: GuideId,
    /// The slug under which readers see it.
    pub slug: Slug,
    /// The slug under which readers saw it before, if it was another one.
    pub previous_slug: Option<Slug>,
    /// The path at which this text can be read for ever: see [`pinned_path`].
    pub pinned: String,
}

/// The exact text that a review is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReviewedRevision {
    /// The guide that the review belongs to.
    pub guide_id: GuideId,
    /// The review in which changes were requested.
    pub review_id: ReviewId,
    /// The revision that the review pins.
    pub revision_id: RevisionId,
    /// The hash of its source.
    pub content_hash: ContentHash,
}

impl Event {
    /// Returns the word for this kind of event.
    #[must_use]
    pub fn event_type(&self) -> WebhookEventType {
        match self {
            Self::GuidePublished(_) => WebhookEventType::GuidePublished,
            Self::GuideUnpublished(_) => WebhookEventType::GuideUnpublished,
            Self::GuideMoved(_) => WebhookEventType::GuideMoved,
            Self::ReleasePublished(_) => WebhookEventType::ReleasePublished,
            Self::GuideSubmitted(_) => WebhookEventType::GuideSubmitted,
            Self::GuideApproved(_) => WebhookEventType::GuideApproved,
            Self::GuideChangesRequested(_) => WebhookEventType::GuideChangesRequested,
            Self::WebhookTest {} => WebhookEventType::WebhookTest,
        }
    }

    /// Writes the event as the bytes that are kept, signed and sent; `at` is the time of the event.
    #[must_use]
    pub fn body(&self, at: Timestamp) -> String {
        json!({ "type": self.event_type(), "timestamp": at, "data": self }).to_string()
    }
}

/// Writes the body of a call that stands for several events, from their bodies; `at` is the end of the
/// window.
#[must_use]
pub fn gathered_body<'a>(at: Timestamp, bodies: impl Iterator<Item = &'a str>) -> String {
    let event_type = WebhookEventType::EventsGathered;
    let events: Vec<_> = bodies.collect();
    let events = events.join(",");
    format!(r#"{{"type":"{event_type}","timestamp":"{at}","data":{{"events":[{events}]}}}}"#)
}

/// Returns the path at which the text of `slug` at `publication_ref` can be read for ever.
///
/// The document of a guide has the same path in `links.pinned`.
#[must_use]
pub fn pinned_path(publication_ref: RefName, slug: &Slug) -> String {
    format!("/v1/@{publication_ref}/guides/{slug}")
}
