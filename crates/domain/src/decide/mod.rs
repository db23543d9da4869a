//! The rules of every command on a guide, as pure functions of the facts.
//!
//! Every function refuses in one order: the person may not know of the guide (not found), they may
//! not do this (forbidden), the state does not allow it (conflict), they saw an older state
//! (stale).

mod discuss;
mod judge;
mod listed;
mod next;
mod people;
mod public;
mod scope;
mod slugs;
mod write;

#[cfg(test)]
mod tests;

pub use discuss::{comment, reopen_thread, resolve_thread};
pub use judge::{Approval, approve, has_lapsed_approval, request_changes};
pub use listed::{ListedAct, listed_acts};
pub use next::{NextAct, next_act};
pub use people::{administer, change_roles};
pub use public::{
    NewPublication, archive, break_glass, publish, publish_import, roll_back_at_all, rollback,
    unarchive, undo_publication, unpublish,
};
pub use scope::{GuideScope, list_guides, list_publishable, list_reviews, list_waiting};
pub use slugs::{
    Joining, SlugUse, give_up_slug, join_guide, may_be_joined, redirect_slug, repoint,
    repoint_guide,
};
pub use write::{
    Submission, change_owner, copy_guide, create_guide, create_preview_link, read,
    revoke_preview_link, save_revision, submit, take_over, withdraw, write,
};

use crate::{Actor, GuideFacts, GuideStatus, Permission, judgement, status, work};

/// The reason why a command was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The guide does not exist, or the person may not know of it.
    #[error("not found")]
    NotFound,
    /// The person may not do this.
    #[error("forbidden: {0}")]
    Forbidden(Forbidden),
    /// The guide's state does not allow it.
    #[error("not in this state: {0}")]
    State(StateConflict),
    /// The guide changed: the person acted upon a revision that is not the newest.
    #[error("the guide has a newer revision")]
    Stale,
}

/// The reason why a person may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// None of their roles allows it.
    #[error("your roles do not allow this")]
    Role,
    /// The person wrote a part of the change.
    #[error("you wrote a part of this change; somebody else has to judge it")]
    OwnChange,
}

/// The reason why a state does not allow something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateConflict {
    /// The guide is archived.
    #[error("the guide is archived")]
    Archived,
    /// The guide is not archived.
    #[error("the guide is not archived")]
    NotArchived,
    /// That text is under review already.
    #[error("this text is under review already")]
    AlreadyInReview,
    /// That text is approved already.
    #[error("this text is approved already")]
    AlreadyApproved,
    /// Readers see that text already.
    #[error("this text is public already")]
    AlreadyPublic,
    /// The guide has no live review.
    #[error("the guide has no open review")]
    NoReview,
    /// The review was decided.
    #[error("the review is closed")]
    ReviewClosed,
    /// The person approved in this review already.
    #[error("you approved this already")]
    AlreadyDecided,
    /// The content is not the one under review.
    #[error("the review is about another text")]
    OtherContent,
    /// The content has no approved review.
    #[error("this text is not approved")]
    NotApproved,
    /// An approver wrote a part of the change: an older text is public again since the approval.
    #[error(
        "an approver wrote a part of what would become public; submit it again for another review"
    )]
    ApprovalLapsed,
    /// An open thread blocks approval.
    #[error("an open thread blocks approval: resolve it first")]
    Blocked,
    /// The guide is not public.
    #[error("the guide is not public")]
    NotPublic,
    /// That revision was never public.
    #[error("that revision was never public")]
    NeverPublic,
    /// Another publication followed the one to undo.
    #[error("the guide was published again since")]
    PublishedSince,
    /// Readers see a guide under the slug.
    #[error("readers see a guide under this slug")]
    SlugPublic,
    /// The draft of another guide claims the slug.
    #[error("the draft of another guide claims this slug")]
    SlugClaimed,
    /// The slug leads to this guide already.
    #[error("this slug leads to this guide already")]
    SlugLeadsHere,
    /// The guide does not hold the slug, or readers saw it under the slug.
    #[error("this guide has no such slug that was never public")]
    SlugNotUnused,
    /// A guide cannot be joined to itself.
    #[error("a guide cannot be joined to itself")]
    SameGuide,
    /// The thread is open.
    #[error("the thread is open")]
    ThreadOpen,
    /// The thread is resolved.
    #[error("the thread is resolved already")]
    ThreadResolved,
    /// The webhook endpoint is disabled.
    #[error("the endpoint is disabled: enable it first")]
    EndpointDisabled,
}

/// Returns the label that lists show for the guide with these facts.
#[must_use]
pub fn guide_status(facts: &GuideFacts) -> GuideStatus {
    let latest = facts.latest.content_hash;
    status(
        facts.archived,
        facts.visibility.kind(),
        work(
            latest,
            facts.visibility.public().map(|public| public.content_hash),
        ),
        judgement(latest, facts.review.as_ref()),
    )
}

/// Refuses people who may not use `permission` on every guide.
///
/// # Errors
///
/// [`Forbidden::Role`].
pub fn require(actor: &Actor, permission: Permission) -> Result<(), Refusal> {
    if actor.may_everywhere(permission) {
        Ok(())
    } else {
        Err(Refusal::Forbidden(Forbidden::Role))
    }
}

/// Refuses people who may not know of the guide, then those without `permission` on it.
fn permit(facts: &GuideFacts, actor: &Actor, permission: Permission) -> Result<(), Refusal> {
    if !actor.may(Permission::ReadGuide, facts.owner_id) {
        return Err(if actor.may_somewhere(Permission::ReadGuide) {
            Refusal::NotFound
        } else {
            Refusal::Forbidden(Forbidden::Role)
        });
    }
    if !actor.may(permission, facts.owner_id) {
        return Err(Refusal::Forbidden(Forbidden::Role));
    }
    Ok(())
}

/// Refuses commands on an archived guide.
fn not_archived(facts: &GuideFacts) -> Result<(), Refusal> {
    if facts.archived {
        Err(Refusal::State(StateConflict::Archived))
    } else {
        Ok(())
    }
}
