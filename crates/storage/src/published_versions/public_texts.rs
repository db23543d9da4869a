//! Public texts for the indexes that follow the ledger.

use annai_domain::{GuideId, Ref};

use crate::{Reads, StorageError};

/// Lists the guides that were published, unpublished or refreshed after ref `since`.
pub async fn list_changed_guides(db: &dyn Reads, since: Ref) -> Result<Vec<GuideId>, StorageError> {
    let guides = sqlx::query_scalar!(
        "SELECT DISTINCT guide_id FROM published_versions WHERE from_ref > $1 OR to_ref > $1",
        since.get(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(guides.into_iter().map(GuideId).collect())
}

/// A guide's public text.
#[derive(Debug, Clone)]
pub struct PublicText {
    /// The guide that the text belongs to.
    pub guide_id: GuideId,
    /// The public slug.
    pub slug: String,
    /// The exact source.
    pub source: Vec<u8>,
}

/// Lists the texts of the public guides among `guides`, in no particular order.
pub async fn list_public_texts(
    db: &dyn Reads,
    guides: &[GuideId],
) -> Result<Vec<PublicText>, StorageError> {
    let ids: Vec<_> = guides.iter().map(|guide| guide.0).collect();
    let rows = sqlx::query!(
        r#"
        SELECT guide_id, slug, source FROM published_versions
         WHERE to_ref IS NULL AND guide_id = ANY ($1)
        "#,
        &ids,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let texts = rows.into_iter().map(|row| PublicText {
        guide_id: GuideId(row.guide_id),
        slug: row.slug,
        source: row.source,
    });
    Ok(texts.collect())
}
