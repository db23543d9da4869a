use annai_domain::{GuideId, Ref};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StorageError;
use crate::guides::{content_hash, ledger_ref};

/// What readers got of one guide from `from_ref` on, its ready bytes apart: small enough to be
/// kept of every published guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredVersion {
    /// The guide.
    pub guide_id: GuideId,
    /// The entry from which on these bytes are served.
    pub from_ref: Ref,
    /// The entry that ended them; `None`: they are served now.
    pub to_ref: Option<Ref>,
    /// The slug.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The category.
    pub category: String,
    /// The description.
    pub meta_description: String,
    /// The small picture's URL.
    pub thumbnail: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Related guides' slugs, as the front matter lists them.
    pub related_jobs: Vec<String>,
    /// When this revision became public.
    pub published_at: Timestamp,
    /// When these bytes appeared.
    pub updated_at: Timestamp,
    /// SHA-256 of the JSON document.
    pub answer_hash: [u8; 32],
    /// The document's `data` without its body.
    pub listing: Vec<u8>,
}

/// A row as Postgres gives it.
pub(super) struct Row {
    pub(super) guide_id: uuid::Uuid,
    pub(super) from_ref: i64,
    pub(super) to_ref: Option<i64>,
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) category: String,
    pub(super) meta_description: String,
    pub(super) thumbnail: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) related_jobs: Vec<String>,
    pub(super) published_at: jiff_sqlx::Timestamp,
    pub(super) updated_at: jiff_sqlx::Timestamp,
    pub(super) answer_hash: Vec<u8>,
    pub(super) listing: Vec<u8>,
}

impl TryFrom<Row> for DeliveredVersion {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self, StorageError> {
        Ok(Self {
            guide_id: GuideId(row.guide_id),
            from_ref: ledger_ref(row.from_ref)?,
            to_ref: row.to_ref.map(ledger_ref).transpose()?,
            slug: row.slug,
            title: row.title,
            category: row.category,
            meta_description: row.meta_description,
            thumbnail: row.thumbnail,
            keywords: row.keywords,
            tags: row.tags,
            related_jobs: row.related_jobs,
            published_at: row.published_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
            answer_hash: *content_hash("published_versions", &row.answer_hash)?.as_bytes(),
            listing: row.listing,
        })
    }
}
