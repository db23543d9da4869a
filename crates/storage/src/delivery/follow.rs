//! The reads of a node that keeps the published site in memory and follows the ledger.

use annai_domain::{GuideId, Ref, RefName, closed_set};
use serde::{Deserialize, Serialize};

use super::version::Row;
use super::{DeliveredVersion, LedgerPosition};
use crate::error::corrupt;
use crate::row::{content_hash, ledger_ref};
use crate::{DeliveryDb, StorageError};

/// Returns the version of every guide that was public at ref `at`, in no particular order.
pub async fn list_versions_at(
    db: &DeliveryDb,
    at: Ref,
) -> Result<Vec<DeliveredVersion>, StorageError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT guide_id, from_ref, to_ref, slug, title, category, meta_description, thumbnail,
               keywords, tags, related_jobs,
               first_published_at AS "first_published_at: jiff_sqlx::Timestamp",
               published_at AS "published_at: jiff_sqlx::Timestamp",
               updated_at AS "updated_at: jiff_sqlx::Timestamp",
               answer_hash AS "answer_hash!", listing
          FROM published_versions
         WHERE from_ref <= $1 AND (to_ref IS NULL OR to_ref > $1)
        "#,
        at.get(),
    )
    .fetch_all(&mut *db.begin_load().await?)
    .await?;
    rows.into_iter().map(DeliveredVersion::try_from).collect()
}

/// Returns every version that began or ended after ref `since` and up to `at`, oldest first.
///
/// A guide that changed more than once has several.
pub async fn list_changed_versions(
    db: &DeliveryDb,
    since: Ref,
    at: Ref,
) -> Result<Vec<DeliveredVersion>, StorageError> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT guide_id, from_ref, to_ref, slug, title, category, meta_description, thumbnail,
               keywords, tags, related_jobs,
               first_published_at AS "first_published_at: jiff_sqlx::Timestamp",
               published_at AS "published_at: jiff_sqlx::Timestamp",
               updated_at AS "updated_at: jiff_sqlx::Timestamp",
               answer_hash AS "answer_hash!", listing
          FROM published_versions
         WHERE (from_ref > $1 AND from_ref <= $2) OR (to_ref > $1 AND to_ref <= $2)
         ORDER BY from_ref
        "#,
        since.get(),
        at.get(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter().map(DeliveredVersion::try_from).collect()
}

/// The guide to which a slug leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugHolder {
    /// The slug.
    pub slug: String,
    /// The guide.
    pub guide_id: GuideId,
    /// The last entry with the slug.
    pub at: Ref,
    /// Whether that entry led the slug to the guide by hand.
    pub is_redirect: bool,
}

/// Returns the slugs in the ledger's entries after ref `since` and up to `at`, each with its holder
/// at the last of them.
pub async fn list_slug_holders(
    db: &DeliveryDb,
    since: Ref,
    at: Ref,
) -> Result<Vec<SlugHolder>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT DISTINCT ON (slug) slug AS "slug!", guide_id AS "guide_id!", ref AS "number!",
               action = 'redirect' AS "is_redirect!"
          FROM delivery_ledger
         WHERE ref > $1 AND ref <= $2
         ORDER BY slug, ref DESC
        "#,
        since.get(),
        at.get(),
    )
    .fetch_all(&mut *db.begin_load().await?)
    .await?;
    let holders = rows.into_iter().map(|row| {
        Ok(SlugHolder {
            slug: row.slug,
            guide_id: GuideId(row.guide_id),
            at: ledger_ref(row.number)?,
            is_redirect: row.is_redirect,
        })
    });
    holders.collect()
}

closed_set! {
    /// The attribute that the versions of a list share.
    pub enum Group: "a group" {
        /// The category.
        Category = "category",
        /// A tag.
        Tag = "tag",
        /// A keyword.
        Keyword = "keyword",
        /// The slug.
        Slug = "slug",
        /// A slug that was led elsewhere by hand. No list depends on it.
        Redirect = "redirect",
    }
}

/// The latest position at which a version with a given word began or ended, or at which a slug was
/// led elsewhere.
///
/// The word is a category, tag, keyword or slug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastChange {
    /// The kind of word.
    pub group: Group,
    /// The category, tag, keyword or slug.
    pub word: String,
    /// The position of the change.
    pub position: LedgerPosition,
}

/// Returns the latest change up to `at` for every word that a public version ever had.
///
/// Words are categories, tags, keywords and slugs.
pub async fn list_last_changes(db: &DeliveryDb, at: Ref) -> Result<Vec<LastChange>, StorageError> {
    let rows = sqlx::query!(
        r#"
        WITH versions AS (
            SELECT CASE WHEN to_ref <= $1 THEN to_ref ELSE from_ref END AS ref, category, tags, keywords, slug
              FROM published_versions WHERE from_ref <= $1
        ), words AS (
            SELECT 'category' AS kind, category AS word, max(ref) AS ref FROM versions GROUP BY 2
            UNION ALL
            SELECT 'slug', slug, max(ref) FROM versions GROUP BY 2
            UNION ALL
            SELECT 'tag', tag, max(ref) FROM versions, unnest(tags) AS tag GROUP BY 2
            UNION ALL
            SELECT 'keyword', keyword, max(ref) FROM versions, unnest(keywords) AS keyword GROUP BY 2
            UNION ALL
            SELECT 'redirect', slug, max(ref) FROM delivery_ledger
             WHERE action = 'redirect' AND ref <= $1 GROUP BY 2
        )
        SELECT kind AS "kind!", word AS "word!", ref AS "number!", hash AS "hash!",
               published_at AS "published_at!: jiff_sqlx::Timestamp"
          FROM words JOIN delivery_ledger USING (ref)
        "#,
        at.get(),
    )
    .fetch_all(&mut *db.begin_load().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LastChange {
                group: row
                    .kind
                    .parse()
                    .map_err(corrupt("published_versions", "kind"))?,
                word: row.word,
                position: position(row.number, &row.hash, row.published_at)?,
            })
        })
        .collect()
}

/// Returns the positions from `since` up to `at`, oldest first, without that of the empty site.
pub async fn list_positions(
    db: &DeliveryDb,
    since: Ref,
    at: Ref,
) -> Result<Vec<LedgerPosition>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT ref AS "number!", hash AS "hash!",
               published_at AS "published_at!: jiff_sqlx::Timestamp"
          FROM delivery_ledger WHERE ref >= $1 AND ref <= $2 ORDER BY ref
        "#,
        since.get(),
        at.get(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| position(row.number, &row.hash, row.published_at))
        .collect()
}

/// Converts the columns of a position.
pub(super) fn position(
    number: i64,
    hash: &[u8],
    published_at: jiff_sqlx::Timestamp,
) -> Result<LedgerPosition, StorageError> {
    let hash = content_hash("publications", hash)?;
    Ok(LedgerPosition {
        name: RefName::new(ledger_ref(number)?, hash.as_bytes()),
        published_at: Some(published_at.to_jiff()),
    })
}
