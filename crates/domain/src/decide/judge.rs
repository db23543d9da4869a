use super::discuss::not_blocked;
use super::{Forbidden, Refusal, StateConflict, not_archived, permit};
use crate::{
    Actor, ContentHash, GuideFacts, Permission, Review, ReviewId, ReviewState, RevisionId,
};

/// The effect of an approval on its review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// The review that the approval is about.
    pub review_id: ReviewId,
    /// The step in which the approval counts, from 0.
    pub step: u32,
    /// Whether it is the last approval that the review needs.
    pub completes: bool,
}

/// Decides whether the actor may approve `revision_id` with content `hash`, and whether that
/// completes the review.
///
/// # Errors
///
/// [`Forbidden::OwnChange`] for everybody who wrote a part of the change, whatever their roles;
/// [`StateConflict::OtherContent`] when the review is about another content than `hash`;
/// [`StateConflict::ApprovalLapsed`] when an earlier approval no longer counts;
/// [`StateConflict::Blocked`] while a blocking thread is open.
pub fn approve(
    facts: &GuideFacts,
    actor: &Actor,
    revision_id: RevisionId,
    hash: ContentHash,
) -> Result<Approval, Refusal> {
    let review = judged(facts, actor)?;
    match review.state {
        ReviewState::Open => {}
        ReviewState::Approved
        | ReviewState::ChangesRequested
        | ReviewState::Published
        | ReviewState::Withdrawn
        | ReviewState::Superseded => return Err(Refusal::State(StateConflict::ReviewClosed)),
    }
    same_content(review, revision_id, hash)?;
    if review
        .approvals
        .iter()
        .any(|(user, _)| *user == actor.user_id)
    {
        return Err(Refusal::State(StateConflict::AlreadyDecided));
    }
    not_lapsed(facts)?;
    not_blocked(facts)?;
    let step = review.step();
    let last_step = step as usize + 1 == review.policy.steps.len();
    let last_approval = review.approvals_in(step) + 1 >= review.needed_in(step);
    Ok(Approval {
        review_id: review.review_id,
        step,
        completes: last_step && last_approval,
    })
}

/// Returns whether an approval of the live review has lapsed, because its reviewer is a writer of
/// the change by now.
///
/// Undoing or rolling back the text below the change brings that text's writers into it. A review
/// with a lapsed approval publishes nothing; another submission replaces it.
#[must_use]
pub fn has_lapsed_approval(facts: &GuideFacts) -> bool {
    let mut approvals = facts.review.iter().flat_map(|review| match review.state {
        ReviewState::Open | ReviewState::Approved => review.approvals.as_slice(),
        ReviewState::ChangesRequested
        | ReviewState::Published
        | ReviewState::Withdrawn
        | ReviewState::Superseded => &[],
    });
    approvals.any(|(reviewer, _)| facts.writers.contains(reviewer))
}

/// Refuses approval and publication by a review with a lapsed approval.
pub(super) fn not_lapsed(facts: &GuideFacts) -> Result<(), Refusal> {
    if has_lapsed_approval(facts) {
        Err(Refusal::State(StateConflict::ApprovalLapsed))
    } else {
        Ok(())
    }
}

/// Returns the review that the actor may send back.
///
/// An approval that is not published yet can be taken back this way too.
///
/// # Errors
///
/// As [`approve`].
pub fn request_changes(
    facts: &GuideFacts,
    actor: &Actor,
    revision_id: RevisionId,
    hash: ContentHash,
) -> Result<(ReviewId, u32), Refusal> {
    let review = judged(facts, actor)?;
    match review.state {
        ReviewState::Open | ReviewState::Approved => {}
        ReviewState::ChangesRequested
        | ReviewState::Published
        | ReviewState::Withdrawn
        | ReviewState::Superseded => return Err(Refusal::State(StateConflict::ReviewClosed)),
    }
    same_content(review, revision_id, hash)?;
    let last = u32::try_from(review.policy.steps.len())
        .unwrap_or(u32::MAX)
        .saturating_sub(1);
    Ok((review.review_id, review.step().min(last)))
}

/// Returns the live review if the actor may judge it.
fn judged<'a>(facts: &'a GuideFacts, actor: &Actor) -> Result<&'a Review, Refusal> {
    permit(facts, actor, Permission::JudgeGuide)?;
    let submitted = facts.review.as_ref().map(|review| review.submitted_by);
    if facts.writers.contains(&actor.user_id) || submitted == Some(actor.user_id) {
        return Err(Refusal::Forbidden(Forbidden::OwnChange));
    }
    not_archived(facts)?;
    facts
        .review
        .as_ref()
        .ok_or(Refusal::State(StateConflict::NoReview))
}

fn same_content(
    review: &Review,
    revision_id: RevisionId,
    hash: ContentHash,
) -> Result<(), Refusal> {
    if review.revision_id == revision_id && review.content_hash == hash {
        Ok(())
    } else {
        Err(Refusal::State(StateConflict::OtherContent))
    }
}
