use annai_domain::{GuideId, Ref};
use jiff::Timestamp;

use crate::{DeliveryDb, StorageError};

/// Returns the guides of the ledger entries after `since`, up to `to`.
pub async fn list_published_since(
    db: &DeliveryDb,
    since: Ref,
    to: Ref,
) -> Result<Vec<GuideId>, StorageError> {
    let guides = sqlx::query_scalar!(
        r#"
        SELECT DISTINCT guide_id AS "guide_id!" FROM delivery_ledger
         WHERE ref > $1 AND ref <= $2
        "#,
        since.get(),
        to.get(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(guides.into_iter().map(GuideId).collect())
}

/// A published guide as input for a search index.
#[derive(Debug, Clone)]
pub struct PublishedSource {
    /// The guide that the source belongs to.
    pub guide_id: GuideId,
    /// The time at which its revision became public.
    pub published_at: Timestamp,
    /// The exact source.
    pub source: Vec<u8>,
}

/// Returns the sources of those `guides` that were public at ref `at`.
pub async fn list_published_sources(
    db: &DeliveryDb,
    at: Ref,
    guides: &[GuideId],
) -> Result<Vec<PublishedSource>, StorageError> {
    let ids: Vec<_> = guides.iter().map(|guide| guide.0).collect();
    let rows = sqlx::query!(
        r#"
        SELECT guide_id, published_at AS "published_at: jiff_sqlx::Timestamp", source
          FROM published_versions
         WHERE guide_id = ANY ($1) AND from_ref <= $2 AND (to_ref IS NULL OR to_ref > $2)
        "#,
        &ids,
        at.get(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let sources = rows.into_iter().map(|row| PublishedSource {
        guide_id: GuideId(row.guide_id),
        published_at: row.published_at.to_jiff(),
        source: row.source,
    });
    Ok(sources.collect())
}

/// A published guide as a search result, with the text to search for its words.
#[derive(Debug, Clone)]
pub struct FoundGuide {
    /// The guide that was found.
    pub guide_id: GuideId,
    /// The slug at that ref.
    pub slug: String,
    /// The title; empty where the text has none.
    pub title: String,
    /// The category; empty where the text has none.
    pub category: String,
    /// The description on cards and in search results.
    pub summary: String,
    /// The URL of the image on cards.
    pub image: Option<String>,
    /// The tags, in the order of the front matter.
    pub tags: Vec<String>,
    /// The keywords, in the order of the front matter.
    pub keywords: Vec<String>,
    /// The time at which its revision became public.
    pub published_at: Timestamp,
    /// The text without markup.
    pub plain_text: String,
}

/// Returns those `guides` that were public at ref `at`, in no particular order.
pub async fn list_found(
    db: &DeliveryDb,
    at: Ref,
    guides: &[GuideId],
) -> Result<Vec<FoundGuide>, StorageError> {
    let ids: Vec<_> = guides.iter().map(|guide| guide.0).collect();
    let rows = sqlx::query!(
        r#"
        SELECT guide_id, slug, title, category, meta_description, thumbnail, tags, keywords,
               published_at AS "published_at: jiff_sqlx::Timestamp", plain_text
          FROM published_versions
         WHERE guide_id = ANY ($1) AND from_ref <= $2 AND (to_ref IS NULL OR to_ref > $2)
        "#,
        &ids,
        at.get(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let found = rows.into_iter().map(|row| FoundGuide {
        guide_id: GuideId(row.guide_id),
        slug: row.slug,
        title: row.title,
        category: row.category,
        summary: row.meta_description,
        image: row.thumbnail,
        tags: row.tags,
        keywords: row.keywords,
        published_at: row.published_at.to_jiff(),
        plain_text: row.plain_text,
    });
    Ok(found.collect())
}
