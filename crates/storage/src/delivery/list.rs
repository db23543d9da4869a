use annai_domain::{GuideId, Ref, RefName};
use jiff::Timestamp;

use crate::guides::{content_hash, ledger_ref};
use crate::time::bind_optional;
use crate::{DeliveryDb, StorageError};

use super::DeliveredParts;

/// Which published guides a list holds; a guide must satisfy every filter that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilters {
    /// The category is one of these; empty: any.
    pub categories: Vec<String>,
    /// At least one of these tags; empty: any.
    pub tags: Vec<String>,
    /// Every one of these tags.
    pub tags_all: Vec<String>,
    /// At least one of these keywords; empty: any.
    pub keywords: Vec<String>,
    /// The slug is one of these; empty: any.
    pub slugs: Vec<String>,
    /// Published at this instant or later.
    pub published_after: Option<Timestamp>,
    /// Published before this instant.
    pub published_before: Option<Timestamp>,
    /// The delivered bytes appeared at this instant or later.
    pub updated_after: Option<Timestamp>,
}

/// The order of a list. Ties are broken by the guide's id, so that every order is total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListSort {
    /// The newest publication first.
    PublishedAtDescending,
    /// The oldest publication first.
    PublishedAt,
    /// The newest bytes first.
    UpdatedAtDescending,
    /// By slug.
    Slug,
    /// By title, in the order of code points.
    Title,
}

/// The last row of the page before: what the order goes by, and the guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The instant, in an order by time.
    pub at: Option<Timestamp>,
    /// The text, in an order by text.
    pub text: Option<String>,
    /// The guide.
    pub guide_id: GuideId,
}

/// One guide of a list.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// The guide.
    pub guide_id: GuideId,
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// When its revision became public.
    pub published_at: Timestamp,
    /// When its bytes appeared.
    pub updated_at: Timestamp,
    /// The JSON document of this guide alone.
    pub answer: Vec<u8>,
    /// The exact source, if it was asked for.
    pub source: Option<Vec<u8>>,
    /// The text without markup, if it was asked for.
    pub plain_text: Option<String>,
}

impl ListSort {
    /// The place in the list after which the next page begins.
    #[must_use]
    pub fn place_of(self, row: &ListRow) -> After {
        let (at, text) = match self {
            Self::PublishedAtDescending | Self::PublishedAt => (Some(row.published_at), None),
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

    /// Whether the order goes by time rather than by text.
    #[must_use]
    pub fn is_by_time(self) -> bool {
        match self {
            Self::PublishedAtDescending | Self::PublishedAt | Self::UpdatedAtDescending => true,
            Self::Slug | Self::Title => false,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::PublishedAtDescending => "-published_at",
            Self::PublishedAt => "published_at",
            Self::UpdatedAtDescending => "-updated_at",
            Self::Slug => "slug",
            Self::Title => "title",
        }
    }
}

/// The published guides at ref `at` that satisfy `filters`, in order, at most `limit` of them,
/// from behind `after` on.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when Postgres does not answer.
pub async fn list_guides(
    db: &DeliveryDb,
    at: Ref,
    filters: &ListFilters,
    (sort, after, limit): (ListSort, Option<&After>, i64),
    parts: DeliveredParts,
) -> Result<Vec<ListRow>, StorageError> {
    let after_at = bind_optional(after.and_then(|after| after.at));
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT guide_id, slug, title, published_at AS "published_at: jiff_sqlx::Timestamp",
               updated_at AS "updated_at: jiff_sqlx::Timestamp", answer,
               CASE WHEN $15 THEN source END AS source,
               CASE WHEN $16 THEN plain_text END AS plain_text
          FROM published_versions
         WHERE from_ref <= $1 AND (to_ref IS NULL OR to_ref > $1)
           AND ($2::text[] = '{}' OR category = ANY ($2))
           AND ($3::text[] = '{}' OR tags && $3)
           AND tags @> $4::text[]
           AND ($5::text[] = '{}' OR keywords && $5)
           AND ($6::text[] = '{}' OR slug = ANY ($6))
           AND ($7::timestamptz IS NULL OR published_at >= $7)
           AND ($8::timestamptz IS NULL OR published_at < $8)
           AND ($9::timestamptz IS NULL OR updated_at >= $9)
           AND ($12::uuid IS NULL OR CASE $10::text
                    WHEN '-published_at' THEN (published_at, guide_id) < ($11::timestamptz, $12)
                    WHEN 'published_at'  THEN (published_at, guide_id) > ($11, $12)
                    WHEN '-updated_at'   THEN (updated_at, guide_id) < ($11, $12)
                    WHEN 'slug'          THEN (slug COLLATE "C", guide_id) > ($13::text, $12)
                    ELSE                      (title COLLATE "C", guide_id) > ($13, $12)
                END)
         ORDER BY CASE $10 WHEN '-published_at' THEN published_at
                           WHEN '-updated_at' THEN updated_at END DESC,
                  CASE $10 WHEN 'published_at' THEN published_at END,
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
        parts.source,
        parts.plain_text,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(rows.into_iter().map(ListRow::from).collect())
}

/// A row as Postgres gives it.
struct Row {
    guide_id: uuid::Uuid,
    slug: String,
    title: String,
    published_at: jiff_sqlx::Timestamp,
    updated_at: jiff_sqlx::Timestamp,
    answer: Vec<u8>,
    source: Option<Vec<u8>>,
    plain_text: Option<String>,
}

impl From<Row> for ListRow {
    fn from(row: Row) -> Self {
        Self {
            guide_id: GuideId(row.guide_id),
            slug: row.slug,
            title: row.title,
            published_at: row.published_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
            answer: row.answer,
            source: row.source,
            plain_text: row.plain_text,
        }
    }
}

/// The newest ref up to `at` at which a list with `filters` may have changed: a version that
/// satisfies them began or ended there. The list is the same at every ref from there to `at`.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when Postgres does not answer.
pub async fn list_changed_at(
    db: &DeliveryDb,
    at: Ref,
    filters: &ListFilters,
) -> Result<(RefName, Option<Timestamp>), StorageError> {
    let row = sqlx::query!(
        r#"
        WITH changed AS (
            SELECT COALESCE(max(CASE WHEN to_ref <= $1 THEN to_ref ELSE from_ref END), 0) AS ref
              FROM published_versions
             WHERE from_ref <= $1
               AND ($2::text[] = '{}' OR category = ANY ($2))
               AND ($3::text[] = '{}' OR tags && $3)
               AND tags @> $4::text[]
               AND ($5::text[] = '{}' OR keywords && $5)
               AND ($6::text[] = '{}' OR slug = ANY ($6))
               AND ($7::timestamptz IS NULL OR published_at >= $7)
               AND ($8::timestamptz IS NULL OR published_at < $8)
               AND ($9::timestamptz IS NULL OR updated_at >= $9)
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
        &filters.keywords,
        &filters.slugs,
        bind_optional(filters.published_after) as _,
        bind_optional(filters.published_before) as _,
        bind_optional(filters.updated_after) as _,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    let hash = content_hash("publications", &row.hash)?;
    Ok((
        RefName::new(ledger_ref(row.number)?, hash.as_bytes()),
        row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
    ))
}
