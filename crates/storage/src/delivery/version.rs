use annai_domain::{GuideId, Ref};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::StorageError;
use crate::row::{content_hash, ledger_ref};

/// One published version of a guide, without its bodies.
///
/// It is small enough to keep for every published guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredVersion {
    /// The guide that the version belongs to.
    pub guide_id: GuideId,
    /// The first ref at which these bytes are served.
    pub from_ref: Ref,
    /// The ref that ended them; `None` while they are served.
    pub to_ref: Option<Ref>,
    /// The slug while these bytes are served.
    pub slug: String,
    /// The title; empty where the text has none.
    pub title: String,
    /// The category; empty where the text has none.
    pub category: String,
    /// The description on cards and in search results.
    pub summary: String,
    /// The URL of the image on cards.
    pub image: Option<String>,
    /// The keywords, in the order of the front matter.
    pub keywords: Vec<String>,
    /// The tags, in the order of the front matter.
    pub tags: Vec<String>,
    /// Related guides' slugs, as the front matter lists them.
    pub relations: Vec<String>,
    /// The time at which the guide first became public.
    pub first_published_at: Timestamp,
    /// The time at which this revision became public.
    pub published_at: Timestamp,
    /// The time at which these bytes appeared.
    pub updated_at: Timestamp,
    /// The SHA-256 of the JSON document, a column that Postgres generates.
    pub answer_hash: [u8; 32],
    /// The document's `data` without its body.
    pub listing: Vec<u8>,
}

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
    pub(super) first_published_at: jiff_sqlx::Timestamp,
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
            summary: row.meta_description,
            image: row.thumbnail,
            keywords: row.keywords,
            tags: row.tags,
            relations: row.related_jobs,
            first_published_at: row.first_published_at.to_jiff(),
            published_at: row.published_at.to_jiff(),
            updated_at: row.updated_at.to_jiff(),
            answer_hash: *content_hash("published_versions", &row.answer_hash)?.as_bytes(),
            listing: row.listing,
        })
    }
}
