//! Working copies: one person's private, autosaved text of a guide.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{GuideId, RevisionId, UserId, WindowId};
use jiff::Timestamp;

use crate::{Reads, StorageError, WriteTx};

/// A working copy with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCopy {
    /// The revision on which the text was begun.
    pub base_revision_id: RevisionId,
    /// The text, which may be malformed.
    pub source: Vec<u8>,
    /// The browser's sequence number of this text.
    pub client_sequence: i64,
    /// The window in which the text was typed, if it was typed in one.
    pub window_id: Option<WindowId>,
    /// The time when the text was stored.
    pub updated_at: Timestamp,
}

/// Stores the actor's text if `sequence` is higher than the stored one. Returns `sequence` if it
/// did, otherwise `None`.
///
/// # Errors
///
/// [`StorageError::Database`] when `base` is not a revision of the guide.
pub async fn store(
    tx: &mut WriteTx,
    guide_id: GuideId,
    base: RevisionId,
    sequence: i64,
    source: &[u8],
    window: Option<WindowId>,
) -> Result<Option<i64>, StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    let stored = sqlx::query_scalar!(
        r#"
        INSERT INTO working_copies
               (guide_id, user_id, base_revision_id, source, client_sequence, updated_at, window_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (guide_id, user_id) DO UPDATE
           SET base_revision_id = excluded.base_revision_id, source = excluded.source,
               client_sequence = excluded.client_sequence, updated_at = excluded.updated_at,
               window_id = excluded.window_id
         WHERE working_copies.client_sequence < excluded.client_sequence
        RETURNING client_sequence
        "#,
        guide_id.0,
        actor.0,
        base.0,
        source,
        sequence,
        now as _,
        window.map(|window| window.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(stored)
}

/// Finds `user_id`'s working copy of the guide.
pub async fn find(
    db: &dyn Reads,
    guide_id: GuideId,
    user_id: UserId,
) -> Result<Option<WorkingCopy>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT base_revision_id, source, client_sequence, window_id,
               updated_at AS "updated_at: jiff_sqlx::Timestamp"
          FROM working_copies
         WHERE guide_id = $1 AND user_id = $2
        "#,
        guide_id.0,
        user_id.0,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(row.map(|row| WorkingCopy {
        base_revision_id: RevisionId(row.base_revision_id),
        source: row.source,
        client_sequence: row.client_sequence,
        window_id: row.window_id.map(WindowId),
        updated_at: row.updated_at.to_jiff(),
    }))
}

/// Removes the actor's working copy if its sequence number is at most `seen`.
///
/// A statement that stores a newer text at the same moment is waited for, and wins.
pub async fn remove_seen(
    tx: &mut WriteTx,
    guide_id: GuideId,
    seen: i64,
) -> Result<(), StorageError> {
    let actor = tx.actor().user_id;
    sqlx::query!(
        r#"
        DELETE FROM working_copies
         WHERE guide_id = $1 AND user_id = $2 AND client_sequence <= $3
        "#,
        guide_id.0,
        actor.0,
        seen,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A working copy that a disabled person left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftCopy {
    /// The person who typed it.
    pub user_id: UserId,
    /// Their name.
    pub display_name: String,
    /// The time when the text was stored.
    pub updated_at: Timestamp,
}

/// Lists the working copies of the guide that disabled people left, the newest first.
pub async fn list_left(db: &dyn Reads, guide_id: GuideId) -> Result<Vec<LeftCopy>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT user_id, display_name, updated_at AS "updated_at: jiff_sqlx::Timestamp"
          FROM working_copies
          JOIN users USING (user_id)
         WHERE guide_id = $1 AND disabled_at IS NOT NULL
         ORDER BY updated_at DESC
        "#,
        guide_id.0,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let left = rows.into_iter().map(|row| LeftCopy {
        user_id: UserId(row.user_id),
        display_name: row.display_name,
        updated_at: row.updated_at.to_jiff(),
    });
    Ok(left.collect())
}

/// Removes the actor's working copy after a save or a discard. Returns whether one existed.
pub async fn remove(tx: &mut WriteTx, guide_id: GuideId) -> Result<bool, StorageError> {
    let actor = tx.actor().user_id;
    remove_of(tx, guide_id, actor).await
}

/// Removes `user_id`'s working copy. Returns whether one existed.
pub async fn remove_of(
    tx: &mut WriteTx,
    guide_id: GuideId,
    user_id: UserId,
) -> Result<bool, StorageError> {
    let removed = sqlx::query!(
        "DELETE FROM working_copies WHERE guide_id = $1 AND user_id = $2",
        guide_id.0,
        user_id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(removed.rows_affected() > 0)
}
