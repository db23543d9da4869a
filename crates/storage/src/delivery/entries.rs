use annai_domain::{PublicationAction, Ref};

use super::LedgerPosition;
use super::follow::position;
use crate::error::corrupt;
use crate::{DeliveryDb, StorageError};

/// An entry of the ledger, reduced to the data that consumers may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The position of the entry.
    pub position: LedgerPosition,
    /// The action of the entry.
    pub action: PublicationAction,
    /// The slug of its guide.
    pub slug: String,
}

/// Returns the entry with that number.
pub async fn find_entry(db: &DeliveryDb, number: Ref) -> Result<Option<LedgerEntry>, StorageError> {
    let mut entries = list_entries(db, number, 1).await?;
    let entry = entries.pop();
    Ok(entry.filter(|entry| entry.position.name.number == number))
}

/// Returns at most `limit` entries up to `at`, newest first.
pub async fn list_entries(
    db: &DeliveryDb,
    at: Ref,
    limit: u32,
) -> Result<Vec<LedgerEntry>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT ref AS "number!", hash AS "hash!", action AS "action!", slug AS "slug!",
               published_at AS "published_at!: jiff_sqlx::Timestamp"
          FROM delivery_ledger WHERE ref <= $1 ORDER BY ref DESC LIMIT $2
        "#,
        at.get(),
        i64::from(limit),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LedgerEntry {
                position: position(row.number, &row.hash, row.published_at)?,
                action: row
                    .action
                    .parse()
                    .map_err(corrupt("publications", "action"))?,
                slug: row.slug,
            })
        })
        .collect()
}
