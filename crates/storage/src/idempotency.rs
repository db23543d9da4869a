//! Responses to requests with an Idempotency-Key, stored in the transaction of the change.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use jiff::Timestamp;

use crate::{Database, StorageError, WriteTx};

/// A repeatable request and its response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentAnswer {
    /// The method and path of the request.
    pub operation: String,
    /// The SHA-256 of the request's body and preconditions.
    pub request_hash: [u8; 32],
    /// The HTTP status of the response.
    pub status: u16,
    /// The response body, without secrets.
    pub answer: Vec<u8>,
}

/// Locks the actor's `key` and returns the earlier response to it, if any.
///
/// A second request of the same person with the same key waits here until the transaction ends.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when the other request takes too long.
pub async fn lock_answer(
    tx: &mut WriteTx,
    key: &str,
) -> Result<Option<IdempotentAnswer>, StorageError> {
    let actor = tx.actor().user_id;
    // The lock ends with the transaction. The user and key are hashed to its 64 bits.
    sqlx::query!(
        r#"SELECT pg_advisory_xact_lock(hashtextextended($1::text || ':' || $2::text, 0)) AS "locked: ()""#,
        actor.0.to_string(),
        key,
    )
    .execute(tx.conn())
    .await?;
    let row = sqlx::query!(
        r#"
        SELECT operation, request_hash, status, answer FROM idempotency_keys
         WHERE user_id = $1 AND key = $2
        "#,
        actor.0,
        key,
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(IdempotentAnswer {
            operation: row.operation,
            request_hash: row
                .request_hash
                .as_slice()
                .try_into()
                .map_err(crate::error::corrupt("idempotency_keys", "request_hash"))?,
            status: u16::try_from(row.status).unwrap_or(500),
            answer: row.answer,
        })
    })
    .transpose()
}

/// Stores the response for `key`.
///
/// # Errors
///
/// [`Conflict::IdempotencyKeyUsed`](crate::Conflict::IdempotencyKeyUsed) when the key has a
/// response already.
pub async fn keep(
    tx: &mut WriteTx,
    key: &str,
    answer: &IdempotentAnswer,
) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO idempotency_keys
               (user_id, key, operation, request_hash, status, answer, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        "#,
        actor.0,
        key,
        answer.operation,
        &answer.request_hash,
        i16::try_from(answer.status).unwrap_or(500),
        answer.answer,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes responses stored before `before`. Returns the number of deleted responses.
pub async fn sweep(db: &Database, before: Timestamp) -> Result<u64, StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    let removed = sqlx::query!(
        "DELETE FROM idempotency_keys WHERE created_at < $1",
        crate::time::bind(before) as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}
