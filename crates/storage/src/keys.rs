//! API keys: the secrets of consumers, stored as their SHA-256.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use std::time::Duration;

use annai_domain::{ApiKeyId, closed_set};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::{Database, Reads, StorageError, WriteTx};

closed_set! {
    /// The content that a key lets a consumer read.
    pub enum KeyScope: "a scope" {
        /// Published content only.
        Reader = "reader",
        /// Published content, and drafts in a preview.
        Preview = "preview",
    }
}

/// A key to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewKeyRow<'a> {
    /// The id that lists and revocations name.
    pub api_key_id: ApiKeyId,
    /// The name that administrators gave the key.
    pub name: &'a str,
    /// The content that the key may read.
    pub scope: KeyScope,
    /// The SHA-256 of the secret.
    pub key_hash: &'a [u8; 32],
    /// The beginning of the secret, for lists.
    pub hint: &'a str,
    /// The time when the key expires; `None` if it never does.
    pub expires_at: Option<Timestamp>,
}

/// Adds a key in the actor's name.
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

/// Revokes a key. Returns whether it was not revoked before; `None` when no key has this id.
pub async fn revoke(tx: &mut WriteTx, api_key_id: ApiKeyId) -> Result<Option<bool>, StorageError> {
    let now = crate::time::bind(tx.now());
    let changes = sqlx::query_scalar!(
        r#"
        WITH changed AS (
            UPDATE api_keys SET revoked_at = $2
             WHERE api_key_id = $1 AND revoked_at IS NULL
            RETURNING api_key_id
        )
        SELECT EXISTS (SELECT FROM changed) AS "changes!"
          FROM api_keys
         WHERE api_key_id = $1
        "#,
        api_key_id.0,
        now as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(changes)
}

/// Records the last use of keys, given the time that has passed since.
///
/// A later time that another node recorded stays.
pub async fn note_uses(
    database: &Database,
    uses: &[(ApiKeyId, Duration)],
) -> Result<(), StorageError> {
    let ids: Vec<_> = uses.iter().map(|(api_key_id, _)| api_key_id.0).collect();
    let mut tx = database.begin_bookkeeping().await?;
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
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Returns the scope of the key with the SHA-256 `key_hash`; `None` if it is unknown, revoked or
/// expired.
///
/// The database's clock decides, as it does for delivery.
pub async fn find_scope(
    db: &dyn Reads,
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

/// A key as administrators see it, without its secret.
#[derive(Debug, Clone, serde::Serialize)]
pub struct KeyRecord {
    /// The id that revocations name.
    pub api_key_id: ApiKeyId,
    /// The name that administrators gave the key.
    pub name: String,
    /// The content that the key may read.
    pub scope: KeyScope,
    /// The beginning of the secret.
    pub hint: String,
    /// The display name of the person who created the key.
    pub created_by_name: String,
    /// The time when the key was created.
    pub created_at: Timestamp,
    /// The time when the key expires; `None` if it never does.
    pub expires_at: Option<Timestamp>,
    /// The time of the last use, if any.
    pub last_used_at: Option<Timestamp>,
    /// The time when the key was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// Returns every key, newest first.
pub async fn list(db: &dyn Reads) -> Result<Vec<KeyRecord>, StorageError> {
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
