//! The pages of the change feed: slugs that changed between two refs.

use annai_domain::{GuideId, Ref};

use super::LedgerPosition;
use super::follow::position;
use crate::error::corrupt;
use crate::row::ledger_ref;
use crate::{DeliveryDb, StorageError};

/// The latest change of one slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugChange {
    /// The changed slug.
    pub slug: String,
    /// The guide to which the slug leads.
    pub guide_id: GuideId,
    /// The ledger entry of the change.
    pub position: LedgerPosition,
    /// The state of the slug after the change.
    pub state: SlugState,
}

/// The state of a slug that was public once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlugState {
    /// The slug names a public guide.
    Public(PublicSlug),
    /// The slug leads to a guide that is public under this other slug.
    Moved(String),
    /// The slug is free: its guide was unpublished by a person.
    Unpublished,
    /// The slug is free: its guide's publication expired.
    Expired,
}

/// The data of a public guide that the feed adds to its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicSlug {
    /// The first ref of the public version.
    pub from_ref: Ref,
    /// The number of its revision.
    pub revision_number: i32,
    /// The SHA-256 of its source.
    pub content_hash: [u8; 32],
    /// The slug under which the guide was public at the requested ref, if it differs.
    pub previous_slug: Option<String>,
    /// The slugs of other guides whose documents the same entry changed.
    pub affects: Vec<String>,
}

/// Returns the slugs that changed after `since`, as they were at ref `at`, ordered by last change.
///
/// A page has about `limit` slugs. It also has all others of the last entry, so that it ends at a
/// whole ref. Fewer than `limit` slugs mean that it is the last page.
pub async fn list_changes(
    db: &DeliveryDb,
    (since, at): (Ref, Ref),
    limit: u32,
) -> Result<Vec<SlugChange>, StorageError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        WITH changed_slugs AS (
            SELECT slug, max(ref) AS ref
              FROM (SELECT slug, CASE WHEN to_ref <= $2 THEN to_ref ELSE from_ref END AS ref
                      FROM published_versions
                     WHERE from_ref <= $2 AND (from_ref > $1 OR to_ref > $1)
                    UNION ALL
                    SELECT slug, ref FROM delivery_ledger
                     WHERE action = 'redirect' AND ref > $1 AND ref <= $2) AS changes
             GROUP BY slug
            HAVING max(ref) > $1
             ORDER BY ref
             FETCH FIRST $3 ROWS WITH TIES
        ), changed AS (
            -- The last entry with a slug names the guide to which it leads.
            SELECT slug, ref, (SELECT guide_id FROM delivery_ledger entry
                                WHERE entry.slug = changed_slugs.slug AND entry.ref <= $2
                                ORDER BY entry.ref DESC LIMIT 1) AS guide_id
              FROM changed_slugs
        )
        SELECT changed.slug AS "slug!", changed.guide_id AS "guide_id!", changed.ref AS "number!",
               ledger.hash AS "hash!", ledger.published_at AS "published_at!: jiff_sqlx::Timestamp",
               public.slug AS "public_slug?", public.from_ref AS "from_ref?",
               public.revision_number AS "revision_number?", public.content_hash AS "content_hash?",
               (SELECT before.slug FROM published_versions before
                 WHERE before.guide_id = changed.guide_id AND before.slug <> public.slug
                   AND before.to_ref > $1 AND before.to_ref <= $2
                 ORDER BY before.to_ref DESC LIMIT 1) AS "previous_slug?",
               ARRAY(SELECT other.slug FROM published_versions other
                      WHERE other.from_ref = changed.ref AND public.publication_ref = changed.ref
                        AND other.guide_id <> changed.guide_id
                      ORDER BY other.slug COLLATE "C") AS "affects!",
               (SELECT entry.action FROM delivery_ledger entry
                 WHERE entry.guide_id = changed.guide_id AND entry.ref <= $2
                   AND entry.action <> 'redirect'
                 ORDER BY entry.ref DESC LIMIT 1) AS "last_action?"
          FROM changed
          JOIN delivery_ledger ledger ON ledger.ref = changed.ref
          LEFT JOIN published_versions public
            ON public.guide_id = changed.guide_id
           AND public.from_ref <= $2 AND (public.to_ref IS NULL OR public.to_ref > $2)
         ORDER BY changed.ref, changed.slug COLLATE "C"
        "#,
        since.get(),
        at.get(),
        i64::from(limit),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter().map(SlugChange::try_from).collect()
}

struct Row {
    slug: String,
    guide_id: uuid::Uuid,
    number: i64,
    hash: Vec<u8>,
    published_at: jiff_sqlx::Timestamp,
    public_slug: Option<String>,
    from_ref: Option<i64>,
    revision_number: Option<i32>,
    content_hash: Option<Vec<u8>>,
    previous_slug: Option<String>,
    affects: Vec<String>,
    /// `None` for a guide that was never public.
    last_action: Option<String>,
}

impl TryFrom<Row> for SlugChange {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        let position = position(row.number, &row.hash, row.published_at)?;
        let public = (row.from_ref, row.revision_number, row.content_hash);
        let state = match (row.public_slug, public) {
            (Some(slug), _) if slug != row.slug => SlugState::Moved(slug),
            (Some(_), (Some(from_ref), Some(revision_number), Some(hash))) => {
                SlugState::Public(PublicSlug {
                    from_ref: ledger_ref(from_ref)?,
                    revision_number,
                    content_hash: hash
                        .try_into()
                        .map_err(|_| "not a SHA-256".to_owned())
                        .map_err(corrupt("published_versions", "content_hash"))?,
                    previous_slug: row.previous_slug,
                    affects: row.affects,
                })
            }
            _ if row.last_action.as_deref() == Some("expire") => SlugState::Expired,
            _ => SlugState::Unpublished,
        };
        Ok(Self {
            slug: row.slug,
            guide_id: GuideId(row.guide_id),
            position,
            state,
        })
    }
}
