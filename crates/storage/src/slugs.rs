//! Slugs and the guides that hold them.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::decide::{GuideScope, SlugUse};
use annai_domain::{GuideId, Slug};

use crate::{Reads, StorageError, WriteTx};

/// Claims `slug` for the guide. Returns whether the guide holds it now; `false` means that another
/// guide does.
pub async fn claim(tx: &mut WriteTx, guide_id: GuideId, slug: &Slug) -> Result<bool, StorageError> {
    let now = crate::time::bind(tx.now());
    let holder = sqlx::query_scalar!(
        r#"
        INSERT INTO slugs (slug, guide_id, claimed_at) VALUES ($1, $2, $3)
        ON CONFLICT (slug) DO UPDATE SET claimed_at = slugs.claimed_at
        RETURNING guide_id
        "#,
        slug.as_str(),
        guide_id.0,
        now as _,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(holder == guide_id.0)
}

/// Releases the guide's claims that never became public, except `kept`.
pub async fn release_unused(
    tx: &mut WriteTx,
    guide_id: GuideId,
    kept: &Slug,
) -> Result<(), StorageError> {
    sqlx::query!(
        "DELETE FROM slugs WHERE guide_id = $1 AND slug <> $2 AND first_public_ref IS NULL",
        guide_id.0,
        kept.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Releases the guide's claim of `slug`, which never became public.
pub async fn release(tx: &mut WriteTx, guide_id: GuideId, slug: &Slug) -> Result<(), StorageError> {
    sqlx::query!(
        "DELETE FROM slugs WHERE guide_id = $1 AND slug = $2",
        guide_id.0,
        slug.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks `slug` until the commit and returns its use. A free slug cannot be locked: [`claim`] it.
pub async fn lock_use(tx: &mut WriteTx, slug: &Slug) -> Result<SlugUse, StorageError> {
    sqlx::query!(
        r#"SELECT slug FROM slugs WHERE slug = $1 FOR UPDATE"#,
        slug.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    // A statement of its own, because it has to see what was committed during the wait.
    let held = sqlx::query!(
        r#"
        SELECT slugs.guide_id, first_public_ref IS NOT NULL AS "was_public!",
               public.guide_id IS NOT NULL AS "is_public!",
               COALESCE(public.slug = slugs.slug, false) AS "is_address!"
          FROM slugs
          LEFT JOIN published_versions public
            ON public.guide_id = slugs.guide_id AND public.to_ref IS NULL
         WHERE slugs.slug = $1
        "#,
        slug.as_str(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(match held {
        None => SlugUse::Free,
        Some(held) if held.was_public => SlugUse::Led {
            to: GuideId(held.guide_id),
            is_public: held.is_public,
            is_address: held.is_address,
        },
        Some(held) => SlugUse::Claimed(GuideId(held.guide_id)),
    })
}

/// A slug that a guide holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSlug {
    /// The slug.
    pub slug: Slug,
    /// Whether it was public.
    pub was_public: bool,
    /// Whether readers see the guide under it.
    pub is_address: bool,
}

/// Lists every slug that the guide holds, by slug.
pub async fn list_held(db: &dyn Reads, guide_id: GuideId) -> Result<Vec<HeldSlug>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT slugs.slug, first_public_ref IS NOT NULL AS "was_public!",
               COALESCE(public.slug = slugs.slug, false) AS "is_address!"
          FROM slugs
          LEFT JOIN published_versions public
            ON public.guide_id = slugs.guide_id AND public.to_ref IS NULL
         WHERE slugs.guide_id = $1
         ORDER BY slugs.slug
        "#,
        guide_id.0,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let held = rows.into_iter().map(|row| {
        Ok(HeldSlug {
            slug: row
                .slug
                .parse()
                .map_err(crate::error::corrupt("slugs", "slug"))?,
            was_public: row.was_public,
            is_address: row.is_address,
        })
    });
    held.collect()
}

/// Lists every slug that was public and leads to the guide, in no particular order.
pub async fn list_public(db: &dyn Reads, guide_id: GuideId) -> Result<Vec<Slug>, StorageError> {
    let slugs = sqlx::query_scalar!(
        "SELECT slug FROM slugs WHERE guide_id = $1 AND first_public_ref IS NOT NULL",
        guide_id.0,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    slugs
        .iter()
        .map(|slug| slug.parse().map_err(crate::error::corrupt("slugs", "slug")))
        .collect()
}

/// Finds the guide that holds `slug`, by publication or by a claim.
pub async fn find_holder(db: &dyn Reads, slug: &Slug) -> Result<Option<GuideId>, StorageError> {
    let holder = sqlx::query_scalar!("SELECT guide_id FROM slugs WHERE slug = $1", slug.as_str())
        .fetch_optional(&mut *db.conn().await?)
        .await?;
    Ok(holder.map(GuideId))
}

/// A slug that the pickers of guides know, with the guide's title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSlug {
    /// The slug.
    pub slug: String,
    /// The guide that holds it.
    pub guide_id: GuideId,
    /// The newest title in the viewer's scope, otherwise the public one; empty if there is none.
    pub title: String,
    /// The slug under which readers see the guide now.
    pub public_slug: Option<String>,
    /// Whether readers ever saw the guide.
    pub was_public: bool,
}

/// Lists slugs of guides that are not archived, ordered by slug.
///
/// These are all slugs of the guides in `scope`, and those under which other public guides are or
/// were public.
pub async fn list_known(
    db: &dyn Reads,
    scope: GuideScope,
    limit: i64,
) -> Result<Vec<KnownSlug>, StorageError> {
    let known = sqlx::query!(
        r#"
        SELECT slugs.slug, slugs.guide_id,
               COALESCE(CASE WHEN $1::uuid IS NULL OR guides.owner_id = $1
                             THEN contents.title ELSE public.title END, '') AS "title!",
               public.slug AS "public_slug?",
               guides.latest_publication_ref IS NOT NULL AS "was_public!"
          FROM slugs
          JOIN guides ON guides.guide_id = slugs.guide_id AND guides.archived_at IS NULL
          JOIN revisions ON revisions.revision_id = guides.latest_revision_id
          JOIN contents USING (content_hash)
          LEFT JOIN published_versions public
            ON public.guide_id = slugs.guide_id AND public.to_ref IS NULL
           AND slugs.first_public_ref IS NOT NULL
         WHERE $1::uuid IS NULL OR guides.owner_id = $1 OR public.guide_id IS NOT NULL
         ORDER BY slugs.slug
         LIMIT $2
        "#,
        scope.owner().map(|owner| owner.0),
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let known = known.into_iter().map(|row| KnownSlug {
        slug: row.slug,
        guide_id: GuideId(row.guide_id),
        title: row.title,
        public_slug: row.public_slug,
        was_public: row.was_public,
    });
    Ok(known.collect())
}

/// Finds at most `limit` guides whose title and slug are wanted.
///
/// Each guide appears under its public slug, or else its newest one; public guides come first.
/// `scope` narrows as in [`list_known`]. Of other guides, only the public title and slug count.
/// Names are compared here, not in the database, because no table keeps folded texts.
pub async fn search_known(
    db: &dyn Reads,
    scope: GuideScope,
    is_wanted: impl Fn(&str, &str) -> bool,
    limit: usize,
) -> Result<Vec<KnownSlug>, StorageError> {
    let known = sqlx::query!(
        r#"
        SELECT COALESCE(public.slug, contents.slug) AS "slug!", guides.guide_id,
               COALESCE(CASE WHEN known.whole THEN contents.title ELSE public.title END, '') AS "title!",
               COALESCE(CASE WHEN known.whole THEN contents.slug ELSE public.slug END, '') AS "own_slug!",
               public.slug AS "public_slug?", latest_publication_ref IS NOT NULL AS "was_public!"
          FROM guides
         CROSS JOIN LATERAL (SELECT $1::uuid IS NULL OR owner_id = $1 AS whole) known
          JOIN revisions ON revisions.revision_id = guides.latest_revision_id
          JOIN contents USING (content_hash)
          LEFT JOIN published_versions public
            ON public.guide_id = guides.guide_id AND public.to_ref IS NULL
         WHERE archived_at IS NULL AND (known.whole OR public.guide_id IS NOT NULL)
           AND COALESCE(public.slug, contents.slug) IS NOT NULL
         ORDER BY public.slug IS NULL, COALESCE(public.slug, contents.slug)
        "#,
        scope.owner().map(|owner| owner.0),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    let known = known.into_iter();
    let wanted = known.filter(|row| is_wanted(&row.title, &row.own_slug));
    let wanted = wanted.take(limit).map(|row| KnownSlug {
        slug: row.slug,
        guide_id: GuideId(row.guide_id),
        title: row.title,
        public_slug: row.public_slug,
        was_public: row.was_public,
    });
    Ok(wanted.collect())
}

/// Lists the slugs among `slugs` that no guide holds: broken relations.
///
/// The result is empty unless `scope` is every guide. Otherwise the absence of a slug would reveal
/// a draft.
pub async fn list_unknown(
    db: &dyn Reads,
    scope: GuideScope,
    slugs: &[String],
) -> Result<Vec<String>, StorageError> {
    if scope.is_everything() {
        list_unclaimed(db, slugs).await
    } else {
        Ok(Vec::new())
    }
}

/// Lists the slugs among `slugs` that no guide holds, drafts included.
async fn list_unclaimed(db: &dyn Reads, slugs: &[String]) -> Result<Vec<String>, StorageError> {
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    let unknown = sqlx::query_scalar!(
        r#"
        SELECT wanted AS "wanted!" FROM unnest($1::text[]) AS wanted
         WHERE NOT EXISTS (SELECT FROM slugs WHERE slug = wanted)
        "#,
        slugs,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(unknown)
}
