use super::{Forbidden, Refusal, StateConflict, not_archived, permit};
use crate::{
    Actor, GuideFacts, Judgement, Permission, ReviewId, RevisionId, Work, judgement, work,
};

/// Whether the person may see the guide.
///
/// # Errors
///
/// [`Refusal::NotFound`] where they may not know of it.
pub fn read(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::ReadGuide)
}

/// Whether the person may start a guide.
///
/// # Errors
///
/// [`Refusal::Forbidden`] without such a role.
pub fn create_guide(actor: &Actor) -> Result<(), Refusal> {
    if actor.may_somewhere(Permission::CreateGuide) {
        Ok(())
    } else {
        Err(Refusal::Forbidden(Forbidden::Role))
    }
}

/// Whether the person may write into their own working copy of the guide.
///
/// # Errors
///
/// See [`Refusal`].
pub fn write(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::WriteGuide)?;
    not_archived(facts)
}

/// Whether the person may make a new revision on top of `base`.
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

/// What a submission replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submission {
    /// The live review that the new one supersedes and is linked to.
    pub supersedes: Option<ReviewId>,
}

/// Whether the person may ask for a review of `revision_id`, which must be the newest.
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

/// Which review the person would take back.
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

/// Whether the person may hand out a link under which the guide's draft can be read. The same
/// rule, asked again whenever the link is opened, lets it end with its maker's right.
///
/// # Errors
///
/// See [`Refusal`].
pub fn create_preview_link(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::SharePreview)?;
    not_archived(facts)
}

/// Whether the person may end such a link, whoever made it and whatever became of the guide.
///
/// # Errors
///
/// See [`Refusal`].
pub fn revoke_preview_link(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::SharePreview)
}

/// Whether the person may give the guide to another owner.
///
/// # Errors
///
/// See [`Refusal`].
pub fn change_owner(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::ChangeOwner)?;
    not_archived(facts)
}

/// Whether the person may start a guide of their own from this one's text.
///
/// # Errors
///
/// See [`Refusal`].
pub fn copy_guide(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    read(facts, actor)?;
    create_guide(actor)
}
