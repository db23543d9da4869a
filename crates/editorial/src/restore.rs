use annai_content::{GuideSource, Schema};
use annai_domain::decide::Refusal;
use annai_domain::{GuideId, RevisionId, RevisionOrigin, decide};
use annai_storage::{WriteTx, guides, revisions};

use crate::write_revision::{TextChange, already_saved, claimed_slug, stale, write_revision};
use crate::{CommandError, SavedRevision};

/// Saves the text of an older revision as the newest revision, if `base` is still the newest. It
/// does not publish.
///
/// # Errors
///
/// See [`CommandError`]; drop the transaction and nothing has been written.
#[tracing::instrument(skip_all, fields(%guide_id, %revision_id, user_id = %tx.actor().user_id))]
pub async fn restore(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    revision_id: RevisionId,
    base: RevisionId,
) -> Result<SavedRevision, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::write(&facts, tx.actor())?;
    let old = revisions::find(tx, guide_id, revision_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    match decide::save_revision(&facts, tx.actor(), base) {
        Ok(()) => {}
        Err(Refusal::Stale) => return Err(stale(tx, &facts, base, old.source).await?),
        Err(refusal) => return Err(refusal.into()),
    }
    if old.content_hash == facts.latest.content_hash {
        return already_saved(tx, &facts, None, &[]).await;
    }
    let source = GuideSource::parse(old.source)?;
    let path = guides::find_path(tx, guide_id).await?;
    let change = TextChange {
        guide_id,
        parent: Some(base),
        slug: claimed_slug(&source, schema, path.as_deref()),
        source: &source,
        origin: RevisionOrigin::Restore,
        message: &format!("#{}", old.revision_number),
        written_by: None,
    };
    write_revision(tx, schema, change).await
}
