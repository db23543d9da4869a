use annai_domain::{Ref, Slug};

use super::DeliveredVersion;
use super::version::Row;
use crate::error::corrupt;
use crate::{DeliveryDb, StorageError};

/// The result of looking up a slug at a ref.
#[derive(Debug, Clone)]
pub enum Found {
    /// The slug names this public guide.
    Here(Box<DeliveredVersion>),
    /// The slug led to a guide that was public under this other slug.
    Moved(Slug),
    /// The guide had been public before and was no longer.
    Gone,
    /// The slug is unknown, or readers may not learn of it.
    Unknown,
}

/// Finds what `slug` named at ref `at`.
///
/// The last entry with a slug names its holder: publications name their own guide, and a redirect names
/// the guide to which the slug leads from there on.
///
/// Every outcome except [`Found::Here`] runs the same statements. So neither the response nor its
/// time tells a slug claimed by a draft from an unclaimed one.
pub async fn find_guide(db: &DeliveryDb, at: Ref, slug: &Slug) -> Result<Found, StorageError> {
    let mut conn = db.conn().await?;
    let here = sqlx::query_as!(
        Row,
        r#"
        SELECT guide_id, from_ref, to_ref, slug, title, category, meta_description, thumbnail,
               keywords, tags, related_jobs,
               first_published_at AS "first_published_at: jiff_sqlx::Timestamp",
               published_at AS "published_at: jiff_sqlx::Timestamp",
               updated_at AS "updated_at: jiff_sqlx::Timestamp",
               answer_hash AS "answer_hash!", listing
          FROM published_versions
         WHERE slug = $2 AND from_ref <= $1 AND (to_ref IS NULL OR to_ref > $1)
        "#,
        at.get(),
        slug.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(row) = here {
        return Ok(Found::Here(Box::new(row.try_into()?)));
    }
    let row = sqlx::query!(
        r#"
        SELECT claimed.guide_id IS NOT NULL AS "was_public!", elsewhere.slug AS "elsewhere?"
          FROM (VALUES ($2::text)) AS asked (slug)
          LEFT JOIN LATERAL (SELECT guide_id FROM delivery_ledger
                              WHERE delivery_ledger.slug = asked.slug AND ref <= $1
                              ORDER BY ref DESC LIMIT 1) AS claimed ON true
          LEFT JOIN published_versions elsewhere
            ON elsewhere.guide_id = claimed.guide_id
           AND elsewhere.from_ref <= $1 AND (elsewhere.to_ref IS NULL OR elsewhere.to_ref > $1)
        "#,
        at.get(),
        slug.as_str(),
    )
    .fetch_one(&mut *conn)
    .await?;
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
