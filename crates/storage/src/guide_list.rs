//! The list of guides that editors search, filter and page through.

use annai_domain::{
    GuideId, GuideStatus, Judgement, RevisionId, UserId, VisibilityKind, Work, status,
};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::{ReadDb, StorageError};

/// Which guides to list. Every part narrows; the default lists all that are not archived.
#[derive(Debug, Clone, Default)]
pub struct GuideListFilter {
    /// Title or slug contains this; folded as `annai_content::fold` does.
    pub search: Option<String>,
    /// Only these guides: what a search in the texts has found.
    pub found: Option<Vec<GuideId>>,
    /// Only guides with this label; archived ones are shown only when asked for.
    pub status: Option<GuideStatus>,
    /// Only this category.
    pub category: Option<String>,
    /// Only guides whose front matter has this tag.
    pub tag: Option<String>,
    /// Only guides of this owner.
    pub owner_id: Option<UserId>,
    /// Only guides of which this person has unsaved text.
    pub written_by: Option<UserId>,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GuideListOrder {
    /// Last saved first.
    #[default]
    Updated,
    /// By title.
    Title,
    /// By slug.
    Slug,
}

impl GuideListOrder {
    fn as_str(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Title => "title",
            Self::Slug => "slug",
        }
    }
}

/// One line of the list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListItem {
    /// The guide.
    pub guide_id: GuideId,
    /// Whose guide it is.
    pub owner_id: UserId,
    /// Their name.
    pub owner_name: String,
    /// The newest text's title; empty where it has none.
    pub title: String,
    /// The newest text's slug; empty where it has none.
    pub slug: String,
    /// The newest text's category; empty where it has none.
    pub category: String,
    /// The label.
    pub status: GuideStatus,
    /// The newest revision.
    pub latest_revision_id: RevisionId,
    /// Its number.
    pub latest_revision_number: i32,
    /// Who saved it, by name.
    pub updated_by_name: String,
    /// When.
    pub updated_at: Timestamp,
    /// When what readers see became public.
    pub published_at: Option<Timestamp>,
}

/// A page of the list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListPage {
    /// The lines.
    pub items: Vec<GuideListItem>,
    /// How many guides the filter lets through, on all pages.
    pub total: i64,
}

