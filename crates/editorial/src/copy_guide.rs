use annai_content::{FieldRole, GuideSource, Schema};
use annai_domain::decide::Refusal;
use annai_domain::{GuideId, RevisionOrigin, decide};
use annai_storage::{WriteTx, guides, revisions};

use crate::create_guide::begin_guide;
use crate::{CommandError, NewGuide, SavedRevision};

/// Begins a guide of the actor's own with the newest text of another guide, without its slug. The
/// writers of that text may not judge the copy either.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(%guide_id, user_id = %tx.actor().user_id))]
pub async fn copy_guide(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
) -> Result<SavedRevision, CommandError> {
    let facts = guides::find_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::copy_guide(&facts, tx.actor())?;
    let latest = revisions::find(tx, guide_id, facts.latest.revision_id).await?;
    let latest = latest.ok_or(Refusal::NotFound)?;
    let source = GuideSource::parse(latest.source)?;
    let source = match schema.key_of(FieldRole::Slug) {
        Some(key) => source.without_field(key)?,
        None => source,
    };
    let guide = NewGuide {
        source: source.into_bytes(),
        path: None,
        message: String::new(),
    };
    begin_guide(tx, schema, guide, RevisionOrigin::Copy(latest.revision_id)).await
}
