//! Reviews and decisions: requests to judge a revision, and the verdicts on them.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use std::collections::HashMap;

use annai_domain::{
    ContentHash, DecisionId, GuideId, Ref, ReviewId, ReviewPolicy, ReviewState, RevisionId, UserId,
    Verdict,
};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::corrupt;
use crate::{Reads, StorageError, WriteTx};

/// Returns the review policy of new reviews; the domain's default if none is stored.
pub async fn default_policy(db: &dyn Reads) -> Result<ReviewPolicy, StorageError> {
    let policy = sqlx::query_scalar!(
        r#"
        SELECT policy AS "policy: sqlx::types::Json<ReviewPolicy>"
          FROM review_policies WHERE is_default
        "#,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(policy.map(|policy| policy.0).unwrap_or_default())
}

/// A review to be written.
#[derive(Debug, Clone)]
pub struct NewReview<'a> {
    /// The id that decisions and publications name.
    pub review_id: ReviewId,
    /// The guide that the review belongs to.
    pub guide_id: GuideId,
    /// The revision under review.
    pub revision_id: RevisionId,
    /// The hash of that revision's source.
    pub content_hash: ContentHash,
    /// The review policy, pinned as it is now.
    pub policy: &'a ReviewPolicy,
    /// The ref of the public text at submission; `None` if nothing is public.
    pub public_ref: Option<Ref>,
    /// The review that this one replaces, if any.
    pub previous: Option<ReviewId>,
    /// The author's message to the reviewer.
    pub message: &'a str,
    /// The letters that the change adds and removes, if they were counted.
    pub size: Option<(usize, usize)>,
}

/// Opens a review in the actor's name.
///
/// # Errors
///
/// [`Conflict::ReviewAlive`](crate::Conflict::ReviewAlive) when the guide already has a live
/// review.
pub async fn insert(tx: &mut WriteTx, review: NewReview<'_>) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO reviews
               (review_id, guide_id, revision_id, content_hash, policy, public_ref,
                previous_review_id, message, submitted_by, submitted_at, added_letters,
                removed_letters)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        "#,
        review.review_id.0,
        review.guide_id.0,
        review.revision_id.0,
        review.content_hash.as_bytes(),
        sqlx::types::Json(review.policy) as _,
        review.public_ref.map(Ref::get),
        review.previous.map(|previous| previous.0),
        review.message,
        actor.0,
        now as _,
        review.size.map(|(added, _)| count(added)),
        review.size.map(|(_, removed)| count(removed)),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn count(letters: usize) -> i32 {
    i32::try_from(letters).unwrap_or(i32::MAX)
}

/// Moves a review to another state.
///
/// # Errors
///
/// [`Conflict::ReviewOver`](crate::Conflict::ReviewOver) when the review is over already.
pub async fn set_state(
    tx: &mut WriteTx,
    review_id: ReviewId,
    state: ReviewState,
) -> Result<(), StorageError> {
    let closed = (state != ReviewState::Open).then_some(tx.now());
    let closed = crate::time::bind_optional(closed);
    sqlx::query!(
        "UPDATE reviews SET state = $2, closed_at = $3 WHERE review_id = $1",
        review_id.0,
        state.as_str(),
        closed as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A decision to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewDecision<'a> {
    /// The id, new for every verdict.
    pub decision_id: DecisionId,
    /// The judged review.
    pub review_id: ReviewId,
    /// The hash of the judged source.
    pub content_hash: ContentHash,
    /// The step of the review policy, from 0.
    pub step: u32,
    /// Whether the actor approves or requests changes.
    pub verdict: Verdict,
    /// The reason; required to request changes.
    pub comment: &'a str,
}

/// Writes the actor's decision.
///
/// # Errors
///
/// [`Conflict::FourEyes`](crate::Conflict::FourEyes) when the actor submitted the review or wrote a
/// part of the change. [`Conflict::DecidedAlready`](crate::Conflict::DecidedAlready) when the actor
/// approves a second time. [`Conflict::Blocked`](crate::Conflict::Blocked) when an open blocking
/// thread prevents approval.
pub async fn insert_decision(
    tx: &mut WriteTx,
    decision: NewDecision<'_>,
) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO decisions
               (decision_id, review_id, content_hash, step, verdict, comment, decided_by, decided_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        decision.decision_id.0,
        decision.review_id.0,
        decision.content_hash.as_bytes(),
        i32::try_from(decision.step).unwrap_or(i32::MAX),
        decision.verdict.as_str(),
        decision.comment,
        actor.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A revision that a person decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedRevision {
    /// The revision of this line.
    pub revision_id: RevisionId,
    /// The number of the revision: 1, 2, 3 … within the guide.
    pub revision_number: i32,
}

/// Returns the revision of a guide that `user_id` decided on last.
pub async fn find_last_judged(
    db: &dyn Reads,
    guide_id: GuideId,
    user_id: UserId,
) -> Result<Option<JudgedRevision>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT reviews.revision_id, revision_number
          FROM decisions
          JOIN reviews USING (review_id)
          JOIN revisions ON revisions.revision_id = reviews.revision_id
         WHERE reviews.guide_id = $1 AND decided_by = $2
         ORDER BY decided_at DESC, decision_id DESC
         LIMIT 1
        "#,
        guide_id.0,
        user_id.0,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(row.map(|row| JudgedRevision {
        revision_id: RevisionId(row.revision_id),
        revision_number: row.revision_number,
    }))
}

/// A review of a guide with its decisions.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ReviewRecord {
    /// The review of this line.
    pub review_id: ReviewId,
    /// The revision under review.
    pub revision_id: RevisionId,
    /// The number of that revision.
    pub revision_number: i32,
    /// The hash of that revision's source.
    pub content_hash: ContentHash,
    /// The state of the review.
    pub state: ReviewState,
    /// The author's message to the reviewer.
    pub message: String,
    /// The display name of the person who submitted the review.
    pub submitted_by_name: String,
    /// The time of the submission.
    pub submitted_at: Timestamp,
    /// The decisions, oldest first.
    pub decisions: Vec<DecisionRecord>,
}

/// A decision as people see it.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DecisionRecord {
    /// Whether the reviewer approved or requested changes.
    pub verdict: Verdict,
    /// The reason, which may be empty.
    pub comment: String,
    /// The reviewer's display name.
    pub decided_by_name: String,
    /// The time of the decision.
    pub decided_at: Timestamp,
}

