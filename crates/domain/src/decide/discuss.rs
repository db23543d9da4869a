use super::{Forbidden, Refusal, StateConflict, not_archived, permit};
use crate::{Actor, GuideFacts, Permission, ThreadFacts};

/// Decides whether the actor may comment: begin a thread or reply in one.
///
/// # Errors
///
/// See [`Refusal`].
pub fn comment(facts: &GuideFacts, actor: &Actor) -> Result<(), Refusal> {
    permit(facts, actor, Permission::CommentGuide)?;
    not_archived(facts)
}

/// Decides whether the actor may resolve a thread.
///
/// The person who began a thread may resolve it. So may everybody who writes or judges the guide,
/// unless the thread blocks approval. A blocking thread follows the rule of approving: only a
/// person who may judge the change and wrote no part of it may resolve it.
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

/// Decides whether the actor may reopen a thread: everybody who may comment may.
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

/// Refuses approval while an open thread blocks it.
pub(super) fn not_blocked(facts: &GuideFacts) -> Result<(), Refusal> {
    if facts.is_blocked {
        Err(Refusal::State(StateConflict::Blocked))
    } else {
        Ok(())
    }
}
