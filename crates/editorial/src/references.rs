//! References of the revisions that were written before references were kept.

use annai_content::{GuideSource, Schema, references};
use annai_domain::Actor;
use annai_storage::references::{self as stored, NewReference};
use annai_storage::{Database, StorageError};

/// Writes the missing references of up to `batch` revisions in one transaction; returns their
/// number. At 0 nothing is left to do.
///
/// # Errors
///
/// [`StorageError`] when the database does not answer; then the next call begins with the same
/// revisions.
pub async fn backfill_references(
    db: &Database,
    schema: &Schema,
    batch: i64,
) -> Result<usize, StorageError> {
    let unread = stored::list_unread(&db.reader(), batch).await?;
    let mut tx = db.begin(Actor::system()).await?;
    for revision in &unread {
        let source = GuideSource::parse(revision.source.as_slice());
        // A text that can no longer be parsed has no references.
        let found = source.map_or_else(|_| Vec::new(), |source| named(&source, schema));
        stored::insert(&mut tx, revision.revision_id, &found).await?;
    }
    tx.commit().await?;
    Ok(unread.len())
}

/// Lists the references of a text as they are stored.
pub(crate) fn named(source: &GuideSource, schema: &Schema) -> Vec<NewReference> {
    let all = references(source, schema).into_iter();
    let stored = all.map(|one| NewReference {
        kind: one.kind,
        target: one.target,
        field: one.field,
    });
    stored.collect()
}
