//! A guide's past: its revisions, and what was public when.

use annai_domain::{ContentHash, GuideId, RevisionId, UserId};
use jiff::Timestamp;

use crate::guides::content_hash;
use crate::{ReadDb, StorageError};

/// One line of a guide's history.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RevisionRecord {
    /// The revision.
    pub revision_id: RevisionId,
    /// Its number.
    pub revision_number: i32,
    /// Its content.
    pub content_hash: ContentHash,
    /// How it came to be: `create`, `save`, `restore`, `import` or `merge`.
    pub kind: String,
    /// What its author says about it.
    pub message: String,
    /// Its title; empty where it has none.
    pub title: String,
    /// Its size in bytes.
    pub bytes: i32,
    /// Who saved it.
    pub created_by: UserId,
    /// Their name.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// The ledger entries that made it public, oldest first.
    pub public_refs: Vec<i64>,
    /// Whether readers see it now.
    pub is_public: bool,
}

/// Revisions, newest first; `before` continues below that number.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list_revisions(
    db: &ReadDb,
    guide_id: GuideId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<RevisionRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT revisions.revision_id, revisions.revision_number, revisions.content_hash, revisions.kind,
               message, COALESCE(contents.title, '') AS "title!",
               octet_length(contents.source) AS "bytes!", created_by,
               display_name AS created_by_name,
               revisions.created_at AS "created_at: jiff_sqlx::Timestamp",
               COALESCE((SELECT array_agg(ref ORDER BY ref) FROM publications
                          WHERE publications.guide_id = revisions.guide_id
                            AND publications.revision_id = revisions.revision_id),
                        '{}') AS "public_refs!",
               COALESCE(public.revision_id = revisions.revision_id, false) AS "is_public!"
          FROM revisions
          JOIN contents USING (content_hash)
          JOIN users ON user_id = created_by
          LEFT JOIN published_versions public
            ON public.guide_id = revisions.guide_id AND public.to_ref IS NULL
         WHERE revisions.guide_id = $1 AND ($2::integer IS NULL OR revisions.revision_number < $2)
         ORDER BY revisions.revision_number DESC
         LIMIT $3
        "#,
        guide_id.0,
        before,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(RevisionRecord {
                revision_id: RevisionId(row.revision_id),
                revision_number: row.revision_number,
                content_hash: content_hash("revisions", &row.content_hash)?,
                kind: row.kind,
                message: row.message,
                title: row.title,
                bytes: row.bytes,
                created_by: UserId(row.created_by),
                created_by_name: row.created_by_name,
                created_at: row.created_at.to_jiff(),
                public_refs: row.public_refs,
                is_public: row.is_public,
            })
        })
        .collect()
}

/// One guide to be written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// The guide.
    pub guide_id: GuideId,
    /// The file it came from; `None`: it never was a file.
    pub path: Option<String>,
    /// The slug of the exported text; `None` where it has none.
    pub slug: Option<String>,
    /// The exact bytes.
    pub source: Vec<u8>,
}

/// Guides to export, in order of their ids, `limit` at a time; `after` continues. Archived
/// guides are left out. With `latest` the newest revisions, otherwise what is public.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list_export(
    db: &ReadDb,
    latest: bool,
    after: Option<GuideId>,
    limit: i64,
) -> Result<Vec<ExportRow>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT guides.guide_id, guides.path, contents.slug, contents.source
          FROM guides
          LEFT JOIN published_versions public
            ON public.guide_id = guides.guide_id AND public.to_ref IS NULL
          JOIN revisions ON revisions.guide_id = guides.guide_id
           AND revisions.revision_id =
               CASE WHEN $1 THEN guides.latest_revision_id ELSE public.revision_id END
          JOIN contents ON contents.content_hash = revisions.content_hash
         WHERE guides.archived_at IS NULL AND ($2::uuid IS NULL OR guides.guide_id > $2)
         ORDER BY guides.guide_id
         LIMIT $3
        "#,
        latest,
        after.map(|guide| guide.0),
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ExportRow {
            guide_id: GuideId(row.guide_id),
            path: row.path,
            slug: row.slug,
            source: row.source,
        })
        .collect())
}
