//! The projection of the ledger: the bytes that readers get, written with the publication itself.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::decide::GuideScope;
use annai_domain::{ContentHash, GuideId, Ref, RevisionId, Slug};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::{Reads, StorageError, WriteTx};

mod public_texts;

pub use public_texts::{PublicText, list_changed_guides, list_public_texts};

/// The data that readers get of a guide from `from_ref` on.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// The guide that the version belongs to.
    pub guide_id: GuideId,
    /// The ledger entry that publishes the revision, and the first ref that serves these bytes.
    pub from_ref: Ref,
    /// The revision that becomes public.
    pub revision_id: RevisionId,
    /// The number of that revision: 1, 2, 3 … within the guide.
    pub revision_number: i32,
    /// The hash of its source.
    pub content_hash: ContentHash,
    /// The slug that readers use from then on.
    pub slug: &'a Slug,
    /// The columns that cards and lists read.
    pub index: &'a IndexColumns,
    /// The time when the guide first became public.
    pub first_published_at: Timestamp,
    /// The exact source.
    pub source: &'a [u8],
    /// The JSON of `GET /v1/guides/{slug}`.
    pub answer: &'a ReadyAnswer,
    /// The document's `data` without the body.
    pub listing: &'a [u8],
    /// The text without markup.
    pub plain_text: &'a str,
}

/// A JSON document in every encoding, ready to be sent.
#[derive(Debug, Clone)]
pub struct ReadyAnswer {
    /// The JSON without compression.
    pub identity: Vec<u8>,
    /// The JSON compressed with Brotli.
    pub brotli: Vec<u8>,
    /// The JSON compressed with Zstandard.
    pub zstd: Vec<u8>,
    /// The JSON compressed with gzip.
    pub gzip: Vec<u8>,
}

/// The columns of a published guide that lists, filters and cards read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexColumns {
    /// The title; empty where the text has none.
    pub title: String,
    /// The category; empty where the text has none.
    pub category: String,
    /// The description.
    pub summary: String,
    /// The URL of the image on cards.
    pub image: Option<String>,
    /// The keywords, in the order of the front matter.
    pub keywords: Vec<String>,
    /// The tags, in the order of the front matter.
    pub tags: Vec<String>,
    /// The slugs of related guides, as the front matter lists them.
    pub relations: Vec<String>,
}

