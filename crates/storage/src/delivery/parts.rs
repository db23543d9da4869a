use annai_domain::{Encoding, GuideId, Ref};
use sqlx::PgPool;

use crate::error::corrupt;
use crate::row::ledger_ref;
use crate::{DeliveryDb, StorageError};

/// A precomputed part of a published version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The JSON document in an encoding.
    Answer(Encoding),
    /// The exact source.
    Source,
    /// The text without markup.
    PlainText,
}

/// The bytes of one part of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedPart {
    /// The guide that the part belongs to.
    pub guide_id: GuideId,
    /// The version's first ref.
    pub from_ref: Ref,
    /// The kind of part.
    pub part: Part,
    /// The bytes, which never change.
    pub bytes: Vec<u8>,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 6] = [
        Self::Answer(Encoding::Brotli),
        Self::Answer(Encoding::Zstd),
        Self::Answer(Encoding::Gzip),
        Self::Answer(Encoding::Identity),
        Self::Source,
        Self::PlainText,
    ];

    fn column(self) -> &'static str {
        match self {
            Self::Answer(Encoding::Brotli) => "answer_brotli",
            Self::Answer(Encoding::Zstd) => "answer_zstd",
            Self::Answer(Encoding::Gzip) => "answer_gzip",
            Self::Answer(Encoding::Identity) => "answer",
            Self::Source => "source",
            Self::PlainText => "plain_text",
        }
    }

    fn of_column(name: &str) -> Result<Self, String> {
        let mut parts = Self::ALL.into_iter();
        let part = parts.find(|part| part.column() == name);
        part.ok_or_else(|| format!("`{name}` is not a part"))
    }
}

/// Reads `parts` of `versions`, each named by its guide and first ref, in no particular order.
///
/// A missing version is left out. If there is a replica, it is read first. Its data is right,
/// because a version never changes. The primary is read when the replica lags behind or does not
/// respond.
pub async fn load_parts(
    db: &DeliveryDb,
    versions: &[(GuideId, Ref)],
    parts: &[Part],
) -> Result<Vec<LoadedPart>, StorageError> {
    if let Some(replica) = db.replica() {
        match read_parts(&replica, versions, parts).await {
            Ok(loaded) if loaded.len() == versions.len() * parts.len() => return Ok(loaded),
            Ok(_) => {}
            Err(error) => {
                tracing::debug!(%error, "the replica did not respond; the primary was read");
            }
        }
    }
    read_parts(&db.pool(), versions, parts).await
}

async fn read_parts(
    pool: &PgPool,
    versions: &[(GuideId, Ref)],
    parts: &[Part],
) -> Result<Vec<LoadedPart>, StorageError> {
    let (guides, refs): (Vec<_>, Vec<_>) = versions
        .iter()
        .map(|(guide_id, from_ref)| (guide_id.0, from_ref.get()))
        .unzip();
    let columns: Vec<String> = parts.iter().map(|part| part.column().to_owned()).collect();
    let rows = sqlx::query!(
        r#"
        SELECT guide_id AS "guide_id!", from_ref AS "from_ref!", part AS "part!",
               CASE part
                   WHEN 'answer' THEN answer
                   WHEN 'answer_brotli' THEN answer_brotli
                   WHEN 'answer_zstd' THEN answer_zstd
                   WHEN 'answer_gzip' THEN answer_gzip
                   WHEN 'source' THEN source
                   ELSE convert_to(plain_text, 'UTF8')
               END AS "bytes!"
          FROM unnest($1::uuid[], $2::bigint[]) AS wanted (guide_id, from_ref)
          JOIN published_versions USING (guide_id, from_ref)
         CROSS JOIN unnest($3::text[]) AS part
        "#,
        &guides,
        &refs,
        &columns,
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LoadedPart {
                guide_id: GuideId(row.guide_id),
                from_ref: ledger_ref(row.from_ref)?,
                part: Part::of_column(&row.part).map_err(corrupt("published_versions", "part"))?,
                bytes: row.bytes,
            })
        })
        .collect()
}
