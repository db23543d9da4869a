//! Revisions: the immutable saved states of guides.

use annai_domain::{ContentHash, GuideId, RevisionId, RevisionOrigin, UserId};
use jiff::Timestamp;

use crate::guides::content_hash;
use crate::{ReadDb, StorageError, WriteTx};

/// A revision to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewRevision<'a> {
    /// Its id.
    pub revision_id: RevisionId,
    /// Its guide.
    pub guide_id: GuideId,
    /// The newest revision until now; `None` for the first.
    pub parent: Option<RevisionId>,
    /// Its content, which is kept already.
    pub content_hash: ContentHash,
    /// How it came to be.
    pub origin: RevisionOrigin,
    /// What its author says about it.
    pub message: &'a str,
}

/// Writes a revision and gives its number: 1, 2, 3 … without gaps.
///
/// # Errors
///
/// [`Conflict::ParentNotLatest`](crate::Conflict::ParentNotLatest) when the guide moved on.
pub async fn insert(tx: &mut WriteTx, revision: NewRevision<'_>) -> Result<i32, StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    let number = sqlx::query_scalar!(
        r#"
        INSERT INTO revisions
               (revision_id, guide_id, parent_revision_id, content_hash, kind, message,
                created_by, created_at, merge_parent_revision_id, revision_number)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
        RETURNING revision_number
        "#,
        revision.revision_id.0,
        revision.guide_id.0,
        revision.parent.map(|parent| parent.0),
        revision.content_hash.as_bytes(),
        revision.origin.kind().as_str(),
        revision.message,
        actor.0,
        now as _,
        revision.origin.merge_parent().map(|parent| parent.0),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(number)
}

/// A revision with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevision {
    /// Its id.
    pub revision_id: RevisionId,
    /// Its guide.
    pub guide_id: GuideId,
    /// Its number.
    pub revision_number: i32,
    /// The newest revision before it.
    pub parent_revision_id: Option<RevisionId>,
    /// Of a merge: the older revision that its other text was begun on.
    pub merge_parent_revision_id: Option<RevisionId>,
    /// Its content's hash.
    pub content_hash: ContentHash,
    /// The exact bytes.
    pub source: Vec<u8>,
    /// Who saved it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
}

/// Finds one revision of `guide_id`; another guide's revision is not found.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn find(
    db: &ReadDb,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Result<Option<StoredRevision>, StorageError> {
    load(&mut *db.conn().await?, guide_id, revision_id).await
}

/// Finds one revision of `guide_id` inside a transaction.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn find_in(
    tx: &mut WriteTx,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Result<Option<StoredRevision>, StorageError> {
    load(tx.conn(), guide_id, revision_id).await
}

/// Finds the revision of `guide_id` with that number.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn find_by_number(
    db: &ReadDb,
    guide_id: GuideId,
    revision_number: i32,
) -> Result<Option<StoredRevision>, StorageError> {
    let revision_id = sqlx::query_scalar!(
        "SELECT revision_id FROM revisions WHERE guide_id = $1 AND revision_number = $2",
        guide_id.0,
        revision_number,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    match revision_id {
        Some(revision_id) => find(db, guide_id, RevisionId(revision_id)).await,
        None => Ok(None),
    }
}

async fn load(
    conn: &mut sqlx::PgConnection,
    guide_id: GuideId,
    revision_id: RevisionId,
) -> Result<Option<StoredRevision>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT revision_number, content_hash, source, created_by,
               revisions.created_at AS "created_at: jiff_sqlx::Timestamp",
               parent_revision_id, merge_parent_revision_id
          FROM revisions
          JOIN contents USING (content_hash)
         WHERE guide_id = $1 AND revision_id = $2
        "#,
        guide_id.0,
        revision_id.0,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(StoredRevision {
            revision_id,
            guide_id,
            revision_number: row.revision_number,
            parent_revision_id: row.parent_revision_id.map(RevisionId),
            merge_parent_revision_id: row.merge_parent_revision_id.map(RevisionId),
            content_hash: content_hash("revisions", &row.content_hash)?,
            source: row.source,
            created_by: UserId(row.created_by),
            created_at: row.created_at.to_jiff(),
        })
    })
    .transpose()
}
