use annai_domain::{GuideId, Ref, RefName, closed_set};
use jiff::Timestamp;

use crate::row::{content_hash, ledger_ref};
use crate::time::bind_optional;
use crate::{DeliveryDb, StorageError};

use super::version::Row;
use super::{DeliveredVersion, LedgerPosition};

/// The filters of a list of published guides; a guide must satisfy each one that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilters {
    /// The allowed categories; empty allows any.
    pub categories: Vec<String>,
    /// Tags; a guide must have at least one. Empty allows any.
    pub tags: Vec<String>,
    /// Tags; a guide must have every one.
    pub tags_all: Vec<String>,
    /// Keywords; a guide must have at least one. Empty allows any.
    pub keywords: Vec<String>,
    /// The allowed slugs; empty allows any.
    pub slugs: Vec<String>,
    /// A slug that the guide must list as related, or another one that its guide had in public.
    pub links_to: Option<String>,
    /// The earliest time of publication, inclusive.
    pub published_after: Option<Timestamp>,
    /// The latest time of publication, exclusive.
    pub published_before: Option<Timestamp>,
    /// The earliest time at which the delivered bytes appeared, inclusive.
    pub updated_after: Option<Timestamp>,
}

closed_set! {
    /// The order of a list. Ties are broken by the guide's id, so that every order is total.
    pub enum ListSort: "an order" {
        /// The newest publication first.
        PublishedAtDescending = "-published_at",
        /// The oldest publication first.
        PublishedAt = "published_at",
        /// The newest guide first, by its first publication.
        FirstPublishedAtDescending = "-first_published_at",
        /// The oldest guide first, by its first publication.
        FirstPublishedAt = "first_published_at",
        /// The newest bytes first.
        UpdatedAtDescending = "-updated_at",
        /// By slug.
        Slug = "slug",
        /// By title, in the order of code points.
        Title = "title",
    }
}

/// The position of a page's last row in the order of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The time of the row, in an order by time.
    pub at: Option<Timestamp>,
    /// The text of the row, in an order by text.
    pub text: Option<String>,
    /// The guide of the row, which breaks ties.
    pub guide_id: GuideId,
}

impl ListSort {
    /// Returns the position of `row`, after which the next page begins.
    #[must_use]
    pub fn place_of(self, row: &DeliveredVersion) -> After {
        let (at, text) = match self {
            Self::PublishedAtDescending | Self::PublishedAt => (Some(row.published_at), None),
            Self::FirstPublishedAtDescending | Self::FirstPublishedAt => {
                (Some(row.first_published_at), None)
            }
            Self::UpdatedAtDescending => (Some(row.updated_at), None),
            Self::Slug => (None, Some(row.slug.clone())),
            Self::Title => (None, Some(row.title.clone())),
        };
        After {
            at,
            text,
            guide_id: row.guide_id,
        }
    }

    /// Returns whether the order is by time rather than by text.
    #[must_use]
    pub fn is_by_time(self) -> bool {
        match self {
            Self::PublishedAtDescending
            | Self::PublishedAt
            | Self::FirstPublishedAtDescending
            | Self::FirstPublishedAt
            | Self::UpdatedAtDescending => true,
            Self::Slug | Self::Title => false,
        }
    }

    /// Returns whether the order is descending.
    #[must_use]
    pub fn is_descending(self) -> bool {
        match self {
            Self::PublishedAtDescending
            | Self::FirstPublishedAtDescending
            | Self::UpdatedAtDescending => true,
            Self::PublishedAt | Self::FirstPublishedAt | Self::Slug | Self::Title => false,
        }
    }
}

