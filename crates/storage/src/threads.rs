//! Threads: comments about a guide, and their mentions.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::decide::GuideScope;
use annai_domain::{
    Anchor, CommentId, GuideId, Quotation, ReviewId, RevisionId, ThreadAction, ThreadFacts,
    ThreadId, UserId,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Reads, StorageError, WriteTx};

mod contents;

use contents::{load_comments, load_events};

/// The most threads of a guide that are listed.
const MOST: i64 = 500;

/// A thread to be begun.
#[derive(Debug, Clone, Copy)]
pub struct NewThread<'a> {
    /// A new id; its first comment names it.
    pub thread_id: ThreadId,
    /// The guide that the thread belongs to.
    pub guide_id: GuideId,
    /// The review of that guide that the thread belongs to, if any.
    pub review_id: Option<ReviewId>,
    /// The subject of the thread; `None` for the guide as a whole.
    pub anchor: Option<&'a Anchor>,
    /// Whether the thread prevents approval while it is open.
    pub is_blocking: bool,
}

/// Begins a thread in the actor's name; its first comment follows in the same transaction.
///
/// # Errors
///
/// [`Conflict::UnknownReview`](crate::Conflict::UnknownReview) or
/// [`Conflict::UnknownRevision`](crate::Conflict::UnknownRevision) when the guide has no such
/// review or revision.
pub async fn insert(tx: &mut WriteTx, thread: NewThread<'_>) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    let (field, quotation) = match thread.anchor {
        Some(Anchor::Field(field)) => (Some(field.as_str()), None),
        Some(Anchor::Quote(quotation)) => (None, Some(quotation)),
        None => (None, None),
    };
    sqlx::query!(
        r#"
        INSERT INTO threads (thread_id, guide_id, review_id, field, quote, quote_prefix,
                             quote_suffix, revision_id, is_blocking, created_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        "#,
        thread.thread_id.0,
        thread.guide_id.0,
        thread.review_id.map(|review| review.0),
        field,
        quotation.map(|quotation| quotation.quote.as_str()),
        quotation.map(|quotation| quotation.prefix.as_str()),
        quotation.map(|quotation| quotation.suffix.as_str()),
        quotation.map(|quotation| quotation.revision_id.0),
        thread.is_blocking,
        actor.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A mention of a person in a comment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mention {
    /// The mentioned person.
    pub user_id: UserId,
    /// The name, as the comment spells it.
    pub name: String,
}

/// Adds the actor's comment to a thread.
pub async fn insert_comment(
    tx: &mut WriteTx,
    comment_id: CommentId,
    thread_id: ThreadId,
    body: &str,
    mentions: &[Mention],
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
    let users: Vec<Uuid> = mentions.iter().map(|mention| mention.user_id.0).collect();
    let names: Vec<String> = mentions
        .iter()
        .map(|mention| mention.name.clone())
        .collect();
    sqlx::query!(
        r#"
        INSERT INTO comment_mentions (comment_id, user_id, name)
        SELECT $1, user_id, name FROM unnest($2::uuid[], $3::text[]) AS called (user_id, name)
        "#,
        comment_id.0,
        &users,
        &names,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Records that the actor resolved or reopened a thread.
///
/// # Errors
///
/// [`StorageError::Database`] when the thread is in that state already.
pub async fn insert_event(
    tx: &mut WriteTx,
    thread_id: ThreadId,
    action: ThreadAction,
) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO thread_events (thread_id, event_number, action, created_by, created_at)
        VALUES ($1, 0, $2, $3, $4)
        "#,
        thread_id.0,
        action.as_str(),
        actor.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns the facts about a thread of `guide_id` that decisions depend on.
///
/// A thread of another guide counts as missing.
pub async fn find_facts(
    db: &dyn Reads,
    guide_id: GuideId,
    thread_id: ThreadId,
) -> Result<Option<ThreadFacts>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT is_blocking, is_open_thread(thread_id) AS "is_open!", created_by
          FROM threads WHERE guide_id = $1 AND thread_id = $2
        "#,
        guide_id.0,
        thread_id.0,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(row.map(|row| ThreadFacts {
        is_blocking: row.is_blocking,
        is_open: row.is_open,
        created_by: UserId(row.created_by),
    }))
}

/// A thread as people see it.
#[derive(Debug, Clone)]
pub struct ThreadRecord {
    /// The id that replies and resolutions name.
    pub thread_id: ThreadId,
    /// The review that the thread belongs to, if any.
    pub review_id: Option<ReviewId>,
    /// The subject of the thread; `None` for the guide as a whole.
    pub anchor: Option<Anchor>,
    /// The facts that decisions about the thread depend on.
    pub facts: ThreadFacts,
    /// The comments, oldest first.
    pub comments: Vec<CommentRecord>,
    /// The resolutions and reopenings, oldest first.
    pub events: Vec<ThreadEventRecord>,
}

/// A comment as people see it.
#[derive(Debug, Clone)]
pub struct CommentRecord {
    /// The id of the comment.
    pub comment_id: CommentId,
    /// The text of the comment.
    pub body: String,
    /// The mentions in the comment.
    pub mentions: Vec<Mention>,
    /// The author's display name.
    pub created_by_name: String,
    /// The time of the comment.
    pub created_at: Timestamp,
}

/// A resolution or reopening of a thread.
#[derive(Debug, Clone)]
pub struct ThreadEventRecord {
    /// The action: resolve or reopen.
    pub action: ThreadAction,
    /// The actor's display name.
    pub created_by_name: String,
    /// The time of the event.
    pub created_at: Timestamp,
}

/// Returns at most 500 threads of a guide: open ones first, then newest first.
pub async fn list(db: &dyn Reads, guide_id: GuideId) -> Result<Vec<ThreadRecord>, StorageError> {
    let mut conn = db.conn().await?;
    let rows = sqlx::query!(
        r#"
        SELECT thread_id, review_id, field, quote, quote_prefix, quote_suffix, revision_id,
               is_blocking, is_open_thread(thread_id) AS "is_open!", created_by
          FROM threads
         WHERE guide_id = $1
         ORDER BY is_open_thread(thread_id) DESC, created_at DESC, thread_id DESC
         LIMIT $2
        "#,
        guide_id.0,
        MOST,
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.thread_id).collect();
    let mut comments = load_comments(&mut conn, &ids).await?;
    let mut events = load_events(&mut conn, &ids).await?;
    let mut threads = Vec::with_capacity(rows.len());
    for row in rows {
        let quotation = match (
            row.quote,
            row.quote_prefix,
            row.quote_suffix,
            row.revision_id,
        ) {
            (Some(quote), Some(prefix), Some(suffix), Some(revision_id)) => Some(Quotation {
                revision_id: RevisionId(revision_id),
                quote,
                prefix,
                suffix,
            }),
            _ => None,
        };
        let of_thread = |id: &Uuid| *id == row.thread_id;
        threads.push(ThreadRecord {
            thread_id: ThreadId(row.thread_id),
            review_id: row.review_id.map(ReviewId),
            anchor: quotation
                .map(Anchor::Quote)
                .or(row.field.map(Anchor::Field)),
            facts: ThreadFacts {
                is_blocking: row.is_blocking,
                is_open: row.is_open,
                created_by: UserId(row.created_by),
            },
            comments: comments
                .extract_if(.., |(id, _)| of_thread(id))
                .map(second)
                .collect(),
            events: events
                .extract_if(.., |(id, _)| of_thread(id))
                .map(second)
                .collect(),
        });
    }
    Ok(threads)
}

fn second<T>((_, value): (Uuid, T)) -> T {
    value
}

/// A comment that mentions a person, with its guide.
#[derive(Debug, Clone)]
pub struct MentionRecord {
    /// The guide of the thread.
    pub guide_id: GuideId,
    /// The guide's current title; empty if it has none.
    pub title: String,
    /// The thread of the comment.
    pub thread_id: ThreadId,
    /// The text of the comment.
    pub body: String,
    /// The author's display name.
    pub created_by_name: String,
    /// The time of the comment.
    pub created_at: Timestamp,
}

/// Lists the comments in open threads that mention `user_id`, newest first.
///
/// Only guides in `scope` that are not archived count.
pub async fn list_mentions(
    db: &dyn Reads,
    scope: GuideScope,
    user_id: UserId,
    limit: i64,
) -> Result<Vec<MentionRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT guides.guide_id, COALESCE(contents.title, '') AS "title!", threads.thread_id,
               comments.body, display_name AS created_by_name,
               comments.created_at AS "created_at: jiff_sqlx::Timestamp"
          FROM comment_mentions
          JOIN comments USING (comment_id)
          JOIN threads USING (thread_id)
          JOIN guides ON guides.guide_id = threads.guide_id
          JOIN revisions ON revisions.revision_id = latest_revision_id
          JOIN contents USING (content_hash)
          JOIN users ON users.user_id = comments.created_by
         WHERE comment_mentions.user_id = $1 AND archived_at IS NULL
           AND ($2::uuid IS NULL OR owner_id = $2) AND is_open_thread(threads.thread_id)
         ORDER BY comments.created_at DESC, comment_id DESC
         LIMIT $3
        "#,
        user_id.0,
        scope.owner().map(|owner| owner.0),
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MentionRecord {
            guide_id: GuideId(row.guide_id),
            title: row.title,
            thread_id: ThreadId(row.thread_id),
            body: row.body,
            created_by_name: row.created_by_name,
            created_at: row.created_at.to_jiff(),
        })
        .collect())
}
