use annai_domain::{Ref, Slug};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::{DeliveryDb, StorageError};

/// Which of a published version's ready parts are wanted; the others are not read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveredParts {
    /// The JSON document.
    pub answer: bool,
    /// The exact source.
    pub source: bool,
    /// The text without markup.
    pub plain_text: bool,
}

/// A guide as readers got it at some ref.
#[derive(Debug, Clone)]
pub struct DeliveredVersion {
    /// Its category.
    pub category: String,
    /// Its related guides' slugs, as the front matter lists them.
    pub related_jobs: Vec<String>,
    /// When these bytes appeared.
    pub updated_at: Timestamp,
    /// The JSON document, if it was asked for.
    pub answer: Option<Vec<u8>>,
    /// The exact source, if it was asked for.
    pub source: Option<Vec<u8>>,
    /// The text without markup, if it was asked for.
    pub plain_text: Option<String>,
}

/// What a slug led to at some ref.
#[derive(Debug, Clone)]
pub enum Found {
    /// A guide.
    Here(Box<DeliveredVersion>),
    /// A guide that was public under another slug by then.
    Moved(Slug),
    /// A guide that was public before and was not any more.
    Gone,
    /// Nothing that a reader may know of.
    Unknown,
}

/// Finds what `slug` led to at ref `at`, with the `parts` that are wanted.
///
/// One statement whatever the outcome: a slug that a draft has claimed is told from one that
/// nobody has neither by the answer nor by its time.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when Postgres does not answer.
pub async fn find_guide(
    db: &DeliveryDb,
    at: Ref,
    slug: &Slug,
    parts: DeliveredParts,
) -> Result<Found, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT here.category AS "category?", here.related_jobs AS "related_jobs?",
               here.updated_at AS "updated_at?: jiff_sqlx::Timestamp",
               CASE WHEN $3 THEN here.answer END AS answer,
               CASE WHEN $4 THEN here.source END AS source,
               CASE WHEN $5 THEN here.plain_text END AS plain_text,
               claimed.guide_id IS NOT NULL AS "was_public!",
               elsewhere.slug AS "elsewhere?"
          FROM (VALUES ($2::text)) AS asked (slug)
          LEFT JOIN published_versions here
            ON here.slug = asked.slug
           AND here.from_ref <= $1 AND (here.to_ref IS NULL OR here.to_ref > $1)
          LEFT JOIN delivery_slugs claimed
            ON claimed.slug = asked.slug AND claimed.first_public_ref <= $1
          LEFT JOIN published_versions elsewhere
            ON elsewhere.guide_id = claimed.guide_id
           AND elsewhere.from_ref <= $1 AND (elsewhere.to_ref IS NULL OR elsewhere.to_ref > $1)
        "#,
        at.get(),
        slug.as_str(),
        parts.answer,
        parts.source,
        parts.plain_text,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;

    if let (Some(category), Some(related_jobs), Some(updated_at)) =
        (row.category, row.related_jobs, row.updated_at)
    {
        return Ok(Found::Here(Box::new(DeliveredVersion {
            category,
            related_jobs,
            updated_at: updated_at.to_jiff(),
            answer: row.answer,
            source: row.source,
            plain_text: row.plain_text,
        })));
    }
    match row.elsewhere {
        Some(slug) => {
            let slug = slug
                .parse()
                .map_err(corrupt("published_versions", "slug"))?;
            Ok(Found::Moved(slug))
        }
        None if row.was_public => Ok(Found::Gone),
        None => Ok(Found::Unknown),
    }
}
