//! The newest text of each guide, drafts included, for a search index that follows the audit log.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::GuideId;
use jiff::Timestamp;

use crate::{Reads, StorageError};

/// Returns the number of the newest audit entry. Numbers follow the order of commits, so a reader
/// up to here has missed none.
pub async fn newest_audit_number(db: &dyn Reads) -> Result<i64, StorageError> {
    let number = sqlx::query_scalar!(r#"SELECT audit_number AS "number!" FROM audit_head"#)
        .fetch_one(&mut *db.conn().await?)
        .await?;
    Ok(number)
}

/// Returns the guides with an audit entry about a revision after `since` and up to `to`.
///
/// Every change that writes a text has such an entry.
pub async fn list_written_since(
    db: &dyn Reads,
    since: i64,
    to: i64,
) -> Result<Vec<GuideId>, StorageError> {
    let guides = sqlx::query_scalar!(
        r#"
        SELECT DISTINCT guide_id AS "guide_id!" FROM audit_entries
         WHERE audit_number > $1 AND audit_number <= $2 AND guide_id IS NOT NULL
           AND EXISTS (SELECT FROM revisions WHERE revision_id = subject_id)
        "#,
        since,
        to,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(guides.into_iter().map(GuideId).collect())
}

/// The newest text of a guide.
#[derive(Debug, Clone)]
pub struct LatestText {
    /// The guide that the text belongs to.
    pub guide_id: GuideId,
    /// The time when the text was saved.
    pub saved_at: Timestamp,
    /// The exact source.
    pub source: Vec<u8>,
}

/// Returns the newest texts of `guides`, in no particular order.
pub async fn list_latest(
    db: &dyn Reads,
    guides: &[GuideId],
) -> Result<Vec<LatestText>, StorageError> {
    let ids: Vec<_> = guides.iter().map(|guide| guide.0).collect();
    let rows = sqlx::query!(
        r#"
        SELECT guides.guide_id, contents.source,
               latest.created_at AS "saved_at: jiff_sqlx::Timestamp"
          FROM guides
          JOIN revisions latest ON latest.revision_id = guides.latest_revision_id
          JOIN contents USING (content_hash)
         WHERE guides.guide_id = ANY ($1)
        "#,
        &ids,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let texts = rows.into_iter().map(|row| LatestText {
        guide_id: GuideId(row.guide_id),
        saved_at: row.saved_at.to_jiff(),
        source: row.source,
    });
    Ok(texts.collect())
}

/// The names of a guide.
#[derive(Debug, Clone)]
pub struct LatestName {
    /// The guide with these names.
    pub guide_id: GuideId,
    /// The newest text's title; empty where it has none.
    pub title: String,
    /// The newest text's slug; empty where it has none.
    pub slug: String,
}

/// Returns the newest title and slug of every guide, in no particular order.
pub async fn list_names(db: &dyn Reads) -> Result<Vec<LatestName>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT guides.guide_id, COALESCE(contents.title, '') AS "title!",
               COALESCE(contents.slug, '') AS "slug!"
          FROM guides
          JOIN revisions latest ON latest.revision_id = guides.latest_revision_id
          JOIN contents USING (content_hash)
        "#,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let names = rows.into_iter().map(|row| LatestName {
        guide_id: GuideId(row.guide_id),
        title: row.title,
        slug: row.slug,
    });
    Ok(names.collect())
}
