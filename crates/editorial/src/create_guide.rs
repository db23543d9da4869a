use annai_content::{GuideSource, Schema, composed_path};
use annai_domain::{FieldFault, GuideId, RevisionOrigin, decide};
use annai_storage::{Conflict, StorageError, WriteTx, guides};

use crate::write_revision::{TextChange, claimed_slug, write_revision};
use crate::{CommandError, SavedRevision, fields};

/// A guide to be created.
#[derive(Debug, Clone)]
pub struct NewGuide {
    /// The exact text of its first revision.
    pub source: Vec<u8>,
    /// The file it comes from, relative to the export folder; `None` for a guide begun here.
    pub path: Option<String>,
    /// The author's message beside the revision; at most 500 characters.
    pub message: String,
}

/// Creates a guide with its first revision. Its owner is the actor.
///
/// # Errors
///
/// See [`CommandError`]; drop the transaction and nothing has been written.
#[tracing::instrument(skip_all, fields(user_id = %tx.actor().user_id))]
pub async fn create_guide(
    tx: &mut WriteTx,
    schema: &Schema,
    guide: NewGuide,
) -> Result<SavedRevision, CommandError> {
    decide::create_guide(tx.actor())?;
    begin_guide(tx, schema, guide, RevisionOrigin::Create).await
}

/// Writes a guide and its first revision without asking for a right.
pub(crate) async fn begin_guide(
    tx: &mut WriteTx,
    schema: &Schema,
    guide: NewGuide,
    origin: RevisionOrigin,
) -> Result<SavedRevision, CommandError> {
    let source = GuideSource::parse(guide.source)?;
    let guide_id = GuideId::new();
    let path = guide.path.as_deref().map(composed_path);
    let path = path.as_deref();
    if path.is_some_and(|path| !fields::is_exportable(path)) {
        return Err(CommandError::Field {
            field: "path",
            fault: FieldFault::Malformed,
        });
    }
    guides::insert(tx, guide_id, path)
        .await
        .map_err(|error| match error {
            StorageError::Conflict(Conflict::PathTaken) => {
                CommandError::PathTaken(path.unwrap_or_default().to_owned())
            }
            other => other.into(),
        })?;
    let change = TextChange {
        guide_id,
        parent: None,
        slug: claimed_slug(&source, schema, path),
        source: &source,
        origin,
        message: &guide.message,
        written_by: None,
    };
    let saved = write_revision(tx, schema, change).await?;
    tracing::info!(%guide_id, "guide created");
    Ok(saved)
}
