use annai_content::Schema;
use annai_domain::decide::Refusal;
use annai_domain::{GuideId, Ref, decide};
use annai_storage::{WriteTx, guides, ledger};

use crate::projection::make_public;
use crate::{CommandError, Published};

/// Publishes again the revision that the ledger entry `restored` of this guide made public. The
/// newest revision stays as it is.
///
/// # Errors
///
/// See [`CommandError`]; drop the transaction and nothing has been written.
#[tracing::instrument(skip_all, fields(%guide_id, %restored, user_id = %tx.actor().user_id))]
pub async fn rollback(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    restored: Ref,
) -> Result<Published, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let was = ledger::find_published_revision(tx, guide_id, restored).await?;
    let publication = decide::rollback(&facts, tx.actor(), restored, was)?;
    make_public(tx, schema, &facts, &publication).await
}
