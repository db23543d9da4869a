use annai_domain::decide::Refusal;
use annai_domain::{AuditAction, GuideId, RevisionId, decide, limits};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{WriteTx, guides, revision_names, revisions};
use serde_json::json;

use crate::{CommandError, fields};

/// Names a revision, so that people find it again; an empty name removes the name. Everybody who
/// may write the guide may do this.
///
/// # Errors
///
/// See [`CommandError`]; the field `name` is `taken` when another revision of the guide has that
/// name.
#[tracing::instrument(skip_all, fields(%guide_id, %revision_id, user_id = %tx.actor().user_id))]
pub async fn name_revision(
    tx: &mut WriteTx,
    guide_id: GuideId,
    revision_id: RevisionId,
    name: &str,
) -> Result<(), CommandError> {
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::write(&facts, tx.actor())?;
    let revision = revisions::find(tx, guide_id, revision_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    let name = fields::line("name", name, limits::REVISION_NAME)?;
    if name.is_empty() {
        if !revision_names::remove(tx, guide_id, revision_id).await? {
            return Ok(());
        }
    } else {
        revision_names::set(tx, guide_id, revision_id, name).await?;
    }
    let entry = NewAuditEntry {
        action: AuditAction::GuideNameRevision,
        guide_id: Some(guide_id),
        subject_id: Some(revision_id.0),
        details: json!({ "revision_number": revision.revision_number, "name": name }),
    };
    audit::record(tx, entry).await?;
    Ok(())
}
