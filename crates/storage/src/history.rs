//! A guide's past: its revisions, and the times when each was public.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{ContentHash, GuideId, RefName, RevisionId, RevisionKind, UserId};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::row::{content_hash, ref_name};
use crate::{Reads, StorageError};

/// One line of a guide's history.
#[derive(Debug, Clone, serde::Serialize)]
pub struct RevisionRecord {
    /// The revision of this line.
    pub revision_id: RevisionId,
    /// The number of the revision: 1, 2, 3 … within the guide.
    pub revision_number: i32,
    /// The hash of its source.
    pub content_hash: ContentHash,
    /// The origin of the revision.
    pub kind: RevisionKind,
    /// The author's message.
    pub message: String,
    /// The title; empty if the text has none.
    pub title: String,
    /// The size of the source in bytes.
    pub bytes: i32,
    /// The person who saved the revision.
    pub created_by: UserId,
    /// That person's display name.
    pub created_by_name: String,
    /// The time when the revision was saved.
    pub created_at: Timestamp,
    /// The ledger entries that made it public, oldest first.
    pub public_refs: Vec<RefName>,
    /// Whether readers see this revision now.
    pub is_public: bool,
    /// The revision name, if it has one.
    pub name: Option<String>,
    /// The number of the second parent, if the revision is a merge.
    pub merged_number: Option<i32>,
}

/// Returns at most `limit` revisions, newest first; `before` continues below that number.
pub async fn list_revisions(
    db: &dyn Reads,
    guide_id: GuideId,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<RevisionRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT revisions.revision_id, revisions.revision_number, revisions.content_hash, revisions.kind,
               revisions.message, COALESCE(contents.title, '') AS "title!",
               octet_length(contents.source) AS "bytes!", revisions.created_by,
               display_name AS created_by_name,
               revisions.created_at AS "created_at: jiff_sqlx::Timestamp",
               COALESCE(entries.refs, '{}') AS "refs!", COALESCE(entries.hashes, '{}') AS "hashes!",
               COALESCE(public.revision_id = revisions.revision_id, false) AS "is_public!",
               revision_names.name AS "name?", merged.revision_number AS "merged_number?"
          FROM revisions
          JOIN contents USING (content_hash)
          JOIN users ON user_id = revisions.created_by
          LEFT JOIN published_versions public
            ON public.guide_id = revisions.guide_id AND public.to_ref IS NULL
          LEFT JOIN revision_names ON revision_names.guide_id = revisions.guide_id
           AND revision_names.revision_id = revisions.revision_id
          LEFT JOIN revisions merged ON merged.revision_id = revisions.merge_parent_revision_id
          CROSS JOIN LATERAL (
              SELECT array_agg(ref ORDER BY ref) AS refs, array_agg(hash ORDER BY ref) AS hashes
                FROM publications
               WHERE publications.guide_id = revisions.guide_id
                 AND publications.revision_id = revisions.revision_id) entries
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
                kind: row.kind.parse().map_err(corrupt("revisions", "kind"))?,
                message: row.message,
                title: row.title,
                bytes: row.bytes,
                created_by: UserId(row.created_by),
                created_by_name: row.created_by_name,
                created_at: row.created_at.to_jiff(),
                public_refs: row
                    .refs
                    .into_iter()
                    .zip(&row.hashes)
                    .map(|(number, hash)| ref_name(number, hash))
                    .collect::<Result<_, _>>()?,
                is_public: row.is_public,
                name: row.name,
                merged_number: row.merged_number,
            })
        })
        .collect()
}

/// A span of time in which one revision was public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicSpan {
    /// The ledger entry that began the span.
    pub from_ref: i64,
    /// The public revision.
    pub revision_id: RevisionId,
    /// The start of the span.
    pub from: Timestamp,
    /// The end of the span; `None` while it lasts.
    pub to: Option<Timestamp>,
}

/// Returns the public spans among a guide's newest `limit` ledger entries, oldest first.
pub async fn list_public_spans(
    db: &dyn Reads,
    guide_id: GuideId,
    limit: i64,
) -> Result<Vec<PublicSpan>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT ref, revision_id, published_at AS "published_at: jiff_sqlx::Timestamp",
               lead(published_at) OVER (ORDER BY ref) AS "until?: jiff_sqlx::Timestamp"
          FROM (SELECT ref, revision_id, published_at FROM publications
                 WHERE guide_id = $1 AND action <> 'redirect' ORDER BY ref DESC LIMIT $2) AS newest
         ORDER BY ref
        "#,
        guide_id.0,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let spans = rows.into_iter().filter_map(|row| {
        Some(PublicSpan {
            from_ref: row.r#ref,
            revision_id: RevisionId(row.revision_id?),
            from: row.published_at.to_jiff(),
            to: row.until.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    Ok(spans.collect())
}

/// A revision's source with its author and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionText {
    /// The revision that the text belongs to.
    pub revision_id: RevisionId,
    /// The number of the revision: 1, 2, 3 … within the guide.
    pub revision_number: i32,
    /// The display name of the person who saved it.
    pub created_by_name: String,
    /// The time when it was saved.
    pub created_at: Timestamp,
    /// The exact bytes.
    pub source: Vec<u8>,
}

/// Returns the texts of the newest `limit` revisions up to number `to`, oldest first.
pub async fn list_texts(
    db: &dyn Reads,
    guide_id: GuideId,
    to: i32,
    limit: i64,
) -> Result<Vec<RevisionText>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT revision_id, revision_number, display_name,
               revisions.created_at AS "created_at: jiff_sqlx::Timestamp", contents.source
          FROM revisions
          JOIN contents USING (content_hash)
          JOIN users ON user_id = created_by
         WHERE guide_id = $1 AND revision_number <= $2 AND revision_number > $2 - $3::bigint
         ORDER BY revision_number
        "#,
        guide_id.0,
        to,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| RevisionText {
            revision_id: RevisionId(row.revision_id),
            revision_number: row.revision_number,
            created_by_name: row.display_name,
            created_at: row.created_at.to_jiff(),
            source: row.source,
        })
        .collect())
}

/// One guide to be written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// The guide to be written.
    pub guide_id: GuideId,
    /// The path of the guide's source file; `None` if it has none.
    pub path: Option<String>,
    /// The slug of the exported text, if it has one.
    pub slug: Option<String>,
    /// The exact bytes to write.
    pub source: Vec<u8>,
}

/// Returns at most `limit` guides to export, ordered by id and without archived ones; `after`
/// continues.
///
/// It returns the newest texts if `latest` is set, otherwise the public ones.
pub async fn list_export(
    db: &dyn Reads,
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
