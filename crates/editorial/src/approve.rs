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

/// The result of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approved {
    /// The review that got the approval.
    pub review_id: ReviewId,
    /// Whether it was the last approval needed: the content may be published now.
    pub completed: bool,
}

/// Approves `revision_id` with exactly the content `hash`. Nobody may approve a change that they
/// helped to write.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %revision_id, user_id = %tx.actor().user_id))]
pub async fn approve(
    tx: &mut WriteTx,
    guide_id: GuideId,
    revision_id: RevisionId,
    hash: ContentHash,
    comment: &str,
) -> Result<Approved, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let approval = decide::approve(&facts, tx.actor(), revision_id, hash)?;
    let comment = fields::lines("comment", comment, limits::DECISION_COMMENT)?;
    let decision = NewDecision {
        decision_id: DecisionId::new(),
        review_id: approval.review_id,
        content_hash: hash,
        step: approval.step,
        verdict: Verdict::Approve,
        comment: &comment,
    };
    reviews::insert_decision(tx, decision).await?;
    if approval.completes {
        reviews::set_state(tx, approval.review_id, ReviewState::Approved).await?;
    }
    let entry = NewAuditEntry {
        action: AuditAction::GuideApprove,
        guide_id: Some(guide_id),
        subject_id: Some(approval.review_id.0),
        details: json!({
            "content_hash": hash,
            "step": approval.step,
            "completed": approval.completes,
        }),
    };
    audit::record(tx, entry).await?;
    if approval.completes {
        let reviewed = ReviewedRevision {
            guide_id,
            review_id: approval.review_id,
            revision_id,
            content_hash: hash,
        };
        outbox::append(tx, &Event::GuideApproved(reviewed)).await?;
    }
    Ok(Approved {
        review_id: approval.review_id,
        completed: approval.completes,
    })
}
