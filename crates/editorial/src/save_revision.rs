use annai_content::{GuideSource, Schema};
use annai_domain::decide::Refusal;
use annai_domain::{ContentHash, GuideId, RevisionId, RevisionOrigin, decide};
use annai_storage::{WriteTx, guides};

use crate::write_revision::{
    TextChange, already_saved, claimed_slug, end_working_copy, stale, write_revision,
};
use crate::{CommandError, SavedRevision};

/// Saves `source` as the newest revision if `base` is still the newest, and removes the actor's
/// working copy. If the newest revision has the same bytes, no revision is made.
///
/// # Errors
///
/// [`CommandError::Stale`] with all three texts when somebody else saved meanwhile,
/// [`CommandError::Source`] when the front matter is malformed; otherwise see [`CommandError`].
/// Drop the transaction and nothing has been written; [`save`](crate::save) then keeps the text.
pub async fn save_revision(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    base: RevisionId,
    source: Vec<u8>,
    message: &str,
) -> Result<SavedRevision, CommandError> {
    save_revision_over(tx, schema, guide_id, base, source, message, None).await
}

/// Does the same for a window that knows the working copy up to the sequence number `seen`.
///
/// # Errors
///
/// [`CommandError::SequenceNotNewer`] when another window stored another text meanwhile.
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub(crate) async fn save_revision_over(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    base: RevisionId,
    source: Vec<u8>,
    message: &str,
    seen: Option<i64>,
) -> Result<SavedRevision, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let same = ContentHash::of(&source) == facts.latest.content_hash;
    match decide::save_revision(&facts, tx.actor(), base) {
        // A save that is repeated because its response was lost finds its own revision.
        Ok(()) | Err(Refusal::Stale) if same => {
            return already_saved(tx, &facts, seen, &source).await;
        }
        Ok(()) => {}
        Err(Refusal::Stale) => return Err(stale(tx, &facts, base, source).await?),
        Err(refusal) => return Err(refusal.into()),
    }
    let source = GuideSource::parse(source)?;
    let path = guides::find_path(tx, guide_id).await?;
    let change = TextChange {
        guide_id,
        parent: Some(base),
        slug: claimed_slug(&source, schema, path.as_deref()),
        source: &source,
        origin: RevisionOrigin::Save,
        message,
        written_by: None,
    };
    let saved = write_revision(tx, schema, change).await?;
    end_working_copy(tx, guide_id, seen, source.as_bytes()).await?;
    tracing::info!(revision_number = saved.revision_number, "revision saved");
    Ok(saved)
}
