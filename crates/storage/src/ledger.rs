//! The ledger of publications: append-only, gap-free, hash-chained by the schema.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::decide::GuideScope;
use annai_domain::{
    Authority, AuthorityKind, ContentHash, GuideId, PublicationAction, Ref, RefName, RevisionId,
    Slug,
};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::row::{content_hash, ledger_ref, ref_name};
use crate::{Reads, StorageError, WriteTx};

/// A ledger entry to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// The guide that becomes public or ceases to be, or to which a slug leads.
    pub guide_id: GuideId,
    /// The revision that becomes public, if one does.
    pub revision_id: Option<RevisionId>,
    /// The effect of the entry.
    pub action: PublicationAction,
    /// The slug that it publishes, takes down or redirects.
    pub slug: &'a Slug,
    /// The right behind the entry.
    pub authority: &'a Authority,
}

/// Appends an entry and returns its name.
///
/// Until commit no other transaction can append, so refs follow the order of commits.
///
/// # Errors
///
/// A [`Conflict`](crate::Conflict) when the authority does not justify publishing the revision.
pub async fn append(tx: &mut WriteTx, entry: NewEntry<'_>) -> Result<RefName, StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    let (review, reason, restored) = match entry.authority {
        Authority::Review(review) => (Some(review.0), None, None),
        Authority::BreakGlass { reason } => (None, Some(reason.as_str()), None),
        Authority::Rollback { restored } => (None, None, Some(restored.get())),
        Authority::Import | Authority::Role | Authority::System => (None, None, None),
    };
    // The trigger `publications_append` replaces the 0 with the next ref and the empty hashes with the
    // chain's. After the insert, `publications_latest` sets `slugs.first_public_ref`.
    let row = sqlx::query!(
        r#"
        INSERT INTO publications
               (ref, guide_id, revision_id, action, slug, authority, review_id,
                break_glass_reason, restored_ref, published_by, published_at, previous_hash, hash)
        VALUES (0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '')
        RETURNING ref, hash
        "#,
        entry.guide_id.0,
        entry.revision_id.map(|revision| revision.0),
        entry.action.as_str(),
        entry.slug.as_str(),
        entry.authority.kind().as_str(),
        review,
        reason,
        restored,
        actor.0,
        now as _,
    )
    .fetch_one(tx.conn())
    .await?;
    ref_name(row.r#ref, &row.hash)
}

/// Returns the revision and content of this guide that became public at `publication_ref`.
pub async fn find_published_revision(
    db: &dyn Reads,
    guide_id: GuideId,
    publication_ref: Ref,
) -> Result<Option<(RevisionId, ContentHash)>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT revision_id AS "revision_id!", content_hash
          FROM publications
          JOIN revisions USING (guide_id, revision_id)
         WHERE guide_id = $1 AND ref = $2
        "#,
        guide_id.0,
        publication_ref.get(),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    row.map(|row| {
        Ok((
            RevisionId(row.revision_id),
            content_hash("revisions", &row.content_hash)?,
        ))
    })
    .transpose()
}

/// Returns the entry of this guide before `publication_ref`, with its revision and content; `None`
/// if the guide was not public then.
pub async fn find_public_before(
    db: &dyn Reads,
    guide_id: GuideId,
    publication_ref: Ref,
) -> Result<Option<(Ref, RevisionId, ContentHash)>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT before.ref, revisions.revision_id, revisions.content_hash
          FROM (SELECT ref, revision_id FROM publications
                 WHERE guide_id = $1 AND ref < $2 AND action <> 'redirect'
                 ORDER BY ref DESC
                 LIMIT 1) AS before
          JOIN revisions USING (revision_id)
        "#,
        guide_id.0,
        publication_ref.get(),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    row.map(|row| {
        Ok((
            ledger_ref(row.r#ref)?,
            RevisionId(row.revision_id),
            content_hash("revisions", &row.content_hash)?,
        ))
    })
    .transpose()
}

