use annai_content::{GuideSource, ResolveError, Schema, merge};
use annai_domain::decide::Refusal;
use annai_domain::{ContentHash, GuideFacts, GuideId, RevisionOrigin, UserId, decide};
use annai_storage::working_copies::{self, WorkingCopy};
use annai_storage::{WriteTx, guides, revisions, users};

use crate::write_revision::{TextChange, claimed_slug, newest, write_revision};
use crate::{CommandError, SavedRevision};

/// Saves the text that a disabled person left in their working copy as the newest revision. The
/// revision names that person as its writer, so four eyes follow the words. A text on an older
/// revision is merged with the newest one; the body keeps both sides of a conflict.
///
/// # Errors
///
/// [`Refusal::NotFound`] when the person is not disabled or left nothing,
/// [`CommandError::Source`] when the text is malformed; otherwise see [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, %writer, user_id = %tx.actor().user_id))]
pub async fn take_over(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    writer: UserId,
) -> Result<SavedRevision, CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::take_over(&facts, tx.actor())?;
    users::find(tx, writer)
        .await?
        .filter(|user| user.disabled_at.is_some())
        .ok_or(Refusal::NotFound)?;
    let left = working_copies::find(tx, guide_id, writer).await?;
    let left = left.ok_or(Refusal::NotFound)?;
    let base = left.base_revision_id;
    let is_newest = base == facts.latest.revision_id;
    let source = on_newest(tx, &facts, left).await?;
    working_copies::remove_of(tx, guide_id, writer).await?;
    if ContentHash::of(source.as_bytes()) == facts.latest.content_hash {
        return Ok(newest(&facts));
    }
    let path = guides::find_path(tx, guide_id).await?;
    let change = TextChange {
        guide_id,
        parent: Some(facts.latest.revision_id),
        slug: claimed_slug(&source, schema, path.as_deref()),
        source: &source,
        origin: if is_newest {
            RevisionOrigin::Save
        } else {
            RevisionOrigin::Merge(base)
        },
        message: "",
        written_by: Some(writer),
    };
    write_revision(tx, schema, change).await
}

/// Returns the left text as it is on the newest revision.
async fn on_newest(
    tx: &mut WriteTx,
    facts: &GuideFacts,
    left: WorkingCopy,
) -> Result<GuideSource, CommandError> {
    let text = GuideSource::parse(left.source)?;
    if left.base_revision_id == facts.latest.revision_id {
        return Ok(text);
    }
    let mut parsed = Vec::new();
    for revision_id in [left.base_revision_id, facts.latest.revision_id] {
        let revision = revisions::find(tx, facts.guide_id, revision_id).await?;
        parsed.push(GuideSource::parse(
            revision.ok_or(Refusal::NotFound)?.source,
        )?);
    }
    let [base, latest] = <[GuideSource; 2]>::try_from(parsed).map_err(|_| Refusal::NotFound)?;
    match merge(base, text, latest).keep_both() {
        Ok(merged) => Ok(merged),
        Err(ResolveError::Source(error)) => Err(error.into()),
        Err(ResolveError::Undecided | ResolveError::NotJson { .. }) => Err(Refusal::Stale.into()),
    }
}
