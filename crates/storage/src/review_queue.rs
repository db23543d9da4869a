//! The queue of live reviews, as one person sees it.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::decide::GuideScope;
use annai_domain::{GuideId, ReviewId, ReviewState, RevisionId, UserId, closed_set};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::{Reads, StorageError};

closed_set! {
    /// The part of the queue in which a person finds a review.
    pub enum QueuePart: "a part of the review queue" {
        /// It waits for them. They judged, own or discuss the guide.
        Involved = "involved",
        /// It waits for them like any other.
        Other = "other",
        /// They judged it, and it waits for somebody else.
        Judged = "judged",
        /// They submitted it or wrote a part of it, and so may not judge it.
        Own = "own",
    }
}

impl QueuePart {
    /// The parts that wait for the person.
    pub const WAITING: [Self; 2] = [Self::Involved, Self::Other];
}

/// The person who reads the queue.
#[derive(Debug, Clone, Copy)]
pub struct QueueViewer {
    /// The guides that they may know of.
    pub scope: GuideScope,
    /// The person; decides on the part of every review.
    pub user_id: UserId,
}

/// The reviews to list or count.
#[derive(Debug, Clone, Copy)]
pub struct QueueFilter<'a> {
    /// The category of the text under review.
    pub category: Option<&'a str>,
    /// The person who submitted the review.
    pub submitted_by: Option<UserId>,
    /// The parts to show.
    pub parts: &'a [QueuePart],
}

impl QueueFilter<'_> {
    /// Lets every review through.
    pub const ALL: QueueFilter<'static> = QueueFilter {
        category: None,
        submitted_by: None,
        parts: &QueuePart::ALL,
    };

    fn parts(&self) -> Vec<String> {
        let words = self.parts.iter().map(|part| part.as_str().to_owned());
        words.collect()
    }
}

/// One line of the review queue.
#[derive(Debug, Clone, serde::Serialize)]
pub struct QueuedReview {
    /// The review of this line.
    pub review_id: ReviewId,
    /// The guide that the review belongs to.
    pub guide_id: GuideId,
    /// The revision under review.
    pub revision_id: RevisionId,
    /// The number of that revision.
    pub revision_number: i32,
    /// The state of the review.
    pub state: ReviewState,
    /// The title of the text under review; empty if it has none.
    pub title: String,
    /// The slug of the text under review; empty if it has none.
    pub slug: String,
    /// The category of the text under review; empty if it has none.
    pub category: String,
    /// The author's message to the reviewer.
    pub message: String,
    /// The person who submitted the review.
    pub submitted_by: UserId,
    /// That person's display name.
    pub submitted_by_name: String,
    /// The time of the submission.
    pub submitted_at: Timestamp,
    /// The letters that the change adds and removes; `None`: nobody measured it.
    pub letters: Option<(i32, i32)>,
    /// Whether a newer revision was saved since (古い).
    pub is_stale: bool,
    /// Whether an approver wrote a part of the change by what is public now.
    pub has_lapsed_approval: bool,
    /// The viewer's part.
    pub part: QueuePart,
}

/// A stretch of the queue.
#[derive(Debug, Clone, Copy)]
pub struct QueuePage {
    /// Whether the parts follow each other; else all reviews stand in one order.
    pub by_part: bool,
    /// The most reviews to return.
    pub limit: i64,
    /// The reviews to skip.
    pub offset: i64,
}

/// Lists the reviews in `state`, the longest waiting first.
pub async fn list(
    db: &dyn Reads,
    viewer: QueueViewer,
    state: ReviewState,
    filter: &QueueFilter<'_>,
    page: QueuePage,
) -> Result<Vec<QueuedReview>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT reviews.review_id, reviews.guide_id, reviews.revision_id, pinned.revision_number,
               reviews.state, COALESCE(contents.title, '') AS "title!", COALESCE(contents.slug, '') AS "slug!",
               COALESCE(contents.category, '') AS "category!", reviews.message,
               reviews.submitted_by, users.display_name AS submitted_by_name, reviews.submitted_at AS "submitted_at: jiff_sqlx::Timestamp",
               reviews.added_letters, reviews.removed_letters,
               guides.latest_revision_id <> reviews.revision_id AS "is_stale!",
               has_lapsed_approval(reviews.review_id) AS "has_lapsed_approval!", queued.part AS "part!"
          FROM queued_reviews($2) AS queued
          JOIN reviews ON reviews.review_id = queued.review_id
          JOIN guides ON guides.guide_id = queued.guide_id
          JOIN revisions pinned ON pinned.revision_id = reviews.revision_id
          JOIN contents ON contents.content_hash = reviews.content_hash
          JOIN users ON users.user_id = reviews.submitted_by
         WHERE queued.state = $1 AND ($3::uuid IS NULL OR queued.owner_id = $3)
           AND ($4::text IS NULL OR contents.category = $4)
           AND ($5::uuid IS NULL OR queued.submitted_by = $5) AND queued.part = ANY ($6)
         ORDER BY CASE WHEN $9::boolean
                       THEN array_position(ARRAY['involved', 'other', 'judged', 'own'], queued.part)
                  END,
                  queued.submitted_at, queued.review_id
         LIMIT $7 OFFSET $8
        "#,
        state.as_str(),
        viewer.user_id.0,
        viewer.scope.owner().map(|owner| owner.0),
        filter.category,
        filter.submitted_by.map(|user| user.0),
        &filter.parts(),
        page.limit,
        page.offset,
        page.by_part,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(QueuedReview {
                review_id: ReviewId(row.review_id),
                guide_id: GuideId(row.guide_id),
                revision_id: RevisionId(row.revision_id),
                revision_number: row.revision_number,
                state: row.state.parse().map_err(corrupt("reviews", "state"))?,
                title: row.title,
                slug: row.slug,
                category: row.category,
                message: row.message,
                submitted_by: UserId(row.submitted_by),
                submitted_by_name: row.submitted_by_name,
                submitted_at: row.submitted_at.to_jiff(),
                letters: row.added_letters.zip(row.removed_letters),
                is_stale: row.is_stale,
                has_lapsed_approval: row.has_lapsed_approval,
                part: row.part.parse().map_err(corrupt("reviews", "part"))?,
            })
        })
        .collect()
}