/// Returns at most `limit` guides that satisfy `filters` at ref `at`, sorted, after `after`.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub async fn list_guides(
    db: &DeliveryDb,
    at: Ref,
    filters: &ListFilters,
    (sort, after, limit): (ListSort, Option<&After>, i64),
) -> Result<Vec<DeliveredVersion>, StorageError> {
    let after_at = bind_optional(after.and_then(|after| after.at));
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
           AND ($2::text[] = '{}' OR category = ANY ($2))
           AND ($3::text[] = '{}' OR tags && $3)
           AND tags @> $4::text[]
           AND ($5::text[] = '{}' OR keywords && $5)
           AND ($6::text[] = '{}' OR slug = ANY ($6))
           AND ($15::text IS NULL OR related_jobs && (ARRAY[$15] || ARRAY(
                    SELECT other.slug
                      FROM (SELECT guide_id FROM delivery_ledger WHERE slug = $15 AND ref <= $1
                             ORDER BY ref DESC LIMIT 1) AS asked
                      JOIN delivery_ledger other
                        ON other.guide_id = asked.guide_id AND other.ref <= $1
                     WHERE NOT EXISTS (SELECT FROM delivery_ledger later
                                        WHERE later.slug = other.slug AND later.ref <= $1
                                          AND later.ref > other.ref
                                          AND later.guide_id <> asked.guide_id))))
           AND ($7::timestamptz IS NULL OR published_at >= $7)
           AND ($8::timestamptz IS NULL OR published_at < $8)
           AND ($9::timestamptz IS NULL OR updated_at >= $9)
           AND ($12::uuid IS NULL OR CASE $10::text
                    WHEN '-published_at' THEN (published_at, guide_id) < ($11::timestamptz, $12)
                    WHEN 'published_at'  THEN (published_at, guide_id) > ($11, $12)
                    WHEN '-first_published_at' THEN (first_published_at, guide_id) < ($11, $12)
                    WHEN 'first_published_at'  THEN (first_published_at, guide_id) > ($11, $12)
                    WHEN '-updated_at'   THEN (updated_at, guide_id) < ($11, $12)
                    WHEN 'slug'          THEN (slug COLLATE "C", guide_id) > ($13::text, $12)
                    ELSE                      (title COLLATE "C", guide_id) > ($13, $12)
                END)
         ORDER BY CASE $10 WHEN '-published_at' THEN published_at
                           WHEN '-first_published_at' THEN first_published_at
                           WHEN '-updated_at' THEN updated_at END DESC,
                  CASE $10 WHEN 'published_at' THEN published_at
                           WHEN 'first_published_at' THEN first_published_at END,
                  CASE $10 WHEN 'slug' THEN slug WHEN 'title' THEN title END COLLATE "C",
                  CASE WHEN $10 LIKE '-%' THEN guide_id END DESC,
                  guide_id
         LIMIT $14
        "#,
        at.get(),
        &filters.categories,
        &filters.tags,
        &filters.tags_all,
        &filters.keywords,
        &filters.slugs,
        bind_optional(filters.published_after) as _,
        bind_optional(filters.published_before) as _,
        bind_optional(filters.updated_after) as _,
        sort.as_str(),
        after_at as _,
        after.map(|after| after.guide_id.0),
        after.and_then(|after| after.text.as_deref()),
        limit,
        filters.links_to.as_deref(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter().map(DeliveredVersion::try_from).collect()
}

/// Returns the latest position up to `at` at which a list with `filters` may have changed.
///
/// The list is the same at every ref from there to `at`. The position is an upper bound. It is the
/// latest entry at which a version with a word of any filter began or ended. Words are categories,
/// tags, keywords and slugs. A node can compute it from memory without keeping every version that
/// ever existed. At the ref of that position the result is the same position.
pub async fn list_changed_at(
    db: &DeliveryDb,
    at: Ref,
    filters: &ListFilters,
) -> Result<LedgerPosition, StorageError> {
    let row = sqlx::query!(
        r#"
        WITH versions AS (
            SELECT CASE WHEN to_ref <= $1 THEN to_ref ELSE from_ref END AS ref, category, tags, keywords, slug
              FROM published_versions WHERE from_ref <= $1
        ), changed AS (
            SELECT COALESCE(GREATEST(
                CASE WHEN $2::text[] <> '{}' THEN COALESCE(
                    (SELECT max(ref) FROM versions WHERE category = ANY ($2)), 0) END,
                CASE WHEN $3::text[] <> '{}' THEN COALESCE(
                    (SELECT max(ref) FROM versions WHERE tags && $3), 0) END,
                CASE WHEN $5::text[] <> '{}' THEN COALESCE(
                    (SELECT max(ref) FROM versions WHERE slug = ANY ($5)), 0) END,
                CASE WHEN $6::text[] <> '{}' THEN COALESCE(
                    (SELECT max(ref) FROM versions WHERE keywords && $6), 0) END,
                CASE WHEN $4::text[] <> '{}' THEN COALESCE(
                    (SELECT max(ref) FROM versions WHERE tags && $4), 0) END
            ), $1) AS ref
        )
        SELECT changed.ref AS "number!",
               COALESCE(ledger.hash, (SELECT hash FROM delivery_genesis)) AS "hash!",
               ledger.published_at AS "published_at?: jiff_sqlx::Timestamp"
          FROM changed LEFT JOIN delivery_ledger ledger USING (ref)
        "#,
        at.get(),
        &filters.categories,
        &filters.tags,
        &filters.tags_all,
        &filters.slugs,
        &filters.keywords,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    let hash = content_hash("publications", &row.hash)?;
    Ok(LedgerPosition {
        name: RefName::new(ledger_ref(row.number)?, hash.as_bytes()),
        published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}
