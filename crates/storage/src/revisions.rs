//! Revisions: the immutable saved states of guides.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{ContentHash, GuideId, RevisionId, RevisionOrigin, UserId};
use jiff::Timestamp;

use crate::row::content_hash;
use crate::{Reads, StorageError, WriteTx};

/// A revision to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewRevision<'a> {
    /// A new id; the number comes from the database.
    pub revision_id: RevisionId,
    /// The guide that the revision belongs to.
    pub guide_id: GuideId,
    /// The newest revision until now; `None` for the first.
    pub parent: Option<RevisionId>,
    /// The hash of its source, which is stored already.
    pub content_hash: ContentHash,
    /// The origin of the revision.
    pub origin: RevisionOrigin,
    /// The author's message.
    pub message: &'a str,
    /// The person who wrote the text, where that is not the actor.
    pub written_by: Option<UserId>,
}

/// Writes a revision and returns its number: 1, 2, 3 … without gaps.
///
/// # Errors
///
/// [`Conflict::ParentNotLatest`](crate::Conflict::ParentNotLatest) when the guide has a newer
/// revision.
pub async fn insert(tx: &mut WriteTx, revision: NewRevision<'_>) -> Result<i32, StorageError> {
    let now = crate::time::bind(tx.now());
    let writer = revision.written_by.unwrap_or(tx.actor().user_id);
    // The trigger `revisions_number` replaces the 0 with the next number.
    let number = sqlx::query_scalar!(
        r#"
        INSERT INTO revisions
               (revision_id, guide_id, parent_revision_id, content_hash, kind, message,
                created_by, created_at, merge_parent_revision_id, copied_from_revision_id,
                revision_number)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
        RETURNING revision_number
        "#,
        revision.revision_id.0,
        revision.guide_id.0,
        revision.parent.map(|parent| parent.0),
        revision.content_hash.as_bytes(),
        revision.origin.kind().as_str(),
        revision.message,
        writer.0,
        now as _,
        revision.origin.merge_parent().map(|parent| parent.0),
        revision.origin.copied_from().map(|source| source.0),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(number)
}

/// A revision with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRevision {
    /// The id that reviews, publications and previews name.
    pub revision_id: RevisionId,
    /// The guide that the revision belongs to.
    pub guide_id: GuideId,
    /// The number of the revision: 1, 2, 3 …
    pub revision_number: i32,
    /// The revision before it; `None` for the first.
    pub parent_revision_id: Option<RevisionId>,
    /// The older base that both texts of a merge share; `None` for other revisions.
    pub merge_parent_revision_id: Option<RevisionId>,
    /// The hash of the source.
    pub content_hash: ContentHash,
    /// The exact bytes.
    pub source: Vec<u8>,
    /// The person who saved the revision.
    pub created_by: UserId,
    /// The time when the revision was saved.
    pub created_at: Timestamp,
}

/// Finds a revision of `guide_id`; a revision of another guide counts as missing.
pub async fn find(
    db: &dyn Reads,
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
    .fetch_optional(&mut *db.conn().await?)
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

/// Finds the revision of `guide_id` with that number.
pub async fn find_by_number(
    db: &dyn Reads,
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