/// Returns at most `limit` reviews of a guide, newest first.
pub async fn list_of_guide(
    db: &dyn Reads,
    guide_id: GuideId,
    limit: i64,
) -> Result<Vec<ReviewRecord>, StorageError> {
    let mut conn = db.conn().await?;
    let rows = sqlx::query!(
        r#"
        SELECT review_id, reviews.revision_id, revision_number, reviews.content_hash, state,
               reviews.message, display_name AS submitted_by_name,
               submitted_at AS "submitted_at: jiff_sqlx::Timestamp"
          FROM reviews
          JOIN revisions USING (guide_id, revision_id)
          JOIN users ON user_id = submitted_by
         WHERE guide_id = $1
         ORDER BY submitted_at DESC, review_id DESC
         LIMIT $2
        "#,
        guide_id.0,
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.review_id).collect();
    let mut decided = list_decisions(&mut conn, &ids).await?;
    rows.into_iter()
        .map(|row| {
            Ok(ReviewRecord {
                review_id: ReviewId(row.review_id),
                revision_id: RevisionId(row.revision_id),
                revision_number: row.revision_number,
                content_hash: crate::row::content_hash("reviews", &row.content_hash)?,
                state: row.state.parse().map_err(corrupt("reviews", "state"))?,
                message: row.message,
                submitted_by_name: row.submitted_by_name,
                submitted_at: row.submitted_at.to_jiff(),
                decisions: decided.remove(&row.review_id).unwrap_or_default(),
            })
        })
        .collect()
}

/// Returns the decisions on `review_ids` by review, oldest first.
async fn list_decisions(
    conn: &mut PgConnection,
    review_ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<DecisionRecord>>, StorageError> {
    let decisions = sqlx::query!(
        r#"
        SELECT review_id, verdict, comment, display_name AS decided_by_name,
               decided_at AS "decided_at: jiff_sqlx::Timestamp"
          FROM decisions
          JOIN users ON user_id = decided_by
         WHERE review_id = ANY ($1)
         ORDER BY decided_at, decision_id
        "#,
        review_ids,
    )
    .fetch_all(conn)
    .await?;
    let mut decided: HashMap<Uuid, Vec<DecisionRecord>> = HashMap::new();
    for row in decisions {
        let verdict = row.verdict.parse();
        decided
            .entry(row.review_id)
            .or_default()
            .push(DecisionRecord {
                verdict: verdict.map_err(corrupt("decisions", "verdict"))?,
                comment: row.comment,
                decided_by_name: row.decided_by_name,
                decided_at: row.decided_at.to_jiff(),
            });
    }
    Ok(decided)
}
