//! Guides that name each other: cards, links in bodies, and relations that lead nowhere.
//!
//! A slug that was public names its guide, also after the guide moved to another slug, until it is
//! led to another guide.

use annai_domain::decide::GuideScope;
use annai_domain::{GuideId, Slug};

use crate::error::corrupt;
use crate::{Reads, StorageError};

/// A public guide as other guides show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The slug that a card links to.
    pub slug: Slug,
    /// The title; empty where the text has none.
    pub title: String,
    /// The category; empty where the text has none.
    pub category: String,
    /// The URL of its image.
    pub image: Option<String>,
    /// The description.
    pub summary: String,
}

/// The public guide that a slug names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCard {
    /// The slug that was asked for: the guide's current one, or one under which it was public.
    pub named: String,
    /// The guide.
    pub guide_id: GuideId,
    /// Its card, with the current slug.
    pub card: Card,
}

/// Returns the public guides that `slugs` name, in no particular order.
pub async fn list_cards(db: &dyn Reads, slugs: &[String]) -> Result<Vec<NamedCard>, StorageError> {
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"
        SELECT asked.slug AS named, current.guide_id, current.slug, title, category, thumbnail,
               meta_description
          FROM slugs asked
          JOIN published_versions current
            ON current.guide_id = asked.guide_id AND current.to_ref IS NULL
         WHERE asked.slug = ANY ($1) AND asked.first_public_ref IS NOT NULL
        "#,
        slugs,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(NamedCard {
                named: row.named,
                guide_id: GuideId(row.guide_id),
                card: Card {
                    slug: row
                        .slug
                        .parse()
                        .map_err(corrupt("published_versions", "slug"))?,
                    title: row.title,
                    category: row.category,
                    image: row.thumbnail,
                    summary: row.meta_description,
                },
            })
        })
        .collect()
}

/// A public guide whose document shows another guide.
#[derive(Debug, Clone)]
pub struct Referrer {
    /// The guide that names the other one.
    pub guide_id: GuideId,
    /// The slug under which it is public.
    pub slug: Slug,
    /// The category; empty where the text has none.
    pub category: String,
    /// The slugs of related guides, as the front matter lists them.
    pub relations: Vec<String>,
    /// Whether its body has one of the references.
    pub links: bool,
    /// The exact source.
    pub source: Vec<u8>,
    /// The JSON document that readers get now.
    pub answer: Vec<u8>,
}

/// Lists the public guides, other than `without`, that name any of `slugs` as related or have any of
/// `references` in their bodies.
pub async fn list_referrers(
    db: &dyn Reads,
    without: Option<GuideId>,
    slugs: &[String],
    references: &[String],
) -> Result<Vec<Referrer>, StorageError> {
    let rows = sqlx::query!(
        r#"
        WITH linking AS (
            SELECT current.guide_id
              FROM revision_references named
              JOIN revisions USING (revision_id)
              JOIN published_versions current
                ON current.guide_id = revisions.guide_id AND current.to_ref IS NULL
               AND current.revision_id = revisions.revision_id
             WHERE named.kind = 'link' AND named.target = ANY ($3)
        ), referring AS (
            SELECT guide_id FROM linking
             UNION
            SELECT guide_id FROM published_versions
             WHERE related_jobs && $2 AND to_ref IS NULL
        )
        SELECT guide_id, slug, category, related_jobs, source, answer,
               guide_id IN (SELECT guide_id FROM linking) AS "links!"
          FROM published_versions
          JOIN referring USING (guide_id)
         WHERE to_ref IS NULL AND guide_id IS DISTINCT FROM $1::uuid
         ORDER BY guide_id
        "#,
        without.map(|guide_id| guide_id.0),
        slugs,
        references,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Referrer {
                guide_id: GuideId(row.guide_id),
                slug: row
                    .slug
                    .parse()
                    .map_err(corrupt("published_versions", "slug"))?,
                category: row.category,
                relations: row.related_jobs,
                links: row.links,
                source: row.source,
                answer: row.answer,
            })
        })
        .collect()
}

/// Lists the slugs of public guides, other than `guide_id`, that name any of `slugs` as related or
/// link to one of `addresses` in their bodies.
pub async fn list_referring_slugs(
    db: &dyn Reads,
    guide_id: GuideId,
    slugs: &[String],
    addresses: &[String],
) -> Result<Vec<Slug>, StorageError> {
    let slugs = sqlx::query_scalar!(
        r#"
        SELECT slug AS "slug!" FROM (
            SELECT guide_id, slug FROM published_versions
             WHERE related_jobs && $2 AND to_ref IS NULL
             UNION
            SELECT current.guide_id, current.slug
              FROM revision_references named
              JOIN revisions USING (revision_id)
              JOIN published_versions current
                ON current.guide_id = revisions.guide_id AND current.to_ref IS NULL
               AND current.revision_id = revisions.revision_id
             WHERE named.kind = 'link' AND named.target = ANY ($3)
        ) naming
         WHERE guide_id <> $1
         ORDER BY slug
        "#,
        guide_id.0,
        slugs,
        addresses,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    slugs
        .into_iter()
        .map(|slug| slug.parse().map_err(corrupt("published_versions", "slug")))
        .collect()
}

/// A broken relation: the public guide `slug` lists `missing`, which names no public guide.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BrokenRelation {
    /// The public guide with the relation.
    pub guide_id: GuideId,
    /// The slug of that guide.
    pub slug: String,
    /// The title of that guide.
    pub title: String,
    /// The listed slug that is not public.
    pub missing: String,
}

/// Lists broken relations of public guides in `scope`.
///
/// It omits guides whose references are not written yet: see [`references`](crate::references).
pub async fn list_broken_relations(
    db: &dyn Reads,
    scope: GuideScope,
    limit: i64,
) -> Result<Vec<BrokenRelation>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT current.guide_id, current.slug, current.title, named.target AS missing
          FROM published_versions current
          JOIN revision_references named
            ON named.revision_id = current.revision_id AND named.kind = 'relation'
         WHERE current.to_ref IS NULL
           AND NOT EXISTS (SELECT FROM slugs asked
                             JOIN published_versions other
                               ON other.guide_id = asked.guide_id AND other.to_ref IS NULL
                            WHERE asked.slug = named.target AND asked.first_public_ref IS NOT NULL)
           AND ($2::uuid IS NULL OR current.guide_id IN
                (SELECT guide_id FROM guides WHERE owner_id = $2))
         ORDER BY current.slug, named.target
         LIMIT $1
        "#,
        limit,
        scope.owner().map(|owner| owner.0),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| BrokenRelation {
            guide_id: GuideId(row.guide_id),
            slug: row.slug,
            title: row.title,
            missing: row.missing,
        })
        .collect())
}
