use super::{Forbidden, Refusal, StateConflict, not_archived, permit};
use crate::{Actor, GuideFacts, Permission, ThreadFacts};

/// Whether the person may comment: begin a thread, or say more in one.
///
/// # Errors
///
/// See [`Refusal`].
pub fn comment(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::CommentGuide)?;
    not_archived(facts)
}

/// Whether the person may say that a thread is settled.
///
/// Whoever began it may; so may who writes or judges the guide, as long as it does not block. One
/// that blocks holds an approval back, and is lifted by the rule of approving: by who may judge
/// and wrote no part of the change.
///
/// # Errors
///
/// See [`Refusal`].
pub fn resolve_thread(
    facts: &GuideFacts,
    thread: &ThreadFacts,
    actor: &Actor,
) -> Result<(), Refusal> {
    permit(facts, actor, Permission::CommentGuide)?;
    let judges = actor.may(Permission::JudgeGuide, facts.owner_id);
    let writes = actor.may(Permission::WriteGuide, facts.owner_id);
    if thread.created_by != actor.user_id {
        if !judges && (thread.is_blocking || !writes) {
            return Err(Refusal::Forbidden(Forbidden::Role));
        }
        if thread.is_blocking && facts.writers.contains(&actor.user_id) {
            return Err(Refusal::Forbidden(Forbidden::OwnChange));
        }
    }
    not_archived(facts)?;
    if thread.is_open {
        Ok(())
    } else {
        Err(Refusal::State(StateConflict::ThreadResolved))
    }
}

/// Whether the person may say that a thread is not settled after all: whoever may comment.
///
/// # Errors
///
/// See [`Refusal`].
pub fn reopen_thread(
    facts: &GuideFacts,
    thread: &ThreadFacts,
    actor: &Actor,
) -> Result<(), Refusal> {
    comment(facts, actor)?;
    if thread.is_open {
        Err(Refusal::State(StateConflict::ThreadOpen))
    } else {
        Ok(())
    }
}

/// Refuses what an open thread that blocks holds back.
pub(super) fn not_blocked(facts: &GuideFacts) -> Result<(), Refusal> {
    if facts.is_blocked {
        Err(Refusal::State(StateConflict::Blocked))
    } else {
        Ok(())
    }
}
