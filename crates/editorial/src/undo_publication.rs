use annai_content::Schema;
use annai_domain::decide::Refusal;
use annai_domain::{GuideId, Ref, decide};
use annai_storage::{WriteTx, guides, ledger};

use crate::projection::{make_public, take_down};
use crate::take_down::referrers_known;
use crate::{CommandError, Published};

/// An undone publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The new ledger entry.
    pub published: Published,
    /// Whether the guide is still public, with its earlier text.
    pub is_public: bool,
}

/// Undoes the present publication of the guide: readers see again what they saw before it.
///
/// The new entry has the authority of a rollback, or of a role where nothing was public before. The
/// used review stays used.
///
/// # Errors
///
/// [`CommandError::Referrers`] when the guide would be unpublished, other public guides name it, and
/// `acknowledged` is false; otherwise see [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %undone, user_id = %tx.actor().user_id))]
pub async fn undo_publication(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    undone: Ref,
    acknowledged: bool,
) -> Result<Undone, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let before = ledger::find_public_before(tx, guide_id, undone).await?;
    let publication = decide::undo_publication(&facts, tx.actor(), undone, before)?;
    let is_public = publication.revision_id.is_some();
    let published = if is_public {
        make_public(tx, schema, &facts, &publication).await?
    } else {
        referrers_known(tx, &facts, acknowledged).await?;
        take_down(tx, &facts, &publication).await?
    };
    Ok(Undone {
        published,
        is_public,
    })
}
