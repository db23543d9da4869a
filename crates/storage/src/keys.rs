//! API keys: the secrets of consumers, by their SHA-256.

use std::time::Duration;

use annai_domain::{ApiKeyId, closed_set};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::{Database, ReadDb, StorageError, WriteTx};

closed_set! {
    /// What a key lets a consumer read.
    pub enum KeyScope: "a scope" {
        /// What is published.
        Reader = "reader",
        /// Drafts too, where somebody previews them.
        Preview = "preview",
    }
}

/// A key to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewKeyRow<'a> {
    /// Its id.
    pub api_key_id: ApiKeyId,
    /// What it is called.
    pub name: &'a str,
    /// What it may read.
    pub scope: KeyScope,
    /// SHA-256 of the secret.
    pub key_hash: &'a [u8; 32],
    /// What lists show of the secret.
    pub hint: &'a str,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// Adds a key.
///
/// # Errors
///
/// [`StorageError::Database`] when the name is empty or longer than 100 characters.
pub async fn insert(tx: &mut WriteTx, key: NewKeyRow<'_>) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    let expires_at = crate::time::bind_optional(key.expires_at);
    sqlx::query!(
        r#"
        INSERT INTO api_keys
               (api_key_id, name, scope, key_hash, hint, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        key.api_key_id.0,
        key.name,
        key.scope.as_str(),
        key.key_hash,
        key.hint,
        actor.0,
        now as _,
        expires_at as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a key. Gives whether there was a living one.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn revoke(tx: &mut WriteTx, api_key_id: ApiKeyId) -> Result<bool, StorageError> {
    let now = crate::time::bind(tx.now());
    let revoked = sqlx::query!(
        "UPDATE api_keys SET revoked_at = $2 WHERE api_key_id = $1 AND revoked_at IS NULL",
        api_key_id.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(revoked.rows_affected() == 1)
}

/// Notes when keys were last used: each with how long ago that was. Never earlier than what is
/// noted already, because several nodes do this.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when Postgres does not answer.
pub async fn note_uses(
    database: &Database,
    uses: &[(ApiKeyId, Duration)],
) -> Result<(), StorageError> {
    let ids: Vec<_> = uses.iter().map(|(api_key_id, _)| api_key_id.0).collect();
    let ages: Vec<_> = uses.iter().map(|(_, ago)| ago.as_secs_f64()).collect();
    sqlx::query!(
        r#"
        UPDATE api_keys
           SET last_used_at = GREATEST(last_used_at, now() - make_interval(secs => ago))
          FROM unnest($1::uuid[], $2::float8[]) AS uses (api_key_id, ago)
         WHERE api_keys.api_key_id = uses.api_key_id
        "#,
        &ids,
        &ages,
    )
    .execute(&mut *database.reader().conn().await?)
    .await?;
    Ok(())
}

/// The scope of the key whose SHA-256 is `key_hash`; `None` where it is unknown, revoked or
/// over. The database's clock decides, as it does for delivery.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when Postgres does not answer.
pub async fn find_scope(
    db: &ReadDb,
    key_hash: &[u8; 32],
) -> Result<Option<KeyScope>, StorageError> {
    let scope = sqlx::query_scalar!(
        r#"
        SELECT scope FROM api_keys
         WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
        "#,
        key_hash,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    let scope = scope.map(|scope| scope.parse().map_err(corrupt("api_keys", "scope")));
    scope.transpose()
}

/// A key as administrators see it. The secret itself is nowhere.
#[derive(Debug, Clone, serde::Serialize)]
pub struct KeyRecord {
    /// Its id.
    pub api_key_id: ApiKeyId,
    /// What it is called.
    pub name: String,
    /// What it may read.
    pub scope: KeyScope,
    /// The beginning of the secret.
    pub hint: String,
    /// Who made it, by name.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it was ended.
    pub revoked_at: Option<Timestamp>,
}

/// Every key, newest first.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list(db: &ReadDb) -> Result<Vec<KeyRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT api_key_id, name, scope, hint, display_name AS created_by_name,
               api_keys.created_at AS "created_at: jiff_sqlx::Timestamp",
               expires_at AS "expires_at: jiff_sqlx::Timestamp",
               last_used_at AS "last_used_at: jiff_sqlx::Timestamp",
               revoked_at AS "revoked_at: jiff_sqlx::Timestamp"
          FROM api_keys
          JOIN users ON user_id = created_by
         ORDER BY api_key_id DESC
        "#,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(KeyRecord {
                api_key_id: ApiKeyId(row.api_key_id),
                name: row.name,
                scope: row.scope.parse().map_err(corrupt("api_keys", "scope"))?,
                hint: row.hint,
                created_by_name: row.created_by_name,
                created_at: row.created_at.to_jiff(),
                expires_at: row.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
                last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
                revoked_at: row.revoked_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}
