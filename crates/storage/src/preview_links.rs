//! Preview links: secret addresses of texts that are not public, stored as their SHA-256.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{GuideId, PreviewLinkId, RevisionId, UserId};
use jiff::Timestamp;

use crate::{Reads, StorageError, WriteTx};

/// A preview link to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewPreviewLink<'a> {
    /// The id that lists and revocations name; it opens nothing.
    pub preview_link_id: PreviewLinkId,
    /// The guide that the link shows.
    pub guide_id: GuideId,
    /// The revision that the link shows; `None` for always the newest.
    pub revision_id: Option<RevisionId>,
    /// The SHA-256 of the secret.
    pub token_hash: &'a [u8; 32],
    /// The beginning of the secret, for lists.
    pub hint: &'a str,
    /// The time when the link expires, at most 7 days from now.
    pub expires_at: Timestamp,
}

/// Adds a link in the actor's name.
///
/// # Errors
///
/// [`Conflict::UnknownRevision`](crate::Conflict::UnknownRevision) when the guide has no such
/// revision.
pub async fn insert(tx: &mut WriteTx, link: NewPreviewLink<'_>) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    let expires_at = crate::time::bind(link.expires_at);
    sqlx::query!(
        r#"
        INSERT INTO preview_links
               (preview_link_id, guide_id, revision_id, token_hash, hint, created_by, created_at,
                expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        link.preview_link_id.0,
        link.guide_id.0,
        link.revision_id.map(|revision| revision.0),
        link.token_hash,
        link.hint,
        actor.0,
        now as _,
        expires_at as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Revokes a link of `guide_id`. Returns whether it was neither revoked nor expired before; `None`
/// when the guide has no such link.
pub async fn revoke(
    tx: &mut WriteTx,
    guide_id: GuideId,
    preview_link_id: PreviewLinkId,
) -> Result<Option<bool>, StorageError> {
    let now = crate::time::bind(tx.now());
    let changes = sqlx::query_scalar!(
        r#"
        WITH changed AS (
            UPDATE preview_links SET revoked_at = $3
             WHERE preview_link_id = $2 AND guide_id = $1 AND revoked_at IS NULL AND expires_at > $3
            RETURNING preview_link_id
        )
        SELECT EXISTS (SELECT FROM changed) AS "changes!"
          FROM preview_links
         WHERE preview_link_id = $2 AND guide_id = $1
        "#,
        guide_id.0,
        preview_link_id.0,
        now as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(changes)
}

/// A link that is neither revoked nor expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LivingPreviewLink {
    /// The id that revocations name; it opens nothing.
    pub preview_link_id: PreviewLinkId,
    /// The guide that the link shows.
    pub guide_id: GuideId,
    /// The revision that the link shows; `None` for always the newest.
    pub revision_id: Option<RevisionId>,
    /// The person who created the link.
    pub created_by: UserId,
    /// The time when the link expires.
    pub expires_at: Timestamp,
}

/// Finds the living link with the SHA-256 `token_hash`.
pub async fn find_living(
    db: &dyn Reads,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<LivingPreviewLink>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT preview_link_id, guide_id, revision_id, created_by,
               expires_at AS "expires_at: jiff_sqlx::Timestamp"
          FROM preview_links
         WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2
        "#,
        token_hash,
        crate::time::bind(now) as _,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(row.map(|row| LivingPreviewLink {
        preview_link_id: PreviewLinkId(row.preview_link_id),
        guide_id: GuideId(row.guide_id),
        revision_id: row.revision_id.map(RevisionId),
        created_by: UserId(row.created_by),
        expires_at: row.expires_at.to_jiff(),
    }))
}

/// A link as the people who may revoke it see it, without its secret.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PreviewLinkRecord {
    /// The id that revocations name; it opens nothing.
    pub preview_link_id: PreviewLinkId,
    /// The revision that the link shows; `None` for always the newest.
    pub revision_id: Option<RevisionId>,
    /// The number of that revision.
    pub revision_number: Option<i32>,
    /// The beginning of the secret.
    pub hint: String,
    /// The display name of the person who created the link.
    pub created_by_name: String,
    /// The time when the link was created.
    pub created_at: Timestamp,
    /// The time when the link expires.
    pub expires_at: Timestamp,
    /// The time when the link was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// Returns at most `limit` links of the guide: living ones first, then newest first.
pub async fn list(
    db: &dyn Reads,
    guide_id: GuideId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<PreviewLinkRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT preview_link_id, revision_id, revision_number AS "revision_number?", hint,
               display_name AS created_by_name,
               preview_links.created_at AS "created_at: jiff_sqlx::Timestamp",
               expires_at AS "expires_at: jiff_sqlx::Timestamp",
               revoked_at AS "revoked_at: jiff_sqlx::Timestamp"
          FROM preview_links
          JOIN users ON user_id = preview_links.created_by
          LEFT JOIN revisions USING (guide_id, revision_id)
         WHERE guide_id = $1
         ORDER BY (revoked_at IS NULL AND expires_at > $2) DESC, preview_link_id DESC
         LIMIT $3
        "#,
        guide_id.0,
        crate::time::bind(now) as _,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let record = rows.into_iter().map(|row| PreviewLinkRecord {
        preview_link_id: PreviewLinkId(row.preview_link_id),
        revision_id: row.revision_id.map(RevisionId),
        revision_number: row.revision_number,
        hint: row.hint,
        created_by_name: row.created_by_name,
        created_at: row.created_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        revoked_at: row.revoked_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(record.collect())
}
