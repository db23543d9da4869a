use annai_domain::{GuideStatus, UserId};
use uuid::Uuid;

use super::Narrowed;
use super::facts::label;
use crate::{ReadDb, StorageError};

/// How many guides the filter lets through. What it does not ask for is not even joined.
pub(super) async fn count(db: &ReadDb, filter: &Narrowed<'_>) -> Result<i64, StorageError> {
    if filter.is_usual() {
        return count_of(db, filter.owner_id).await;
    }
    let total = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "total!"
          FROM guide_overview
         WHERE ($1::text IS NULL OR search_text LIKE $1)
           AND CASE WHEN $2::text[] IS NULL THEN NOT archived
                    ELSE (archived::text || ' ' || visibility || ' ' || work || ' ' || judgement) = ANY ($2)
               END
           AND ($3::text IS NULL OR category = $3)
           AND ($4::jsonb IS NULL OR front_matter @> $4)
           AND ($5::uuid IS NULL OR owner_id = $5)
           AND ($6::uuid IS NULL OR guide_id IN
                (SELECT guide_id FROM working_copies WHERE user_id = $6))
           AND ($7::uuid[] IS NULL OR guide_id = ANY ($7))
        "#,
        filter.pattern,
        filter.facts.as_deref(),
        filter.category,
        filter.tag.as_ref(),
        filter.owner_id,
        filter.written_by,
        filter.found.as_deref(),
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(total)
}

/// How many guides of the owner, or of everybody, are not archived: the usual list, and the only
/// one whose length needs no other table.
async fn count_of(db: &ReadDb, owner_id: Option<Uuid>) -> Result<i64, StorageError> {
    let total = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "total!"
          FROM guides
         WHERE archived_at IS NULL AND latest_revision_id IS NOT NULL
           AND ($1::uuid IS NULL OR owner_id = $1)
        "#,
        owner_id,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(total)
}

/// How many guides carry each label, in the order screens list them. `owner_id` narrows to one
/// person's guides, for people who may not know of others.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn count_by_status(
    db: &ReadDb,
    owner_id: Option<UserId>,
) -> Result<Vec<(GuideStatus, i64)>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT archived AS "archived!", visibility AS "visibility!", work AS "work!",
               judgement AS "judgement!", count(*) AS "count!"
          FROM guide_overview
         WHERE $1::uuid IS NULL OR owner_id = $1
         GROUP BY archived, visibility, work, judgement
        "#,
        owner_id.map(|owner| owner.0),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let mut counts: Vec<_> = GuideStatus::ALL
        .into_iter()
        .map(|label| (label, 0))
        .collect();
    for row in rows {
        let found = label(row.archived, &row.visibility, &row.work, &row.judgement)?;
        for (label, count) in &mut counts {
            if *label == found {
                *count += row.count;
            }
        }
    }
    Ok(counts)
}
