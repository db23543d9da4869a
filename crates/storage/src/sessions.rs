//! Signed-in browsers, by the SHA-256 of their session id.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::UserId;
use jiff::Timestamp;
use serde_json::Value;

use crate::{Database, Reads, StorageError};

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRecord {
    /// The SHA-256 of the session id.
    pub session_hash: [u8; 32],
    /// The signed-in person.
    pub user_id: UserId,
    /// The user's epoch when the session began. The session is over when the user's epoch is
    /// higher.
    pub session_epoch: i32,
    /// The data of the session middleware.
    pub data: Value,
    /// The browser's user agent, at most 300 characters.
    pub user_agent: String,
    /// The time when the session began.
    pub created_at: Timestamp,
    /// The time of the last use.
    pub last_seen_at: Timestamp,
    /// The time when the password was last given.
    pub reauthenticated_at: Timestamp,
    /// The time when the session expires.
    pub expires_at: Timestamp,
}

/// Writes a new session.
///
/// # Errors
///
/// [`StorageError::Database`] when the user does not exist.
pub async fn insert(db: &Database, session: &SessionRecord) -> Result<(), StorageError> {
    let mut tx = db.begin_unnamed().await?;
    sqlx::query!(
        r#"
        INSERT INTO sessions
               (session_hash, user_id, session_epoch, data, user_agent, created_at, last_seen_at,
                reauthenticated_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        &session.session_hash,
        session.user_id.0,
        session.session_epoch,
        session.data,
        session.user_agent,
        crate::time::bind(session.created_at) as _,
        crate::time::bind(session.last_seen_at) as _,
        crate::time::bind(session.reauthenticated_at) as _,
        crate::time::bind(session.expires_at) as _,
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await
}

/// Records a use of a session, or a repeated sign-in. Returns whether the session still exists.
///
/// A session that has ended meanwhile stays ended.
///
/// Every page may renew a session, so this never waits for a standby.
pub async fn renew(db: &Database, session: &SessionRecord) -> Result<bool, StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    let renewed = sqlx::query!(
        r#"
        UPDATE sessions SET last_seen_at = $2, reauthenticated_at = $3, expires_at = $4
         WHERE session_hash = $1
        "#,
        &session.session_hash,
        crate::time::bind(session.last_seen_at) as _,
        crate::time::bind(session.reauthenticated_at) as _,
        crate::time::bind(session.expires_at) as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(renewed.rows_affected() == 1)
}

/// Finds a session that has not expired.
pub async fn find(
    db: &dyn Reads,
    session_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SessionRecord>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT user_id, session_epoch, data, user_agent,
               created_at AS "created_at: jiff_sqlx::Timestamp",
               last_seen_at AS "last_seen_at: jiff_sqlx::Timestamp",
               reauthenticated_at AS "reauthenticated_at: jiff_sqlx::Timestamp",
               expires_at AS "expires_at: jiff_sqlx::Timestamp"
          FROM sessions WHERE session_hash = $1 AND expires_at > $2
        "#,
        session_hash,
        crate::time::bind(now) as _,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(row.map(|row| SessionRecord {
        session_hash: *session_hash,
        user_id: UserId(row.user_id),
        session_epoch: row.session_epoch,
        data: row.data,
        user_agent: row.user_agent,
        created_at: row.created_at.to_jiff(),
        last_seen_at: row.last_seen_at.to_jiff(),
        reauthenticated_at: row.reauthenticated_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
    }))
}

/// Lists a person's living sessions, the last used first.
pub async fn list_of_user(
    db: &dyn Reads,
    user_id: UserId,
    now: Timestamp,
) -> Result<Vec<SessionRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT sessions.session_hash, sessions.session_epoch, data, user_agent,
               sessions.created_at AS "created_at: jiff_sqlx::Timestamp",
               last_seen_at AS "last_seen_at: jiff_sqlx::Timestamp",
               reauthenticated_at AS "reauthenticated_at: jiff_sqlx::Timestamp",
               expires_at AS "expires_at: jiff_sqlx::Timestamp"
          FROM sessions
          JOIN users USING (user_id)
         WHERE user_id = $1 AND expires_at > $2 AND sessions.session_epoch = users.session_epoch
         ORDER BY last_seen_at DESC
        "#,
        user_id.0,
        crate::time::bind(now) as _,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SessionRecord {
                session_hash: row
                    .session_hash
                    .as_slice()
                    .try_into()
                    .map_err(crate::error::corrupt("sessions", "session_hash"))?,
                user_id,
                session_epoch: row.session_epoch,
                data: row.data,
                user_agent: row.user_agent,
                created_at: row.created_at.to_jiff(),
                last_seen_at: row.last_seen_at.to_jiff(),
                reauthenticated_at: row.reauthenticated_at.to_jiff(),
                expires_at: row.expires_at.to_jiff(),
            })
        })
        .collect()
}

/// Ends a session. Returns whether it existed.
pub async fn remove(db: &Database, session_hash: &[u8; 32]) -> Result<bool, StorageError> {
    let mut tx = db.begin_unnamed().await?;
    let removed = sqlx::query!("DELETE FROM sessions WHERE session_hash = $1", session_hash)
        .execute(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(removed.rows_affected() == 1)
}

/// Ends every session of a person except `kept`. Returns the number of ended sessions.
pub async fn remove_others(
    db: &Database,
    user_id: UserId,
    kept: Option<&[u8; 32]>,
) -> Result<u64, StorageError> {
    let kept = kept.map(|hash| hash.to_vec());
    let mut tx = db.begin_unnamed().await?;
    let removed = sqlx::query!(
        "DELETE FROM sessions WHERE user_id = $1 AND session_hash IS DISTINCT FROM $2",
        user_id.0,
        kept,
    )
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}

/// Deletes expired sessions. Returns the number of deleted sessions.
pub async fn sweep(db: &Database, now: Timestamp) -> Result<u64, StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    let removed = sqlx::query!(
        "DELETE FROM sessions WHERE expires_at <= $1",
        crate::time::bind(now) as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}
