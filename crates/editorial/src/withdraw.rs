use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, GuideId, ReviewId, ReviewState, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides, reviews};
use serde_json::json;

use crate::CommandError;

/// Withdraws the live review.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn withdraw(tx: &mut WriteTx, guide_id: GuideId) -> Result<ReviewId, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let review_id = decide::withdraw(&facts, tx.actor())?;
    reviews::set_state(tx, review_id, ReviewState::Withdrawn).await?;
    let entry = NewAuditEntry {
        action: AuditAction::GuideWithdraw,
        guide_id: Some(guide_id),
        subject_id: Some(review_id.0),
        details: json!({}),
    };
    audit::record(tx, entry).await?;
    Ok(review_id)
}
