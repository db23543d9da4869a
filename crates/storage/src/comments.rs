//! Comments: a plain thread per guide, or per review of it.

use annai_domain::{CommentId, GuideId, ReviewId, ThreadId};
use jiff::Timestamp;

use crate::{ReadDb, StorageError, WriteTx};

/// The thread of the guide, or of `review_id`; it is begun when there is none.
///
/// # Errors
///
/// [`Conflict::UnknownReview`](crate::Conflict::UnknownReview) when the review belongs to another
/// guide.
pub async fn thread(
    tx: &mut WriteTx,
    guide_id: GuideId,
    review_id: Option<ReviewId>,
) -> Result<ThreadId, StorageError> {
    let found = sqlx::query_scalar!(
        r#"
        SELECT thread_id FROM threads
         WHERE guide_id = $1 AND review_id IS NOT DISTINCT FROM $2
         ORDER BY created_at LIMIT 1
        "#,
        guide_id.0,
        review_id.map(|review| review.0),
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(thread_id) = found {
        return Ok(ThreadId(thread_id));
    }
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    let thread_id = ThreadId::new();
    sqlx::query!(
        r#"
        INSERT INTO threads (thread_id, guide_id, review_id, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5)
        "#,
        thread_id.0,
        guide_id.0,
        review_id.map(|review| review.0),
        actor.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(thread_id)
}

/// Adds the actor's comment to a thread.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn insert(
    tx: &mut WriteTx,
    comment_id: CommentId,
    thread_id: ThreadId,
    body: &str,
) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO comments (comment_id, thread_id, body, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5)
        "#,
        comment_id.0,
        thread_id.0,
        body,
        actor.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A comment as people see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct CommentRecord {
    /// Its id.
    pub comment_id: CommentId,
    /// The review it belongs to, if any.
    pub review_id: Option<ReviewId>,
    /// The text.
    pub body: String,
    /// Who wrote it, by name.
    pub created_by_name: String,
    /// When.
    pub created_at: Timestamp,
}

/// The comments on a guide, oldest first.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list(
    db: &ReadDb,
    guide_id: GuideId,
    limit: i64,
) -> Result<Vec<CommentRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT comment_id, review_id, body, display_name AS created_by_name,
               comments.created_at AS "created_at: jiff_sqlx::Timestamp"
          FROM comments
          JOIN threads USING (thread_id)
          JOIN users ON user_id = comments.created_by
         WHERE guide_id = $1
         ORDER BY comments.created_at, comment_id
         LIMIT $2
        "#,
        guide_id.0,
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| CommentRecord {
            comment_id: CommentId(row.comment_id),
            review_id: row.review_id.map(ReviewId),
            body: row.body,
            created_by_name: row.created_by_name,
            created_at: row.created_at.to_jiff(),
        })
        .collect())
}
