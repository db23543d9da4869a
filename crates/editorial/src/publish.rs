use annai_content::Schema;
use annai_domain::decide::Refusal;
use annai_domain::{ContentHash, GuideId, RevisionId, decide, limits, text};
use annai_storage::{WriteTx, guides};

use crate::projection::make_public;
use crate::{CommandError, Published, fields};

/// Makes `revision_id`, whose content must be `hash`, public.
///
/// Runs inside the caller's transaction: after the commit the ledger entry, the delivered bytes,
/// the redirect and the audit entry are all there, or none is.
///
/// # Errors
///
/// See [`CommandError`]; drop the transaction and nothing has been written.
#[tracing::instrument(skip_all, fields(%guide_id, %revision_id, user_id = %tx.actor().user_id))]
pub async fn publish(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    revision_id: RevisionId,
    hash: ContentHash,
) -> Result<Published, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let publication = decide::publish(&facts, tx.actor(), revision_id, hash)?;
    make_public(tx, schema, &facts, &publication).await
}

/// Publishes like [`publish`], without a review: an administrator's override, marked for ever.
///
/// # Errors
///
/// [`CommandError::Field`] when `reason` has fewer than 10 characters; otherwise see
/// [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %revision_id, user_id = %tx.actor().user_id))]
pub async fn break_glass(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    revision_id: RevisionId,
    hash: ContentHash,
    reason: &str,
) -> Result<Published, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let reason = text::without_controls(reason.trim());
    let publication = decide::break_glass(&facts, tx.actor(), revision_id, hash, &reason)?;
    fields::at_least("reason", &reason, limits::REASON_LEAST)?;
    fields::at_most("reason", &reason, limits::REASON)?;
    make_public(tx, schema, &facts, &publication).await
}
