//! The versions of `content/schema.json` that this database has known.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::ContentHash;

use crate::{StorageError, WriteTx};

/// Stores a version of the schema, unless it is stored already.
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
