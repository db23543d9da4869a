use annai_content::{GuideSource, Schema};
use annai_domain::decide::Refusal;
use annai_domain::{ContentHash, FieldFault, GuideId, RevisionId, RevisionOrigin, decide};
use annai_storage::revisions;
use annai_storage::{WriteTx, guides};

use crate::write_revision::{
    TextChange, already_saved, claimed_slug, end_working_copy, stale, write_revision,
};
use crate::{CommandError, SavedRevision};

/// The two revisions that a merged text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedFrom {
    /// The revision that the person's own text was begun on.
    pub begun_on: RevisionId,
    /// The newer revision that their text was merged with; it must still be the newest.
    pub theirs: RevisionId,
}

/// Makes `source`, merged from two texts, the newest revision; it has two parents. The actor's
/// working copy is removed. If the newest revision has the same bytes, no revision is made.
///
/// # Errors
///
/// [`CommandError::Stale`] with all three texts when somebody saved since the merge was made; its
/// base is the revision that the merge was made with. Otherwise see [`CommandError`].
pub async fn save_merge(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    from: MergedFrom,
    source: Vec<u8>,
    message: &str,
) -> Result<SavedRevision, CommandError> {
    save_merge_over(tx, schema, guide_id, from, source, message, None).await
}

/// Does the same for a window that knows the working copy up to the sequence number `seen`.
///
/// # Errors
///
/// [`CommandError::SequenceNotNewer`] when another window stored another text meanwhile.
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub(crate) async fn save_merge_over(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    from: MergedFrom,
    source: Vec<u8>,
    message: &str,
    seen: Option<i64>,
) -> Result<SavedRevision, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let same = ContentHash::of(&source) == facts.latest.content_hash;
    match decide::save_revision(&facts, tx.actor(), from.theirs) {
        Ok(()) | Err(Refusal::Stale) if same => {
            return already_saved(tx, &facts, seen, &source).await;
        }
        Ok(()) => {}
        Err(Refusal::Stale) => return Err(stale(tx, &facts, from.theirs, source).await?),
        Err(refusal) => return Err(refusal.into()),
    }
    if from.begun_on == from.theirs {
        return Err(CommandError::Field {
            field: "merged_from",
            fault: FieldFault::Malformed,
        });
    }
    revisions::find(tx, guide_id, from.begun_on)
        .await?
        .ok_or(Refusal::NotFound)?;
    let source = GuideSource::parse(source)?;
    let path = guides::find_path(tx, guide_id).await?;
    let change = TextChange {
        guide_id,
        parent: Some(from.theirs),
        slug: claimed_slug(&source, schema, path.as_deref()),
        source: &source,
        origin: RevisionOrigin::Merge(from.begun_on),
        message,
        written_by: None,
    };
    let saved = write_revision(tx, schema, change).await?;
    end_working_copy(tx, guide_id, seen, source.as_bytes()).await?;
    tracing::info!(revision_number = saved.revision_number, "merge saved");
    Ok(saved)
}
