use annai_domain::{GuideId, RevisionId, UserId};
use uuid::Uuid;

use super::facts::label;
use super::{GuideListItem, GuideListStretch, Narrowed};
use crate::{Reads, StorageError};

/// Returns the lines of a page. Connections plan every statement for its parameters, so unset
/// filters cost nothing. The default page comes straight from an index, and so do those that follow
/// it: their bound on the time alone is one that the index knows, unlike a comparison of rows.
#[expect(clippy::too_many_lines, reason = "it is one statement")]
pub(super) async fn page(
    db: &dyn Reads,
    filter: &Narrowed<'_>,
    stretch: GuideListStretch<'_>,
) -> Result<Vec<GuideListItem>, StorageError> {
    let after = stretch.after;
    let rows = sqlx::query_as!(
        GuideListRow,
        r#"
        WITH page AS (
            SELECT *
              FROM guide_overview
             WHERE ($1::uuid[] IS NULL OR guide_id = ANY ($1))
               AND CASE WHEN $2::text[] IS NULL THEN NOT archived
                        ELSE (archived::text || ' ' || visibility || ' ' || work || ' ' || judgement) = ANY ($2)
                   END
               AND ($3::text IS NULL OR category = $3)
               AND ($4::jsonb IS NULL OR front_matter @> $4)
               AND ($5::uuid IS NULL OR owner_id = $5)
               AND ($9::uuid IS NULL OR guide_id IN
                    (SELECT guide_id FROM working_copies WHERE user_id = $9))
               AND ($11::uuid IS NULL OR owner_id = $11)
               AND CASE
                   WHEN $13::uuid IS NULL THEN TRUE
                   WHEN $6 = 'updated' AND NOT $12::boolean
                   THEN updated_at <= $14 AND (updated_at < $14 OR guide_id < $13)
                   WHEN $6 = 'updated'
                   THEN updated_at > $14 OR (updated_at = $14 AND guide_id < $13)
                   WHEN $6 = 'published' AND $14::timestamptz IS NULL
                   THEN published_at IS NULL AND guide_id < $13
                   WHEN $6 = 'published'
                   THEN published_at IS NULL OR (published_at = $14 AND guide_id < $13)
                        OR CASE WHEN $12 THEN published_at > $14 ELSE published_at < $14 END
                   WHEN $6 = 'title' AND $15 = ''
                   THEN NULLIF(title, '') IS NULL AND guide_id < $13
                   WHEN $6 = 'title'
                   THEN NULLIF(title, '') IS NULL OR (title = $15 AND guide_id < $13)
                        OR CASE WHEN $12 THEN title < $15 ELSE title > $15 END
                   END
             ORDER BY CASE WHEN $6 = 'updated' AND NOT $12 THEN updated_at END DESC,
                      CASE WHEN $6 = 'updated' AND $12 THEN updated_at END,
                      CASE WHEN $6 = 'published' AND NOT $12 THEN published_at END DESC NULLS LAST,
                      CASE WHEN $6 = 'published' AND $12 THEN published_at END,
                      CASE WHEN $6 = 'title' AND NOT $12 THEN NULLIF(title, '') END,
                      CASE WHEN $6 = 'title' AND $12 THEN NULLIF(title, '') END DESC NULLS LAST,
                      CASE WHEN $6 = 'slug' THEN slug END,
                      guide_id DESC
             LIMIT $7 OFFSET $8
        )
        SELECT page.guide_id AS "guide_id!", page.owner_id AS "owner_id!",
               owners.display_name AS owner_name,
               COALESCE(title, '') AS "title!", COALESCE(slug, '') AS "slug!",
               COALESCE(category, '') AS "category!",
               COALESCE(front_matter ->> $10::text, '') AS "summary!", archived AS "archived!",
               visibility AS "visibility!", work AS "work!", judgement AS "judgement!",
               latest_revision_id AS "latest_revision_id!",
               latest_revision_number AS "latest_revision_number!",
               savers.display_name AS updated_by_name,
               updated_at AS "updated_at!: jiff_sqlx::Timestamp",
               published_at AS "published_at?: jiff_sqlx::Timestamp"
          FROM page
          JOIN users owners ON owners.user_id = page.owner_id
          JOIN users savers ON savers.user_id = page.updated_by
         ORDER BY CASE WHEN $6 = 'updated' AND NOT $12 THEN updated_at END DESC,
                  CASE WHEN $6 = 'updated' AND $12 THEN updated_at END,
                  CASE WHEN $6 = 'published' AND NOT $12 THEN published_at END DESC NULLS LAST,
                  CASE WHEN $6 = 'published' AND $12 THEN published_at END,
                  CASE WHEN $6 = 'title' AND NOT $12 THEN NULLIF(title, '') END,
                  CASE WHEN $6 = 'title' AND $12 THEN NULLIF(title, '') END DESC NULLS LAST,
                  CASE WHEN $6 = 'slug' THEN slug END,
                  guide_id DESC
        "#,
        filter.found.as_deref(),
        filter.facts.as_deref(),
        filter.category,
        filter.tag.as_ref(),
        filter.owner_id,
        stretch.order.as_str(),
        stretch.limit,
        stretch.offset,
        filter.written_by,
        stretch.summary_key,
        filter.scope,
        stretch.is_reversed,
        after.map(|place| place.guide_id.0),
        crate::time::bind_optional(after.and_then(|place| place.at)) as _,
        after.map(|place| place.title.as_str()),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter().map(GuideListItem::try_from).collect()
}

struct GuideListRow {
    guide_id: Uuid,
    owner_id: Uuid,
    owner_name: String,
    title: String,
    slug: String,
    category: String,
    summary: String,
    archived: bool,
    visibility: String,
    work: String,
    judgement: String,
    latest_revision_id: Uuid,
    latest_revision_number: i32,
    updated_by_name: String,
    updated_at: jiff_sqlx::Timestamp,
    published_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<GuideListRow> for GuideListItem {
    type Error = StorageError;

    fn try_from(row: GuideListRow) -> Result<Self, StorageError> {
        Ok(Self {
            guide_id: GuideId(row.guide_id),
            owner_id: UserId(row.owner_id),
            owner_name: row.owner_name,
            title: row.title,
            slug: row.slug,
            category: row.category,
            summary: row.summary,
            status: label(row.archived, &row.visibility, &row.work, &row.judgement)?,
            latest_revision_id: RevisionId(row.latest_revision_id),
            latest_revision_number: row.latest_revision_number,
            updated_by_name: row.updated_by_name,
            updated_at: row.updated_at.to_jiff(),
            published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}
