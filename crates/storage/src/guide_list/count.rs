use annai_domain::GuideStatus;
use annai_domain::decide::GuideScope;

use super::facts::label;
use super::{GuideListFilter, Narrowed};
use crate::{Reads, StorageError};

/// Counts the guides that satisfy the filter. The usual list takes a shorter query, without joins.
pub(super) async fn count(db: &dyn Reads, filter: &Narrowed<'_>) -> Result<i64, StorageError> {
    if filter.is_usual() {
        return count_usual(db, filter).await;
    }
    let total = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "total!"
          FROM guide_overview
         WHERE ($1::uuid[] IS NULL OR guide_id = ANY ($1))
           AND CASE WHEN $2::text[] IS NULL THEN NOT archived
                    ELSE (archived::text || ' ' || visibility || ' ' || work || ' ' || judgement) = ANY ($2)
               END
           AND ($3::text IS NULL OR category = $3)
           AND ($4::jsonb IS NULL OR front_matter @> $4)
           AND ($5::uuid IS NULL OR owner_id = $5)
           AND ($6::uuid IS NULL OR guide_id IN
                (SELECT guide_id FROM working_copies WHERE user_id = $6))
           AND ($7::uuid IS NULL OR owner_id = $7)
        "#,
        filter.found.as_deref(),
        filter.facts.as_deref(),
        filter.category,
        filter.tag.as_ref(),
        filter.owner_id,
        filter.written_by,
        filter.scope,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(total)
}

/// Counts the guides in the usual list: those that are not archived, of one owner or of all. Only
/// this count needs no other table.
async fn count_usual(db: &dyn Reads, filter: &Narrowed<'_>) -> Result<i64, StorageError> {
    let total = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "total!"
          FROM guides
         WHERE archived_at IS NULL AND latest_revision_id IS NOT NULL
           AND ($1::uuid IS NULL OR owner_id = $1)
           AND ($2::uuid IS NULL OR owner_id = $2)
        "#,
        filter.owner_id,
        filter.scope,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(total)
}

/// Counts the guides in `scope` by label, in the order of [`GuideStatus::ALL`].
///
/// Every filter but the one by status narrows the counts.
pub async fn count_by_status(
    db: &dyn Reads,
    scope: GuideScope,
    filter: &GuideListFilter,
) -> Result<Vec<(GuideStatus, i64)>, StorageError> {
    let filter = Narrowed::new(scope, filter);
    let rows = sqlx::query!(
        r#"
        SELECT archived AS "archived!", visibility AS "visibility!", work AS "work!",
               judgement AS "judgement!", count(*) AS "count!"
          FROM guide_overview
         WHERE ($1::uuid[] IS NULL OR guide_id = ANY ($1))
           AND ($2::text IS NULL OR category = $2)
           AND ($3::jsonb IS NULL OR front_matter @> $3)
           AND ($4::uuid IS NULL OR owner_id = $4)
           AND ($5::uuid IS NULL OR guide_id IN
                (SELECT guide_id FROM working_copies WHERE user_id = $5))
           AND ($6::uuid IS NULL OR owner_id = $6)
         GROUP BY archived, visibility, work, judgement
        "#,
        filter.found.as_deref(),
        filter.category,
        filter.tag.as_ref(),
        filter.owner_id,
        filter.written_by,
        filter.scope,
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
