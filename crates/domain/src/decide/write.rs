use super::judge::has_lapsed_approval;
use super::{Forbidden, Refusal, StateConflict, not_archived, permit, require};
use crate::{
    Actor, GuideFacts, Judgement, Permission, ReviewId, RevisionId, Work, judgement, work,
};

/// Decides whether the actor may see the guide.
///
/// # Errors
///
/// [`Refusal::NotFound`] if they may not know of it.
pub fn read(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::ReadGuide)
}

/// Decides whether the actor may create a guide.
///
/// # Errors
///
/// [`Refusal::Forbidden`] if none of their roles allows it.
pub fn create_guide(actor: &Actor) -> Result<(), Refusal> {
    if actor.may_somewhere(Permission::CreateGuide) {
        Ok(())
    } else {
        Err(Refusal::Forbidden(Forbidden::Role))
    }
}

/// Decides whether the actor may write into their own working copy of the guide.
///
/// # Errors
///
/// See [`Refusal`].
pub fn write(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::WriteGuide)?;
    not_archived(facts)
}

/// Decides whether the actor may save the text that a disabled person left unsaved. It was private,
/// so only people who may write every guide see it.
///
/// # Errors
///
/// See [`Refusal`].
pub fn take_over(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::WriteGuide)?;
    require(actor, Permission::WriteGuide)?;
    not_archived(facts)
}

/// Decides whether the actor may save a new revision on top of `base`.
///
/// # Errors
///
/// [`Refusal::Stale`] when `base` is not the newest revision; otherwise see [`Refusal`].
pub fn save_revision(facts: &GuideFacts, actor: &Actor, base: RevisionId) -> Result<(), Refusal> {
    write(facts, actor)?;
    if facts.latest.revision_id == base {
        Ok(())
    } else {
        Err(Refusal::Stale)
    }
}

/// The effect of a submission on an older review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission {
    /// The live review that the new one supersedes.
    pub supersedes: Option<ReviewId>,
}

/// Decides whether the actor may ask for a review of `revision_id`, which must be the newest.
///
/// # Errors
///
/// See [`Refusal`].
pub fn submit(
    facts: &GuideFacts,
    actor: &Actor,
    revision_id: RevisionId,
) -> Result<Submission, Refusal> {
    write(facts, actor)?;
    let latest = &facts.latest;
    let public = facts.visibility.public().map(|public| public.content_hash);
    match judgement(latest.content_hash, facts.review.as_ref()) {
        // Only another review leads on from a lapsed approval.
        Judgement::InReview { .. } | Judgement::Approved if has_lapsed_approval(facts) => {}
        Judgement::InReview { .. } => {
            return Err(Refusal::State(StateConflict::AlreadyInReview));
        }
        Judgement::Approved => return Err(Refusal::State(StateConflict::AlreadyApproved)),
        Judgement::None | Judgement::ChangesRequested => {}
    }
    if work(latest.content_hash, public) == Work::Clean {
        return Err(Refusal::State(StateConflict::AlreadyPublic));
    }
    if latest.revision_id != revision_id {
        return Err(Refusal::Stale);
    }
    Ok(Submission {
        supersedes: facts.review.as_ref().map(|review| review.review_id),
    })
}

/// Returns the review that the actor may withdraw.
///
/// # Errors
///
/// See [`Refusal`].
pub fn withdraw(facts: &GuideFacts, actor: &Actor) -> Result<ReviewId, Refusal> {
    write(facts, actor)?;
    facts
        .review
        .as_ref()
        .map(|review| review.review_id)
        .ok_or(Refusal::State(StateConflict::NoReview))
}

/// Decides whether the actor may create a preview link to the guide.
///
/// The same rule runs whenever the link is opened, so the link ends with its maker's right.
///
/// # Errors
///
/// See [`Refusal`].
pub fn create_preview_link(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::SharePreview)?;
    not_archived(facts)
}

/// Decides whether the actor may revoke a preview link, regardless of who made it and of the
/// guide's state.
///
/// # Errors
///
/// See [`Refusal`].
pub fn revoke_preview_link(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::SharePreview)
}

/// Decides whether the actor may give the guide to another owner.
///
/// # Errors
///
/// See [`Refusal`].
pub fn change_owner(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::ChangeOwner)?;
    not_archived(facts)
}

/// Decides whether the actor may begin a guide of their own with this guide's text.
///
/// # Errors
///
/// See [`Refusal`].
pub fn copy_guide(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    read(facts, actor)?;
    create_guide(actor)
}
