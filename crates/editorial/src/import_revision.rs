use annai_content::{GuideSource, Schema};
use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{AuditAction, ContentHash, GuideId, Permission, RevisionOrigin, decide};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::{Conflict, StorageError, WriteTx, guides};
use serde_json::json;

use crate::create_guide::begin_guide;
use crate::projection::make_public;
use crate::write_revision::{TextChange, claimed_slug, write_revision};
use crate::{CommandError, NewGuide, Published};

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct ImportedFile {
    /// The guide of this file; `None` creates a new one.
    pub guide_id: Option<GuideId>,
    /// Its path, relative to the imported folder, with `/` between the parts.
    pub path: String,
    /// The bytes of the file; they become the source unchanged.
    pub source: Vec<u8>,
    /// Whether to publish it, which only the operator may.
    pub publish: bool,
}

/// The effect of an import on one guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// A new guide.
    New(GuideId, Option<Published>),
    /// A new revision of a known guide.
    Changed(GuideId, Option<Published>),
    /// The newest revision holds these bytes already.
    Same(GuideId, Option<Published>),
}

/// Makes a file's bytes the newest revision of its guide and, if asked, public.
///
/// The caller announces the publications, once for the whole transaction.
///
/// # Errors
///
/// See [`CommandError`].
#[tracing::instrument(skip_all, fields(path = file.path))]
pub async fn import_revision(
    tx: &mut WriteTx,
    schema: &Schema,
    file: ImportedFile,
) -> Result<ImportOutcome, CommandError> {
    decide::require(tx.actor(), Permission::ImportFiles)?;
    let Some(guide_id) = file.guide_id else {
        let guide = NewGuide {
            source: file.source,
            path: Some(file.path),
            message: String::new(),
        };
        let saved = begin_guide(tx, schema, guide, RevisionOrigin::Import).await?;
        let published = publish_if(tx, schema, saved.guide_id, file.publish).await?;
        return Ok(ImportOutcome::New(saved.guide_id, published));
    };
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    decide::write(&facts, tx.actor())?;
    if ContentHash::of(&file.source) == facts.latest.content_hash {
        if guides::find_path(tx, guide_id).await?.as_ref() != Some(&file.path) {
            record_move(tx, guide_id, &file.path).await?;
            set_path(tx, guide_id, &file.path).await?;
        }
        let published = publish_if(tx, schema, guide_id, file.publish).await?;
        return Ok(ImportOutcome::Same(guide_id, published));
    }
    let source = GuideSource::parse(file.source)?;
    let change = TextChange {
        guide_id,
        parent: Some(facts.latest.revision_id),
        slug: claimed_slug(&source, schema, Some(&file.path)),
        source: &source,
        origin: RevisionOrigin::Import,
        message: "",
        written_by: None,
    };
    write_revision(tx, schema, change).await?;
    set_path(tx, guide_id, &file.path).await?;
    let published = publish_if(tx, schema, guide_id, file.publish).await?;
    Ok(ImportOutcome::Changed(guide_id, published))
}

/// Records that the guide comes from the file `path`, so that an export writes it there again.
///
/// This follows the audit entry, which locks the head of the log. A path is a key: a transaction
/// that publishes a guide with this one's card needs this row while it holds that head.
async fn set_path(tx: &mut WriteTx, guide_id: GuideId, path: &str) -> Result<(), CommandError> {
    guides::set_path(tx, guide_id, path)
        .await
        .map_err(|error| match error {
            StorageError::Conflict(Conflict::PathTaken) => CommandError::PathTaken(path.to_owned()),
            other => other.into(),
        })
}

/// Writes the audit entry of a file with a known text and another path.
async fn record_move(tx: &mut WriteTx, guide_id: GuideId, path: &str) -> Result<(), CommandError> {
    let entry = NewAuditEntry {
        action: AuditAction::GuideImport,
        guide_id: Some(guide_id),
        subject_id: None,
        details: json!({ "path": path }),
    };
    Ok(audit::record(tx, entry).await?)
}

/// Publishes the newest revision by the operator's right, unless its text is public already.
async fn publish_if(
    tx: &mut WriteTx,
    schema: &Schema,
    guide_id: GuideId,
    wanted: bool,
) -> Result<Option<Published>, CommandError> {
    if !wanted {
        return Ok(None);
    }
    let facts = guides::lock_facts(tx, guide_id)
        .await?
        .ok_or(Refusal::NotFound)?;
    match decide::publish_import(&facts, tx.actor()) {
        Ok(publication) => Ok(Some(make_public(tx, schema, &facts, &publication).await?)),
        Err(Refusal::State(StateConflict::AlreadyPublic)) => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}
