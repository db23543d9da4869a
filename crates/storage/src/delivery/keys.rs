use std::time::Duration;

use annai_domain::ApiKeyId;

use crate::error::corrupt;
use crate::keys::KeyScope;
use crate::{DeliveryDb, StorageError};

/// A key that is neither revoked nor expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LivingKey {
    /// The id under which its uses are recorded.
    pub api_key_id: ApiKeyId,
    /// The data that it may read.
    pub scope: KeyScope,
    /// The time until it expires, by the database's clock; `None` if it never does.
    pub remaining: Option<Duration>,
}

/// Returns the key with the SHA-256 `key_hash`; `None` if it is unknown, revoked or expired.
pub async fn find_key(
    db: &DeliveryDb,
    key_hash: &[u8; 32],
) -> Result<Option<LivingKey>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT api_key_id AS "api_key_id!", scope AS "scope!",
               extract(epoch FROM expires_at - now())::float8 AS remaining
          FROM delivery_api_keys
         WHERE key_hash = $1 AND (expires_at IS NULL OR expires_at > now())
        "#,
        key_hash.as_slice(),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    row.map(|row| {
        Ok(LivingKey {
            api_key_id: ApiKeyId(row.api_key_id),
            scope: row.scope.parse().map_err(corrupt("api_keys", "scope"))?,
            // A time beyond the range of a duration counts as for ever.
            remaining: row
                .remaining
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        })
    })
    .transpose()
}
