//! The texts of revisions, addressed by their hash.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::ContentHash;
use serde_json::{Map, Value};

use crate::{Reads, StorageError, WriteTx};

/// A guide's source with the columns that lists and filters read.
#[derive(Debug, Clone, Copy)]
pub struct NewContent<'a> {
    /// The SHA-256 of `source`.
    pub content_hash: ContentHash,
    /// The exact bytes.
    pub source: &'a [u8],
    /// The front matter, for queries only.
    pub front_matter: &'a Map<String, Value>,
    /// The slug in the front matter.
    pub slug: Option<&'a str>,
    /// The title in the front matter.
    pub title: Option<&'a str>,
    /// The category in the front matter.
    pub category: Option<&'a str>,
}

/// Stores `content`, unless it is stored already.
///
/// # Errors
///
/// [`StorageError::Database`] when `content_hash` is not the hash of `source`.
pub async fn keep(tx: &mut WriteTx, content: NewContent<'_>) -> Result<(), StorageError> {
    let now = crate::time::bind(tx.now());
    sqlx::query!(
        r#"
        INSERT INTO contents
               (content_hash, source, front_matter, slug, title, category, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (content_hash) DO NOTHING
        "#,
        content.content_hash.as_bytes(),
        content.source,
        sqlx::types::Json(content.front_matter) as _,
        content.slug,
        content.title,
        content.category,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns the source with the hash `content_hash`.
pub async fn find_source(
    db: &dyn Reads,
    content_hash: ContentHash,
) -> Result<Option<Vec<u8>>, StorageError> {
    let source = sqlx::query_scalar!(
        "SELECT source FROM contents WHERE content_hash = $1",
        content_hash.as_bytes(),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(source)
}
