use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, FieldFault, GuideId, UserId, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides, users};
use serde_json::json;

use crate::CommandError;

/// Gives the guide to another owner; an author may then write it.
///
/// # Errors
///
/// [`CommandError::Field`] when that person does not exist; otherwise see [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn change_owner(
    tx: &mut WriteTx,
    guide_id: GuideId,
    owner: UserId,
) -> Result<(), CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::change_owner(&facts, tx.actor())?;
    if users::find(tx, owner).await?.is_none() {
        return Err(CommandError::Field {
            field: "owner_id",
            fault: FieldFault::Unknown,
        });
    }
    guides::set_owner(tx, guide_id, owner).await?;
    let entry = NewAuditEntry {
        action: AuditAction::GuideChangeOwner,
        guide_id: Some(guide_id),
        subject_id: Some(owner.0),
        details: json!({ "from": facts.owner_id }),
    };
    audit::record(tx, entry).await?;
    Ok(())
}
