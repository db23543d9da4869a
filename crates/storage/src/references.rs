//! References: the relations, links and images that revisions name.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::decide::GuideScope;
use annai_domain::{GuideId, ReferenceKind, RevisionId};

use crate::{Reads, StorageError, WriteTx};

/// One reference of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReference {
    /// The kind.
    pub kind: ReferenceKind,
    /// A slug for a relation; otherwise a URL.
    pub target: String,
    /// The front matter key; `None` for the body.
    pub field: Option<String>,
}

/// Writes the references of a revision in their order, unless they are written already.
///
/// # Errors
///
/// [`StorageError::Database`] when a target is empty or over 2,000 bytes.
pub async fn insert(
    tx: &mut WriteTx,
    revision_id: RevisionId,
    references: &[NewReference],
) -> Result<(), StorageError> {
    let kinds: Vec<_> = references.iter().map(|one| one.kind.to_string()).collect();
    let targets: Vec<_> = references.iter().map(|one| one.target.clone()).collect();
    let fields: Vec<_> = references.iter().map(|one| one.field.clone()).collect();
    sqlx::query!(
        r#"
        WITH marked AS (
            INSERT INTO referenced_revisions (revision_id) VALUES ($1)
            ON CONFLICT DO NOTHING
            RETURNING revision_id
        )
        INSERT INTO revision_references (revision_id, place, kind, target, field)
        SELECT marked.revision_id, named.place - 1, named.kind, named.target, named.field
          FROM marked,
               unnest($2::text[], $3::text[], $4::text[])
               WITH ORDINALITY AS named (kind, target, field, place)
        "#,
        revision_id.0,
        &kinds,
        &targets,
        &fields as &[Option<String>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A guide whose newest text names another guide.
#[derive(Debug, Clone)]
pub struct NamingGuide {
    /// The guide.
    pub guide_id: GuideId,
    /// Its newest revision.
    pub revision_id: RevisionId,
    /// The title of that text; empty where it has none.
    pub title: String,
    /// The exact source.
    pub source: Vec<u8>,
}

/// Lists guides in `scope`, other than `guide_id`, that are not archived and whose newest texts name
/// one of `slugs` as related or have one of `addresses` in their bodies.
///
/// It omits texts whose references are not written yet.
pub async fn list_naming(
    db: &dyn Reads,
    scope: GuideScope,
    guide_id: GuideId,
    (slugs, addresses): (&[String], &[String]),
    limit: i64,
) -> Result<Vec<NamingGuide>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT guides.guide_id, revisions.revision_id, COALESCE(contents.title, '') AS "title!",
               contents.source
          FROM guides
          JOIN revisions ON revisions.revision_id = guides.latest_revision_id
          JOIN contents USING (content_hash)
         WHERE archived_at IS NULL AND guides.guide_id <> $1
           AND ($2::uuid IS NULL OR guides.owner_id = $2)
           AND guides.latest_revision_id IN
               (SELECT revision_id FROM revision_references
                 WHERE (kind = 'relation' AND target = ANY ($3))
                    OR (kind = 'link' AND target = ANY ($4)))
         ORDER BY guides.guide_id
         LIMIT $5
        "#,
        guide_id.0,
        scope.owner().map(|owner| owner.0),
        slugs,
        addresses,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let naming = rows.into_iter().map(|row| NamingGuide {
        guide_id: GuideId(row.guide_id),
        revision_id: RevisionId(row.revision_id),
        title: row.title,
        source: row.source,
    });
    Ok(naming.collect())
}

/// A revision whose references are not written yet.
#[derive(Debug, Clone)]
pub struct UnreadRevision {
    /// The revision to read.
    pub revision_id: RevisionId,
    /// The exact source.
    pub source: Vec<u8>,
}

/// Lists revisions whose references are not written yet, the oldest first.
pub async fn list_unread(db: &dyn Reads, limit: i64) -> Result<Vec<UnreadRevision>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT revision_id, source
          FROM revisions JOIN contents USING (content_hash)
         WHERE NOT EXISTS (SELECT FROM referenced_revisions read
                            WHERE read.revision_id = revisions.revision_id)
         ORDER BY revision_id
         LIMIT $1
        "#,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let revisions = rows.into_iter().map(|row| UnreadRevision {
        revision_id: RevisionId(row.revision_id),
        source: row.source,
    });
    Ok(revisions.collect())
}

/// Counts the revisions whose references are not written yet.
pub async fn count_unread(db: &dyn Reads) -> Result<i64, StorageError> {
    let count = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!" FROM revisions
         WHERE NOT EXISTS (SELECT FROM referenced_revisions read
                            WHERE read.revision_id = revisions.revision_id)
        "#,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(count)
}
