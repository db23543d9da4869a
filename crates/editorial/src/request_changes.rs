use annai_domain::decide::Refusal;
use annai_domain::{
    AuditAction, ContentHash, DecisionId, Event, GuideId, ReviewId, ReviewState, ReviewedRevision,
    RevisionId, Verdict, decide, limits,
};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::reviews::{self, NewDecision};
use annai_storage::{WriteTx, guides, outbox};
use serde_json::json;

use crate::{CommandError, fields};

/// Sends the change back to its author, with a reason.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %revision_id, user_id = %tx.actor().user_id))]
pub async fn request_changes(
    tx: &mut WriteTx,
    guide_id: GuideId,
    revision_id: RevisionId,
    hash: ContentHash,
    comment: &str,
) -> Result<ReviewId, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let (review_id, step) = decide::request_changes(&facts, tx.actor(), revision_id, hash)?;
    let comment = fields::lines("comment", comment.trim(), limits::DECISION_COMMENT)?;
    let comment = fields::required("comment", &comment)?;
    let decision = NewDecision {
        decision_id: DecisionId::new(),
        review_id,
        content_hash: hash,
        step,
        verdict: Verdict::RequestChanges,
        comment,
    };
    reviews::insert_decision(tx, decision).await?;
    reviews::set_state(tx, review_id, ReviewState::ChangesRequested).await?;
    let entry = NewAuditEntry {
        action: AuditAction::GuideRequestChanges,
        guide_id: Some(guide_id),
        subject_id: Some(review_id.0),
        details: json!({ "content_hash": hash }),
    };
    audit::record(tx, entry).await?;
    let reviewed = ReviewedRevision {
        guide_id,
        review_id,
        revision_id,
        content_hash: hash,
    };
    outbox::append(tx, &Event::GuideChangesRequested(reviewed)).await?;
    Ok(review_id)
}
