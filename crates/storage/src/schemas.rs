//! The versions of `content/schema.json` that this database has known.

use annai_domain::ContentHash;

use crate::{StorageError, WriteTx};

/// Keeps a version of the schema; nothing happens when it is known.
///
/// # Errors
///
/// [`StorageError::Database`] when `hash` is not the hash of `document`.
pub async fn keep(
    tx: &mut WriteTx,
    hash: ContentHash,
    document: &[u8],
) -> Result<(), StorageError> {
    let now = crate::time::bind(tx.now());
    sqlx::query!(
        r#"
        INSERT INTO schemas (schema_hash, document, created_at) VALUES ($1, $2, $3)
        ON CONFLICT (schema_hash) DO NOTHING
        "#,
        hash.as_bytes(),
        document,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
