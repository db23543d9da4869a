use super::discuss::not_blocked;
use super::{Refusal, StateConflict, not_archived, permit};
use crate::{
    Actor, Authority, ContentHash, GuideFacts, Permission, PublicationAction, Ref, ReviewId,
    ReviewState, RevisionId, UserId,
};

/// A ledger entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPublication {
    /// What it does.
    pub action: PublicationAction,
    /// The revision that becomes public; `None` for a tombstone.
    pub revision_id: Option<RevisionId>,
    /// By whose right.
    pub authority: Authority,
    /// The review whose approval this uses up.
    pub uses_review: Option<ReviewId>,
}

impl NewPublication {
    fn tombstone(action: PublicationAction) -> Self {
        Self {
            action,
            revision_id: None,
            authority: Authority::Role,
            uses_review: None,
        }
    }
}

/// Whether the person may make `revision_id` with content `hash` public: an approved review of
/// exactly that must stand behind it, and no open thread hold it back.
///
/// # Errors
///
/// See [`Refusal`].
pub fn publish(
    facts: &GuideFacts,
    actor: &Actor,
    revision_id: RevisionId,
    hash: ContentHash,
) -> Result<NewPublication, Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    not_archived(facts)?;
    let approved = facts.review.as_ref().filter(|review| {
        review.state == ReviewState::Approved
            && review.revision_id == revision_id
            && review.content_hash == hash
    });
    let Some(review) = approved else {
        return Err(Refusal::State(StateConflict::NotApproved));
    };
    not_public_already(facts, hash)?;
    not_blocked(facts)?;
    Ok(NewPublication {
        action: PublicationAction::Publish,
        revision_id: Some(revision_id),
        authority: Authority::Review(review.review_id),
        uses_review: Some(review.review_id),
    })
}

/// Whether the person may make the newest revision public without an approval.
///
/// # Errors
///
/// [`Refusal::Stale`] when `revision_id` and `hash` are not the newest; otherwise see
/// [`Refusal`]. The length of `reason` is the caller's to check.
pub fn break_glass(
    facts: &GuideFacts,
    actor: &Actor,
    revision_id: RevisionId,
    hash: ContentHash,
    reason: &str,
) -> Result<NewPublication, Refusal> {
    permit(facts, actor, Permission::BreakGlass)?;
    not_archived(facts)?;
    not_public_already(facts, facts.latest.content_hash)?;
    if facts.latest.revision_id != revision_id || facts.latest.content_hash != hash {
        return Err(Refusal::Stale);
    }
    let review = facts
        .review
        .as_ref()
        .filter(|review| review.content_hash == hash);
    Ok(NewPublication {
        action: PublicationAction::Publish,
        revision_id: Some(revision_id),
        authority: Authority::BreakGlass {
            reason: reason.to_owned(),
        },
        uses_review: review.map(|review| review.review_id),
    })
}

/// An operator's import makes the newest revision public.
///
/// # Errors
///
/// Only the operator at the command line may; see [`Refusal`].
pub fn publish_import(facts: &GuideFacts, actor: &Actor) -> Result<NewPublication, Refusal> {
    if actor.user_id != UserId::OPERATOR {
        return Err(Refusal::Forbidden(super::Forbidden::Role));
    }
    not_archived(facts)?;
    not_public_already(facts, facts.latest.content_hash)?;
    let hash = facts.latest.content_hash;
    let review = facts
        .review
        .as_ref()
        .filter(|review| review.content_hash == hash);
    Ok(NewPublication {
        action: PublicationAction::Publish,
        revision_id: Some(facts.latest.revision_id),
        authority: Authority::Import,
        uses_review: review.map(|review| review.review_id),
    })
}

/// Whether the person may take the guide down.
///
/// # Errors
///
/// See [`Refusal`].
pub fn unpublish(facts: &GuideFacts, actor: &Actor) -> Result<NewPublication, Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    not_archived(facts)?;
    if facts.visibility.public().is_none() {
        return Err(Refusal::State(StateConflict::NotPublic));
    }
    Ok(NewPublication::tombstone(PublicationAction::Unpublish))
}

/// Whether the person may bring back what was public at `restored`: `was` is the revision of
/// that ledger entry of this guide, if it had one.
///
/// # Errors
///
/// [`StateConflict::NeverPublic`] when nothing of this guide became public there.
pub fn rollback(
    facts: &GuideFacts,
    actor: &Actor,
    restored: Ref,
    was: Option<(RevisionId, ContentHash)>,
) -> Result<NewPublication, Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    not_archived(facts)?;
    let (revision_id, hash) = was.ok_or(Refusal::State(StateConflict::NeverPublic))?;
    not_public_already(facts, hash)?;
    Ok(NewPublication {
        action: PublicationAction::Rollback,
        revision_id: Some(revision_id),
        authority: Authority::Rollback { restored },
        uses_review: None,
    })
}

/// Whether the person may put the guide away, and the tombstone this takes, if any.
///
/// # Errors
///
/// See [`Refusal`].
pub fn archive(facts: &GuideFacts, actor: &Actor) -> Result<Option<NewPublication>, Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    not_archived(facts)?;
    let public = facts.visibility.public();
    Ok(public.map(|_| NewPublication::tombstone(PublicationAction::Archive)))
}

/// Whether the person may fetch the guide back from the archive.
///
/// # Errors
///
/// See [`Refusal`].
pub fn unarchive(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    if facts.archived {
        Ok(())
    } else {
        Err(Refusal::State(StateConflict::NotArchived))
    }
}

fn not_public_already(facts: &GuideFacts, hash: ContentHash) -> Result<(), Refusal> {
    match facts.visibility.public() {
        Some(public) if public.content_hash == hash => {
            Err(Refusal::State(StateConflict::AlreadyPublic))
        }
        _ => Ok(()),
    }
}
