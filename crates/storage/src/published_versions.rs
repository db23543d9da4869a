//! The projection of the ledger: the bytes that readers get, written with the publication itself.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{ContentHash, GuideId, Ref, RevisionId, Slug};
use jiff::Timestamp;

use crate::{Reads, StorageError, WriteTx};

mod named;
mod public_texts;

pub use named::{
    BrokenRelation, Card, NamedCard, Referrer, list_broken_relations, list_cards, list_referrers,
    list_referring_slugs,
};
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

/// Another document of a guide whose own text stayed the same, while other guides in it changed.
#[derive(Debug, Clone)]
pub struct RenewedAnswer {
    /// The guide that the document belongs to.
    pub guide_id: GuideId,
    /// The JSON of `GET /v1/guides/{slug}`.
    pub answer: ReadyAnswer,
}

/// Ends the current versions of guides at `from_ref` and writes them again with other documents.
pub async fn renew(
    tx: &mut WriteTx,
    from_ref: Ref,
    renewed: &[RenewedAnswer],
) -> Result<(), StorageError> {
    let guides: Vec<_> = renewed.iter().map(|one| one.guide_id.0).collect();
    sqlx::query!(
        "UPDATE published_versions SET to_ref = $2 WHERE guide_id = ANY ($1) AND to_ref IS NULL",
        &guides,
        from_ref.get(),
    )
    .execute(tx.conn())
    .await?;
    let now = crate::time::bind(tx.now());
    let bytes = |form: fn(&ReadyAnswer) -> &Vec<u8>| -> Vec<&[u8]> {
        let forms = renewed.iter().map(|one| form(&one.answer).as_slice());
        forms.collect()
    };
    sqlx::query!(
        r#"
        INSERT INTO published_versions
               (guide_id, from_ref, publication_ref, revision_id, revision_number, content_hash,
                slug, title, category, meta_description, thumbnail, keywords, tags, related_jobs,
                first_published_at, published_at, updated_at, source, answer, answer_brotli,
                answer_zstd, answer_gzip, listing, plain_text)
        SELECT ended.guide_id, $1, publication_ref, revision_id, revision_number, content_hash,
               slug, title, category, meta_description, thumbnail, keywords, tags, related_jobs,
               first_published_at, published_at, $2, source, renewed.identity, renewed.brotli,
               renewed.zstd, renewed.gzip, listing, plain_text
          FROM unnest($3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
               AS renewed (guide_id, identity, brotli, zstd, gzip)
          JOIN published_versions ended ON ended.guide_id = renewed.guide_id AND ended.to_ref = $1
        "#,
        from_ref.get(),
        now as _,
        &guides,
        &bytes(|answer| &answer.identity) as &[&[u8]],
        &bytes(|answer| &answer.brotli) as &[&[u8]],
        &bytes(|answer| &answer.zstd) as &[&[u8]],
        &bytes(|answer| &answer.gzip) as &[&[u8]],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
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
