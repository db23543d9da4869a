use super::discuss::not_blocked;
use super::judge::not_lapsed;
use super::{Refusal, StateConflict, not_archived, permit};
use crate::{
    Actor, Authority, ContentHash, GuideFacts, Permission, PublicationAction, Ref, ReviewId,
    ReviewState, RevisionId, UserId, VisibilityKind,
};

/// A ledger entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPublication {
    /// The action that the entry records.
    pub action: PublicationAction,
    /// The revision that becomes public, if one does.
    pub revision_id: Option<RevisionId>,
    /// The right behind the entry.
    pub authority: Authority,
    /// The review whose approval this uses up.
    pub uses_review: Option<ReviewId>,
}

impl NewPublication {
    /// Returns an entry without a revision, by the right of a role.
    pub(super) fn by_role(action: PublicationAction) -> Self {
        Self {
            action,
            revision_id: None,
            authority: Authority::Role,
            uses_review: None,
        }
    }
}

/// Decides whether the actor may make `revision_id` with content `hash` public.
///
/// This needs an approved review of exactly that content. None of its approvers may have written a
/// part of what would become public, and no open thread may block it.
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
    not_lapsed(facts)?;
    not_blocked(facts)?;
    Ok(NewPublication {
        action: PublicationAction::Publish,
        revision_id: Some(revision_id),
        authority: Authority::Review(review.review_id),
        uses_review: Some(review.review_id),
    })
}

/// Decides whether the actor may publish the newest revision without an approval.
///
/// # Errors
///
/// [`Refusal::Stale`] when `revision_id` and `hash` are not the newest; otherwise see [`Refusal`].
/// The caller checks the length of `reason`.
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

/// Lets an operator's import publish the newest revision.
///
/// # Errors
///
/// [`Refusal::Forbidden`] for everybody but the operator at the command line; otherwise see
/// [`Refusal`].
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

/// Decides whether the actor may unpublish the guide.
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
    Ok(NewPublication::by_role(PublicationAction::Unpublish))
}

/// Decides whether the actor may roll the guide back to one of its earlier publications.
///
/// # Errors
///
/// [`StateConflict::NeverPublic`] when the guide was never public.
pub fn roll_back_at_all(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    not_archived(facts)?;
    match facts.visibility.kind() {
        VisibilityKind::NeverPublished => Err(Refusal::State(StateConflict::NeverPublic)),
        VisibilityKind::Published | VisibilityKind::Unpublished | VisibilityKind::Expired => Ok(()),
    }
}

/// Decides whether the actor may publish again the revision that was public at `restored`.
///
/// `was` is the revision of that ledger entry of this guide, if the entry had one.
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
    roll_back_at_all(facts, actor)?;
    let (revision_id, hash) = was.ok_or(Refusal::State(StateConflict::NeverPublic))?;
    not_public_already(facts, hash)?;
    Ok(NewPublication {
        action: PublicationAction::Rollback,
        revision_id: Some(revision_id),
        authority: Authority::Rollback { restored },
        uses_review: None,
    })
}

/// Decides whether the actor may undo the publication `undone`, by the right to roll back or to
/// unpublish.
///
/// `before` is the ref, the revision and the content that were public before it, if any were.
///
/// # Errors
///
/// [`StateConflict::PublishedSince`] when `undone` is not the present publication.
pub fn undo_publication(
    facts: &GuideFacts,
    actor: &Actor,
    undone: Ref,
    before: Option<(Ref, RevisionId, ContentHash)>,
) -> Result<NewPublication, Refusal> {
    let undoing = match before {
        Some((restored, revision_id, hash)) => {
            rollback(facts, actor, restored, Some((revision_id, hash)))?
        }
        None => unpublish(facts, actor)?,
    };
    match facts.visibility.public() {
        Some(public) if public.publication_ref == undone => Ok(undoing),
        _ => Err(Refusal::State(StateConflict::PublishedSince)),
    }
}

/// Decides whether the actor may archive the guide; returns the tombstone that this needs, if any.
///
/// # Errors
///
/// See [`Refusal`].
pub fn archive(facts: &GuideFacts, actor: &Actor) -> Result<Option<NewPublication>, Refusal> {
    permit(facts, actor, Permission::PublishGuide)?;
    not_archived(facts)?;
    let public = facts.visibility.public();
    Ok(public.map(|_| NewPublication::by_role(PublicationAction::Archive)))
}

/// Decides whether the actor may unarchive the guide.
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
