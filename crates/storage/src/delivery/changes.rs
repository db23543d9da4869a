//! What changed between two refs: the pages of the change feed.

use annai_domain::{GuideId, Ref};

use super::LedgerPosition;
use super::follow::position;
use crate::error::corrupt;
use crate::guides::ledger_ref;
use crate::{DeliveryDb, StorageError};

/// The last thing that happened to a slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugChange {
    /// The slug.
    pub slug: String,
    /// The guide that owns it for ever.
    pub guide_id: GuideId,
    /// The entry at which it came to be as it is.
    pub position: LedgerPosition,
    /// How it is.
    pub state: SlugState,
}

/// What stands under a slug that was public once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlugState {
    /// A guide.
    Public(PublicSlug),
    /// Nothing: its guide is public under this slug.
    Moved(String),
    /// Nothing: its guide was taken down, by hand.
    Unpublished,
    /// Nothing: its guide's time was over.
    Expired,
}

/// What the feed says of a public guide besides its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicSlug {
    /// The first ref of the version that is public.
    pub from_ref: Ref,
    /// The number of its revision.
    pub revision_number: i32,
    /// SHA-256 of its source.
    pub content_hash: [u8; 32],
    /// The slug under which the guide was public before, since the ref that was asked for.
    pub previous_slug: Option<String>,
    /// The slugs of other guides whose answers that entry changed.
    pub affects: Vec<String>,
}

/// The slugs that changed behind `since`, each as it stood at ref `at`, in the order of their
/// last changes: about `limit` of them, and then all others of the same entry, so that a page
/// ends at a whole ref. Fewer than `limit` of them: there are no more.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when Postgres does not answer.
pub async fn list_changes(
    db: &DeliveryDb,
    (since, at): (Ref, Ref),
    limit: u32,
) -> Result<Vec<SlugChange>, StorageError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        WITH changed AS (
            -- A slug belongs to one guide for ever.
            SELECT slug, guide_id, max(CASE WHEN to_ref <= $2 THEN to_ref ELSE from_ref END) AS ref
              FROM published_versions
             WHERE from_ref <= $2 AND (from_ref > $1 OR to_ref > $1)
             GROUP BY slug, guide_id
            HAVING max(CASE WHEN to_ref <= $2 THEN to_ref ELSE from_ref END) > $1
             ORDER BY ref
             FETCH FIRST $3 ROWS WITH TIES
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
                 ORDER BY entry.ref DESC LIMIT 1) AS "last_action!"
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

/// A row as Postgres gives it.
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
    last_action: String,
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
            _ if row.last_action == "expire" => SlugState::Expired,
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
