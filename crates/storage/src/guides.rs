//! Guides: identity, owner, archive, and the facts that decisions depend on.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::decide::GuideScope;
use annai_domain::{
    GuideFacts, GuideId, LatestRevision, PublicRevision, Review, ReviewId, ReviewPolicy,
    ReviewState, RevisionId, UserId, Visibility,
};

use crate::error::corrupt;
use crate::row::{content_hash, ledger_ref};
use crate::{Reads, StorageError, WriteTx};

/// Creates a guide without text; its first revision follows in the same transaction.
///
/// # Errors
///
/// [`Conflict::PathTaken`](crate::Conflict::PathTaken) when another guide has `path`,
/// [`Conflict::PathMalformed`](crate::Conflict::PathMalformed) when it leads out of the folder.
pub async fn insert(
    tx: &mut WriteTx,
    guide_id: GuideId,
    path: Option<&str>,
) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO guides (guide_id, owner_id, path, created_by, created_at)
        VALUES ($1, $2, $3, $2, $4)
        "#,
        guide_id.0,
        actor.0,
        path,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks the guide against other writers and returns every fact that decisions depend on.
///
/// Returns `None` when the guide does not exist.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when another writer holds the guide for too long.
pub async fn lock_facts(
    tx: &mut WriteTx,
    guide_id: GuideId,
) -> Result<Option<GuideFacts>, StorageError> {
    let locked = sqlx::query_scalar!(
        "SELECT guide_id FROM guides WHERE guide_id = $1 FOR NO KEY UPDATE",
        guide_id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    match locked {
        Some(_) => find_facts(tx, guide_id).await,
        None => Ok(None),
    }
}

/// Returns the path of the guide's source file; `None` if it has none.
pub async fn find_path(db: &dyn Reads, guide_id: GuideId) -> Result<Option<String>, StorageError> {
    let path = sqlx::query_scalar!("SELECT path FROM guides WHERE guide_id = $1", guide_id.0)
        .fetch_optional(&mut *db.conn().await?)
        .await?;
    Ok(path.flatten())
}

/// Returns the title of the newest text, empty if it has none; `None` if `scope` has no such guide.
pub async fn find_title(
    db: &dyn Reads,
    scope: GuideScope,
    guide_id: GuideId,
) -> Result<Option<String>, StorageError> {
    let title = sqlx::query_scalar!(
        r#"
        SELECT COALESCE(contents.title, '') AS "title!"
          FROM guides
          JOIN revisions ON revision_id = latest_revision_id
          JOIN contents USING (content_hash)
         WHERE guides.guide_id = $1 AND ($2::uuid IS NULL OR owner_id = $2)
        "#,
        guide_id.0,
        scope.owner().map(|owner| owner.0),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(title)
}

/// Returns the guide's facts without a lock: for screens that show the possible actions, and for
/// writes that touch nothing shared.
pub async fn find_facts(
    db: &dyn Reads,
    guide_id: GuideId,
) -> Result<Option<GuideFacts>, StorageError> {
    let mut conn = db.conn().await?;
    let row = sqlx::query!(
        r#"
        SELECT guides.owner_id, guides.archived_at IS NOT NULL AS "archived!",
               latest.revision_id, latest.revision_number, latest.content_hash, latest.created_by,
               ledger.ref AS "publication_ref?", ledger.action AS "action?",
               EXISTS (SELECT FROM threads
                        WHERE threads.guide_id = guides.guide_id AND is_blocking
                          AND is_open_thread(thread_id)) AS "is_blocked!"
          FROM guides
          JOIN revisions latest
            ON latest.guide_id = guides.guide_id AND latest.revision_id = guides.latest_revision_id
          LEFT JOIN publications ledger
            ON ledger.guide_id = guides.guide_id AND ledger.ref = guides.latest_publication_ref
         WHERE guides.guide_id = $1
        "#,
        guide_id.0,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };

    let visibility = match (row.publication_ref, row.action.as_deref()) {
        (None, _) => Visibility::NeverPublished,
        (Some(number), Some("expire")) => Visibility::Expired {
            publication_ref: ledger_ref(number)?,
        },
        (Some(number), _) => match load_public(&mut conn, guide_id).await? {
            Some(public) => Visibility::Published(public),
            None => Visibility::Unpublished {
                publication_ref: ledger_ref(number)?,
            },
        },
    };
    let review = load_live_review(&mut conn, guide_id).await?;
    let writers = load_writers(&mut conn, guide_id).await?;
    Ok(Some(GuideFacts {
        guide_id,
        owner_id: UserId(row.owner_id),
        archived: row.archived,
        latest: LatestRevision {
            revision_id: RevisionId(row.revision_id),
            revision_number: row.revision_number,
            content_hash: content_hash("revisions", &row.content_hash)?,
            created_by: UserId(row.created_by),
        },
        visibility,
        review,
        writers,
        is_blocked: row.is_blocked,
    }))
}

/// Locks `guide_ids` in ascending order. One order prevents deadlocks between a long transaction
/// and other writers.
///
/// # Errors
///
/// [`StorageError::Unavailable`] when another writer holds one of them for too long.
pub async fn lock_all(tx: &mut WriteTx, guide_ids: &[GuideId]) -> Result<(), StorageError> {
    let ids: Vec<_> = guide_ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        "SELECT guide_id FROM guides WHERE guide_id = ANY ($1) ORDER BY guide_id FOR NO KEY UPDATE",
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// The guide that belongs to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundGuide {
    /// The guide to compare the file with.
    pub guide_id: GuideId,
    /// Whether the guide came from that file; otherwise it only holds the slug.
    pub has_path: bool,
}

/// Finds the guide that came from the file `path`, or else the one that holds `slug`.
pub async fn find_by_path_or_slug(
    db: &dyn Reads,
    path: &str,
    slug: Option<&str>,
) -> Result<Option<FoundGuide>, StorageError> {
    let found = sqlx::query!(
        r#"
        SELECT guide_id AS "guide_id!", rank = 0 AS "has_path!" FROM (
            SELECT guide_id, 0 AS rank FROM guides WHERE path = $1
            UNION ALL
            SELECT guide_id, 1 FROM slugs WHERE slug = $2
        ) found ORDER BY rank LIMIT 1
        "#,
        path,
        slug,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(found.map(|row| FoundGuide {
        guide_id: GuideId(row.guide_id),
        has_path: row.has_path,
    }))
}

/// Records the source file of the guide.
///
/// # Errors
///
/// [`Conflict::PathTaken`](crate::Conflict::PathTaken) when another guide has `path`,
/// [`Conflict::PathMalformed`](crate::Conflict::PathMalformed) when it leads out of the folder.
pub async fn set_path(tx: &mut WriteTx, guide_id: GuideId, path: &str) -> Result<(), StorageError> {
    sqlx::query!(
        "UPDATE guides SET path = $2 WHERE guide_id = $1 AND path IS DISTINCT FROM $2",
        guide_id.0,
        path,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Gives the guide to another owner.
///
/// # Errors
///
/// [`StorageError::Database`] when the user does not exist.
pub async fn set_owner(
    tx: &mut WriteTx,
    guide_id: GuideId,
    owner_id: UserId,
) -> Result<(), StorageError> {
    sqlx::query!(
        "UPDATE guides SET owner_id = $2 WHERE guide_id = $1",
        guide_id.0,
        owner_id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Archives or unarchives the guide.
pub async fn set_archived(
    tx: &mut WriteTx,
    guide_id: GuideId,
    archived: bool,
) -> Result<(), StorageError> {
    let at = crate::time::bind_optional(archived.then_some(tx.now()));
    sqlx::query!(
        "UPDATE guides SET archived_at = $2 WHERE guide_id = $1",
        guide_id.0,
        at as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns the public revision of the guide, if it has one.
async fn load_public(
    conn: &mut sqlx::PgConnection,
    guide_id: GuideId,
) -> Result<Option<PublicRevision>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT publication_ref, revision_id, revision_number, content_hash, slug
          FROM published_versions
         WHERE guide_id = $1 AND to_ref IS NULL
        "#,
        guide_id.0,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(PublicRevision {
            publication_ref: ledger_ref(row.publication_ref)?,
            revision_id: RevisionId(row.revision_id),
            revision_number: row.revision_number,
            content_hash: content_hash("published_versions", &row.content_hash)?,
            slug: row
                .slug
                .parse()
                .map_err(corrupt("published_versions", "slug"))?,
        })
    })
    .transpose()
}

/// Returns the writers of the change under review, or of the newest text without a live review. The
/// schema applies the same rule to decisions.
async fn load_writers(
    conn: &mut sqlx::PgConnection,
    guide_id: GuideId,
) -> Result<Vec<UserId>, StorageError> {
    let writers = sqlx::query_scalar!(
        r#"
        SELECT change_writers(COALESCE(review.revision_id, guides.latest_revision_id),
                              CASE WHEN review.review_id IS NULL THEN public.publication_ref
                                   ELSE review.public_ref END) AS "writer!"
          FROM guides
          LEFT JOIN published_versions public
            ON public.guide_id = guides.guide_id AND public.to_ref IS NULL
          LEFT JOIN reviews review
            ON review.guide_id = guides.guide_id
           AND is_live_review(review.state)
         WHERE guides.guide_id = $1
        "#,
        guide_id.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(writers.into_iter().map(UserId).collect())
}

async fn load_live_review(
    conn: &mut sqlx::PgConnection,
    guide_id: GuideId,
) -> Result<Option<Review>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT review_id, revision_id, content_hash, state, submitted_by,
               policy AS "policy: sqlx::types::Json<ReviewPolicy>",
               COALESCE((SELECT array_agg(decided_by ORDER BY decided_at, decision_id)
                           FROM decisions
                          WHERE decisions.review_id = reviews.review_id AND verdict = 'approve'),
                        '{}') AS "approvers!",
               COALESCE((SELECT array_agg(step ORDER BY decided_at, decision_id)
                           FROM decisions
                          WHERE decisions.review_id = reviews.review_id AND verdict = 'approve'),
                        '{}') AS "steps!"
          FROM reviews
         WHERE guide_id = $1 AND is_live_review(state)
        "#,
        guide_id.0,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let steps = row.steps.into_iter().map(u32::try_from);
        let steps = steps
            .collect::<Result<Vec<_>, _>>()
            .map_err(corrupt("decisions", "step"))?;
        Ok(Review {
            review_id: ReviewId(row.review_id),
            revision_id: RevisionId(row.revision_id),
            content_hash: content_hash("reviews", &row.content_hash)?,
            policy: row.policy.0,
            state: row
                .state
                .parse::<ReviewState>()
                .map_err(corrupt("reviews", "state"))?,
            submitted_by: UserId(row.submitted_by),
            approvals: row.approvers.into_iter().map(UserId).zip(steps).collect(),
        })
    })
    .transpose()
}