/// Ends the guide's current version at `to_ref`, if it has one.
pub async fn end_current(
    tx: &mut WriteTx,
    guide_id: GuideId,
    to_ref: Ref,
) -> Result<(), StorageError> {
    sqlx::query!(
        "UPDATE published_versions SET to_ref = $2 WHERE guide_id = $1 AND to_ref IS NULL",
        guide_id.0,
        to_ref.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a new current version.
///
/// # Errors
///
/// [`Conflict::SlugTaken`](crate::Conflict::SlugTaken) when another guide is public under the
/// slug.
pub async fn insert(tx: &mut WriteTx, version: &NewVersion<'_>) -> Result<(), StorageError> {
    let now = crate::time::bind(tx.now());
    let first_published_at = crate::time::bind(version.first_published_at);
    sqlx::query!(
        r#"
        INSERT INTO published_versions
               (guide_id, from_ref, publication_ref, revision_id, revision_number, content_hash,
                slug, title, category, meta_description, thumbnail, keywords, tags, related_jobs,
                first_published_at, published_at, updated_at, source, answer, answer_brotli,
                answer_zstd, answer_gzip, listing, plain_text)
        VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16,
                $17, $18, $19, $20, $21, $22)
        "#,
        version.guide_id.0,
        version.from_ref.get(),
        version.revision_id.0,
        version.revision_number,
        version.content_hash.as_bytes(),
        version.slug.as_str(),
        version.index.title,
        version.index.category,
        version.index.summary,
        version.index.image,
        &version.index.keywords,
        &version.index.tags,
        &version.index.relations,
        first_published_at as _,
        now as _,
        version.source,
        version.answer.identity,
        version.answer.brotli,
        version.answer.zstd,
        version.answer.gzip,
        version.listing,
        version.plain_text,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the version that ended at `from_ref` again, with another document.
///
/// It serves a guide whose own text stayed the same while the cards of other guides in it changed.
pub async fn insert_refreshed(
    tx: &mut WriteTx,
    guide_id: GuideId,
    from_ref: Ref,
    answer: &ReadyAnswer,
) -> Result<(), StorageError> {
    let now = crate::time::bind(tx.now());
    sqlx::query!(
        r#"
        INSERT INTO published_versions
               (guide_id, from_ref, publication_ref, revision_id, revision_number, content_hash,
                slug, title, category, meta_description, thumbnail, keywords, tags, related_jobs,
                first_published_at, published_at, updated_at, source, answer, answer_brotli,
                answer_zstd, answer_gzip, listing, plain_text)
        SELECT guide_id, $2, publication_ref, revision_id, revision_number, content_hash,
               slug, title, category, meta_description, thumbnail, keywords, tags, related_jobs,
               first_published_at, published_at, $3, source, $4, $5,
               $6, $7, listing, plain_text
          FROM published_versions WHERE guide_id = $1 AND to_ref = $2
        "#,
        guide_id.0,
        from_ref.get(),
        now as _,
        answer.identity,
        answer.brotli,
        answer.zstd,
        answer.gzip,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

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

/// Returns the cards of the public guides among `slugs`, in no particular order.
pub async fn list_cards(db: &dyn Reads, slugs: &[String]) -> Result<Vec<Card>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT slug, title, category, thumbnail, meta_description FROM published_versions
         WHERE slug = ANY ($1) AND to_ref IS NULL
        "#,
        slugs,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Card {
                slug: row
                    .slug
                    .parse()
                    .map_err(corrupt("published_versions", "slug"))?,
                title: row.title,
                category: row.category,
                image: row.thumbnail,
                summary: row.meta_description,
            })
        })
        .collect()
}

/// A public guide that shows cards of other guides.
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
    /// The JSON document that readers get now.
    pub answer: Vec<u8>,
}

/// Lists the public guides, other than `guide_id`, that name any of `slugs` as related.
pub async fn list_referrers(
    db: &dyn Reads,
    guide_id: GuideId,
    slugs: &[String],
) -> Result<Vec<Referrer>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT guide_id, slug, category, related_jobs, answer
          FROM published_versions
         WHERE related_jobs && $2 AND to_ref IS NULL AND guide_id <> $1
         ORDER BY guide_id
        "#,
        guide_id.0,
        slugs,
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
                answer: row.answer,
            })
        })
        .collect()
}

/// Lists the slugs of public guides, other than `guide_id`, that name `slug` as related.
pub async fn list_referring_slugs(
    db: &dyn Reads,
    guide_id: GuideId,
    slug: &Slug,
) -> Result<Vec<Slug>, StorageError> {
    let slugs = sqlx::query_scalar!(
        r#"
        SELECT slug FROM published_versions
         WHERE related_jobs @> ARRAY[$2::text] AND to_ref IS NULL AND guide_id <> $1
         ORDER BY slug
        "#,
        guide_id.0,
        slug.as_str(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    slugs
        .into_iter()
        .map(|slug| slug.parse().map_err(corrupt("published_versions", "slug")))
        .collect()
}

/// Returns the source of the guide's current version, if it is public.
pub async fn find_public_source(
    db: &dyn Reads,
    guide_id: GuideId,
) -> Result<Option<Vec<u8>>, StorageError> {
    let source = sqlx::query_scalar!(
        "SELECT source FROM published_versions WHERE guide_id = $1 AND to_ref IS NULL",
        guide_id.0,
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    Ok(source)
}

/// A broken relation: the public guide `slug` lists `missing`, which is not public.
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
           AND NOT EXISTS (SELECT FROM published_versions other
                            WHERE other.slug = named.target AND other.to_ref IS NULL)
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
