use annai_domain::decide::{self, Refusal};
use annai_domain::{Actor, GuideFacts, GuideId, Permission};
use annai_storage::guides;

use super::error::ApiError;
use annai_desk::DeskState;

/// Finds the facts of a guide that the person may read.
///
/// # Errors
///
/// 404 where the guide does not exist, or the person may not know of it.
pub(super) async fn readable(
    state: &DeskState,
    actor: &Actor,
    guide_id: GuideId,
) -> Result<GuideFacts, ApiError> {
    let facts = guides::find_facts(&state.database.reader(), guide_id).await?;
    let facts = facts.ok_or(Refusal::NotFound)?;
    decide::read(&facts, actor)?;
    Ok(facts)
}

/// Refuses people who may not use `permission` on every guide.
///
/// # Errors
///
/// 403.
pub(super) fn require(actor: &Actor, permission: Permission) -> Result<(), ApiError> {
    Ok(decide::require(actor, permission)?)
}