/// Lists guides; `limit` and `offset` count guides.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
#[expect(clippy::too_many_lines, reason = "one statement and its row")]
pub async fn list(
    db: &ReadDb,
    filter: &GuideListFilter,
    order: GuideListOrder,
    limit: i64,
    offset: i64,
) -> Result<GuideListPage, StorageError> {
    let pattern = filter.search.as_deref().map(contains_pattern);
    let facts = facts_of(filter.status);
    let ids = |found: &Vec<GuideId>| found.iter().map(|guide| guide.0).collect::<Vec<_>>();
    let found = filter.found.as_ref().map(ids);
    let rows = sqlx::query!(
        r#"
        WITH page AS (
            SELECT *, count(*) OVER () AS total
              FROM guide_overview
             WHERE ($1::text IS NULL OR search_text LIKE $1)
               AND (archived::text || ' ' || visibility || ' ' || work || ' ' || judgement) = ANY ($2)
               AND ($3::text IS NULL OR category = $3)
               AND ($4::text IS NULL OR front_matter -> 'tags' @> jsonb_build_array($4::text))
               AND ($5::uuid IS NULL OR owner_id = $5)
               AND ($9::uuid IS NULL OR guide_id IN
                    (SELECT guide_id FROM working_copies WHERE user_id = $9))
               AND ($10::uuid[] IS NULL OR guide_id = ANY ($10))
             ORDER BY CASE WHEN $6 = 'updated' THEN updated_at END DESC,
                      CASE WHEN $6 = 'title' THEN title END,
                      CASE WHEN $6 = 'slug' THEN slug END,
                      guide_id DESC
             LIMIT $7 OFFSET $8
        )
        SELECT page.guide_id AS "guide_id!", page.owner_id AS "owner_id!",
               owners.display_name AS owner_name,
               COALESCE(title, '') AS "title!", COALESCE(slug, '') AS "slug!",
               COALESCE(category, '') AS "category!", archived AS "archived!",
               visibility AS "visibility!", work AS "work!", judgement AS "judgement!",
               latest_revision_id AS "latest_revision_id!",
               latest_revision_number AS "latest_revision_number!",
               savers.display_name AS updated_by_name,
               updated_at AS "updated_at!: jiff_sqlx::Timestamp",
               published_at AS "published_at?: jiff_sqlx::Timestamp", total AS "total!"
          FROM page
          JOIN users owners ON owners.user_id = page.owner_id
          JOIN users savers ON savers.user_id = page.updated_by
         ORDER BY CASE WHEN $6 = 'updated' THEN updated_at END DESC,
                  CASE WHEN $6 = 'title' THEN title END,
                  CASE WHEN $6 = 'slug' THEN slug END,
                  guide_id DESC
        "#,
        pattern,
        &facts,
        filter.category,
        filter.tag,
        filter.owner_id.map(|owner| owner.0),
        order.as_str(),
        limit,
        offset,
        filter.written_by.map(|person| person.0),
        found.as_deref(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let total = match rows.first() {
        Some(row) => row.total,
        // Past the last page there is no row to carry it.
        None if offset > 0 => Box::pin(list(db, filter, order, 1, 0)).await?.total,
        None => 0,
    };
    let items = rows.into_iter().map(|row| {
        Ok(GuideListItem {
            guide_id: GuideId(row.guide_id),
            owner_id: UserId(row.owner_id),
            owner_name: row.owner_name,
            title: row.title,
            slug: row.slug,
            category: row.category,
            status: label(row.archived, &row.visibility, &row.work, &row.judgement)?,
            latest_revision_id: RevisionId(row.latest_revision_id),
            latest_revision_number: row.latest_revision_number,
            updated_by_name: row.updated_by_name,
            updated_at: row.updated_at.to_jiff(),
            published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    Ok(GuideListPage {
        items: items.collect::<Result<_, StorageError>>()?,
        total,
    })
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

/// The categories and owners that occur, for the filters.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListChoices {
    /// Categories, in order.
    pub categories: Vec<String>,
    /// Owners' ids and names, by name.
    pub owners: Vec<(UserId, String)>,
    /// The 200 most used tags, in order.
    pub tags: Vec<String>,
}

/// What the filters can offer.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list_choices(db: &ReadDb) -> Result<GuideListChoices, StorageError> {
    let mut conn = db.conn().await?;
    let categories = sqlx::query_scalar!(
        r#"
        SELECT DISTINCT category AS "category!" FROM guide_overview
         WHERE category IS NOT NULL ORDER BY 1
        "#,
    )
    .fetch_all(&mut *conn)
    .await?;
    let owners = sqlx::query!(
        r#"
        SELECT user_id, display_name FROM users
         WHERE user_id IN (SELECT owner_id FROM guides) ORDER BY display_name, user_id
        "#,
    )
    .fetch_all(&mut *conn)
    .await?;
    let tags = sqlx::query_scalar!(
        r#"
        SELECT tag AS "tag!" FROM (
            SELECT tag, count(*) AS used
              FROM guide_overview,
                   jsonb_array_elements_text(CASE jsonb_typeof(front_matter -> 'tags')
                       WHEN 'array' THEN front_matter -> 'tags' ELSE '[]' END) AS tag
             GROUP BY tag ORDER BY used DESC, tag LIMIT 200
        ) most ORDER BY tag
        "#,
    )
    .fetch_all(&mut *conn)
    .await?;
    let owners = owners
        .into_iter()
        .map(|row| (UserId(row.user_id), row.display_name))
        .collect();
    Ok(GuideListChoices {
        categories,
        owners,
        tags,
    })
}

const VISIBILITIES: [(VisibilityKind, &str); 4] = [
    (VisibilityKind::NeverPublished, "never_published"),
    (VisibilityKind::Published, "published"),
    (VisibilityKind::Unpublished, "unpublished"),
    (VisibilityKind::Expired, "expired"),
];
const WORKS: [(Work, &str); 2] = [(Work::Clean, "clean"), (Work::Ahead, "ahead")];
const JUDGEMENTS: [(Judgement, &str); 4] = [
    (Judgement::None, "none"),
    (
        Judgement::InReview {
            step: 0,
            approvals: 0,
            needed: 0,
        },
        "open",
    ),
    (Judgement::ChangesRequested, "changes_requested"),
    (Judgement::Approved, "approved"),
];

/// The combinations of facts that carry the label `wanted`, as the query spells them; without
/// one, all that are not archived. The domain alone decides which label facts add up to.
fn facts_of(wanted: Option<GuideStatus>) -> Vec<String> {
    let mut keys = Vec::new();
    for archived in [false, true] {
        for (visibility, visibility_word) in VISIBILITIES {
            for (work, work_word) in WORKS {
                for (judgement, judgement_word) in JUDGEMENTS {
                    let label = status(archived, visibility, work, judgement);
                    if wanted.map_or(label != GuideStatus::Archived, |wanted| label == wanted) {
                        keys.push(format!(
                            "{archived} {visibility_word} {work_word} {judgement_word}"
                        ));
                    }
                }
            }
        }
    }
    keys
}

/// The label of one row's facts.
fn label(
    archived: bool,
    visibility: &str,
    work: &str,
    judgement: &str,
) -> Result<GuideStatus, StorageError> {
    fn find<T: Copy>(words: &[(T, &str)], word: &str) -> Result<T, StorageError> {
        let found = words.iter().find(|(_, known)| *known == word);
        found
            .map(|(value, _)| *value)
            .ok_or_else(|| format!("`{word}` is not a fact"))
            .map_err(corrupt("guide_overview", "facts"))
    }
    Ok(status(
        archived,
        find(&VISIBILITIES, visibility)?,
        find(&WORKS, work)?,
        find(&JUDGEMENTS, judgement)?,
    ))
}

/// A LIKE pattern for "contains `text`", in which nothing of `text` is a wildcard.
fn contains_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
