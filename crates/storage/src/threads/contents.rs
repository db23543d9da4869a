//! Comments and events of many threads at once.

use annai_domain::{CommentId, UserId};
use uuid::Uuid;

use super::{CommentRecord, Mention, ThreadEventRecord};
use crate::StorageError;
use crate::error::corrupt;

struct CommentRow {
    thread_id: Uuid,
    comment_id: Uuid,
    body: String,
    called: Option<Vec<Uuid>>,
    names: Option<Vec<String>>,
    created_by_name: String,
    created_at: jiff_sqlx::Timestamp,
}

/// Loads the comments of `threads`, oldest first.
pub(super) async fn load_comments(
    conn: &mut sqlx::PgConnection,
    threads: &[Uuid],
) -> Result<Vec<(Uuid, CommentRecord)>, StorageError> {
    let rows = sqlx::query_as!(
        CommentRow,
        r#"
        SELECT comments.thread_id, comments.comment_id, body, display_name AS created_by_name,
               comments.created_at AS "created_at: jiff_sqlx::Timestamp",
               array_agg(called.user_id ORDER BY called.user_id)
                   FILTER (WHERE called.user_id IS NOT NULL) AS "called: Vec<Uuid>",
               array_agg(called.name ORDER BY called.user_id)
                   FILTER (WHERE called.user_id IS NOT NULL) AS "names: Vec<String>"
          FROM comments
          JOIN users ON users.user_id = comments.created_by
          LEFT JOIN comment_mentions called USING (comment_id)
         WHERE thread_id = ANY ($1)
         GROUP BY comments.comment_id, display_name
         ORDER BY comments.created_at, comments.comment_id
        "#,
        threads,
    )
    .fetch_all(conn)
    .await?;
    let comment = |row: CommentRow| {
        let called = row.called.unwrap_or_default().into_iter().map(UserId);
        let record = CommentRecord {
            comment_id: CommentId(row.comment_id),
            body: row.body,
            mentions: called
                .zip(row.names.unwrap_or_default())
                .map(|(user_id, name)| Mention { user_id, name })
                .collect(),
            created_by_name: row.created_by_name,
            created_at: row.created_at.to_jiff(),
        };
        (row.thread_id, record)
    };
    Ok(rows.into_iter().map(comment).collect())
}

/// Loads the events of each thread in their order.
pub(super) async fn load_events(
    conn: &mut sqlx::PgConnection,
    threads: &[Uuid],
) -> Result<Vec<(Uuid, ThreadEventRecord)>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT thread_id, action, display_name AS created_by_name,
               thread_events.created_at AS "created_at: jiff_sqlx::Timestamp"
          FROM thread_events
          JOIN users ON user_id = created_by
         WHERE thread_id = ANY ($1)
         ORDER BY thread_id, event_number
        "#,
        threads,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let record = ThreadEventRecord {
                action: row
                    .action
                    .parse()
                    .map_err(corrupt("thread_events", "action"))?,
                created_by_name: row.created_by_name,
                created_at: row.created_at.to_jiff(),
            };
            Ok((row.thread_id, record))
        })
        .collect()
}
