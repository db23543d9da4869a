use crate::error::corrupt;
use crate::keys::KeyScope;
use crate::{DeliveryDb, StorageError};

/// The scope of the key whose SHA-256 is `key_hash`; `None` where it is unknown, revoked or
/// over. The database's clock decides.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when Postgres does not answer.
pub async fn find_key(
    db: &DeliveryDb,
    key_hash: &[u8; 32],
) -> Result<Option<KeyScope>, StorageError> {
    let scope = sqlx::query_scalar!(
        r#"
        SELECT scope AS "scope!" FROM delivery_api_keys
         WHERE key_hash = $1 AND (expires_at IS NULL OR expires_at > now())
        "#,
        key_hash.as_slice(),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    let scope = scope.map(|scope| scope.parse().map_err(corrupt("api_keys", "scope")));
    scope.transpose()
}