/// The number of reviews in one state and part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCount {
    /// The state of the reviews.
    pub state: ReviewState,
    /// The viewer's part.
    pub part: QueuePart,
    /// The number of them.
    pub count: i64,
}

/// Counts the live reviews by state and part.
pub async fn count(
    db: &dyn Reads,
    viewer: QueueViewer,
    filter: &QueueFilter<'_>,
) -> Result<Vec<QueueCount>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT queued.state AS "state!", queued.part AS "part!", count(*) AS "count!"
          FROM queued_reviews($1) AS queued
         WHERE ($2::uuid IS NULL OR owner_id = $2)
           AND ($3::text IS NULL OR
                (SELECT category FROM contents WHERE contents.content_hash = queued.content_hash) = $3)
           AND ($4::uuid IS NULL OR submitted_by = $4)
           AND part = ANY ($5)
         GROUP BY queued.state, queued.part
        "#,
        viewer.user_id.0,
        viewer.scope.owner().map(|owner| owner.0),
        filter.category,
        filter.submitted_by.map(|user| user.0),
        &filter.parts(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(QueueCount {
                state: row.state.parse().map_err(corrupt("reviews", "state"))?,
                part: row.part.parse().map_err(corrupt("reviews", "part"))?,
                count: row.count,
            })
        })
        .collect()
}

/// Lists the guides of the open reviews that `filter` lets through, by part and the longest waiting
/// first.
pub async fn list_guides(
    db: &dyn Reads,
    viewer: QueueViewer,
    filter: &QueueFilter<'_>,
) -> Result<Vec<GuideId>, StorageError> {
    let guides = sqlx::query_scalar!(
        r#"
        SELECT guide_id AS "guide_id!"
          FROM queued_reviews($1) AS queued
         WHERE state = 'open' AND ($2::uuid IS NULL OR owner_id = $2)
           AND ($3::text IS NULL OR
                (SELECT category FROM contents WHERE contents.content_hash = queued.content_hash) = $3)
           AND ($4::uuid IS NULL OR submitted_by = $4)
           AND part = ANY ($5)
         ORDER BY array_position(ARRAY['involved', 'other', 'judged', 'own'], part),
                  submitted_at, review_id
        "#,
        viewer.user_id.0,
        viewer.scope.owner().map(|owner| owner.0),
        filter.category,
        filter.submitted_by.map(|user| user.0),
        &filter.parts(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(guides.into_iter().map(GuideId).collect())
}

/// Counts the open reviews that wait for the viewer.
pub async fn count_waiting(db: &dyn Reads, viewer: QueueViewer) -> Result<i64, StorageError> {
    let count = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!"
          FROM queued_reviews($1)
         WHERE state = 'open' AND ($2::uuid IS NULL OR owner_id = $2) AND part = ANY ($3)
        "#,
        viewer.user_id.0,
        viewer.scope.owner().map(|owner| owner.0),
        &QueuePart::WAITING.map(|part| part.as_str().to_owned()),
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(count)
}

/// Lists the people who submitted live reviews, by name.
pub async fn list_submitters(
    db: &dyn Reads,
    scope: GuideScope,
) -> Result<Vec<(UserId, String)>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT DISTINCT display_name, user_id
          FROM reviews
          JOIN guides USING (guide_id)
          JOIN users ON user_id = submitted_by
         WHERE is_live_review(state) AND archived_at IS NULL
           AND ($1::uuid IS NULL OR owner_id = $1)
         ORDER BY display_name, user_id
        "#,
        scope.owner().map(|owner| owner.0),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let people = rows.into_iter();
    Ok(people
        .map(|row| (UserId(row.user_id), row.display_name))
        .collect())
}
