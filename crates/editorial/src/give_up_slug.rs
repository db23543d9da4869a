use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, GuideId, Slug, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides, slugs};
use serde_json::json;

use crate::CommandError;

/// Gives up a slug of an archived guide that readers never saw. Any guide may claim it then.
///
/// # Errors
///
/// See [`CommandError`]; drop the transaction and nothing has been written.
#[tracing::instrument(skip_all, fields(%guide_id, %slug, user_id = %tx.actor().user_id))]
pub async fn give_up_slug(
    tx: &mut WriteTx,
    guide_id: GuideId,
    slug: &Slug,
) -> Result<(), CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let used = slugs::lock_use(tx, slug).await?;
    decide::give_up_slug(&facts, tx.actor(), used)?;
    slugs::release(tx, guide_id, slug).await?;
    let entry = NewAuditEntry {
        action: AuditAction::SlugGiveUp,
        guide_id: Some(guide_id),
        subject_id: None,
        details: json!({ "slug": slug }),
    };
    Ok(audit::record(tx, entry).await?)
}
