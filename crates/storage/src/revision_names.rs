//! Names that people give revisions.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{GuideId, RevisionId};

use crate::{StorageError, WriteTx};

/// Names a revision, or renames it.
///
/// # Errors
///
/// [`Conflict::RevisionNameTaken`](crate::Conflict::RevisionNameTaken) when another revision of the
/// guide has the name; [`Conflict::UnknownRevision`](crate::Conflict::UnknownRevision) when the
/// guide has no such revision.
pub async fn set(
    tx: &mut WriteTx,
    guide_id: GuideId,
    revision_id: RevisionId,
    name: &str,
) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO revision_names (guide_id, revision_id, name, named_by, named_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (guide_id, revision_id) DO UPDATE
           SET name = excluded.name, named_by = excluded.named_by, named_at = excluded.named_at
        "#,
        guide_id.0,
        revision_id.0,
        name,
        actor.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes the name of a revision. Returns whether it had one.
pub async fn remove(
    tx: &mut WriteTx,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Result<bool, StorageError> {
    let removed = sqlx::query!(
        "DELETE FROM revision_names WHERE guide_id = $1 AND revision_id = $2",
        guide_id.0,
        revision_id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(removed.rows_affected() > 0)
}