/// Returns the time when the guide first became public; `None` if it never was.
pub async fn first_published_at(
    db: &dyn Reads,
    guide_id: GuideId,
) -> Result<Option<Timestamp>, StorageError> {
    let at = sqlx::query_scalar!(
        r#"
        SELECT published_at AS "at: jiff_sqlx::Timestamp" FROM publications
         WHERE guide_id = $1 AND revision_id IS NOT NULL ORDER BY ref LIMIT 1
        "#,
        guide_id.0,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

/// A ledger entry as people see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PublicationRecord {
    /// The name of the entry.
    pub publication_ref: RefName,
    /// The guide that became public or ceased to be.
    pub guide_id: GuideId,
    /// The revision that became public; `None` for a tombstone.
    pub revision_id: Option<RevisionId>,
    /// The number of that revision.
    pub revision_number: Option<i32>,
    /// The effect of the entry.
    pub action: PublicationAction,
    /// The slug that it published or took down.
    pub slug: String,
    /// The title of the text; empty for a tombstone.
    pub title: String,
    /// The title of the guide's newest text; empty where it has none.
    pub guide_title: String,
    /// The kind of right behind the entry.
    pub authority: AuthorityKind,
    /// The reason of a break-glass publication.
    pub break_glass_reason: Option<String>,
    /// The ref that a rollback restored.
    pub restored_ref: Option<RefName>,
    /// The display name of the person who published.
    pub published_by_name: String,
    /// The time of the entry.
    pub published_at: Timestamp,
}

/// Lists ledger entries of the guides in `scope`, newest first; `before` continues below that ref.
///
/// With `guide_id`, only entries of that guide.
#[expect(clippy::too_many_lines, reason = "it is one statement and its rows")]
pub async fn list(
    db: &dyn Reads,
    scope: GuideScope,
    guide_id: Option<GuideId>,
    before: Option<Ref>,
    limit: i64,
) -> Result<Vec<PublicationRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT publications.ref, publications.hash, publications.guide_id,
               publications.revision_id AS "revision_id?",
               revision_number AS "revision_number?", publications.action, publications.slug,
               COALESCE(contents.title, '') AS "title!",
               COALESCE(newest.title, '') AS "guide_title!", publications.authority,
               publications.break_glass_reason,
               publications.restored_ref AS "restored_ref?", restored.hash AS "restored_hash?",
               display_name AS published_by_name,
               publications.published_at AS "published_at: jiff_sqlx::Timestamp"
          FROM publications
          JOIN users ON user_id = publications.published_by
          LEFT JOIN publications restored ON restored.ref = publications.restored_ref
          LEFT JOIN revisions ON revisions.revision_id = publications.revision_id
          LEFT JOIN contents ON contents.content_hash = revisions.content_hash
          JOIN guide_overview newest ON newest.guide_id = publications.guide_id
         WHERE ($1::uuid IS NULL OR publications.guide_id = $1)
           AND ($2::bigint IS NULL OR publications.ref < $2)
           AND ($4::uuid IS NULL OR publications.guide_id IN
                (SELECT guide_id FROM guides WHERE owner_id = $4))
         ORDER BY publications.ref DESC
         LIMIT $3
        "#,
        guide_id.map(|guide| guide.0),
        before.map(Ref::get),
        limit,
        scope.owner().map(|owner| owner.0),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(PublicationRecord {
                publication_ref: ref_name(row.r#ref, &row.hash)?,
                guide_id: GuideId(row.guide_id),
                revision_id: row.revision_id.map(RevisionId),
                revision_number: row.revision_number,
                action: row
                    .action
                    .parse()
                    .map_err(corrupt("publications", "action"))?,
                slug: row.slug,
                title: row.title,
                guide_title: row.guide_title,
                authority: row
                    .authority
                    .parse()
                    .map_err(corrupt("publications", "authority"))?,
                break_glass_reason: row.break_glass_reason,
                restored_ref: row
                    .restored_ref
                    .zip(row.restored_hash)
                    .map(|(number, hash)| ref_name(number, &hash))
                    .transpose()?,
                published_by_name: row.published_by_name,
                published_at: row.published_at.to_jiff(),
            })
        })
        .collect()
}

/// Returns the name of the newest entry.
pub async fn head(db: &dyn Reads) -> Result<RefName, StorageError> {
    let row = sqlx::query!("SELECT ref, hash FROM ledger_head")
        .fetch_one(&mut *db.conn().await?)
        .await?;
    ref_name(row.r#ref, &row.hash)
}
