use annai_domain::{ContentHash, Ref, RefName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::row::{content_hash, ledger_ref};
use crate::{DeliveryDb, StorageError};

/// A position in the ledger, which names the site as it stood there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPosition {
    /// The ref with its hash, which ties it to this database.
    pub name: RefName,
    /// The time of the entry; `None` for the empty site.
    pub published_at: Option<Timestamp>,
}

/// Returns the newest position.
pub async fn current_position(db: &DeliveryDb) -> Result<LedgerPosition, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT ref AS "number!", hash AS "hash!", published_at AS "published_at: jiff_sqlx::Timestamp"
          FROM (SELECT ref, hash, published_at FROM delivery_ledger
                UNION ALL
                SELECT 0, hash, NULL FROM delivery_genesis) AS positions
         ORDER BY ref DESC LIMIT 1
        "#,
    )
    .fetch_one(&mut *db.conn().await?)
    .await?;
    Ok(LedgerPosition {
        name: RefName::new(ledger_ref(row.number)?, hash(&row.hash)?.as_bytes()),
        published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// Returns the position with that number.
///
/// Its name tells whether a stored ref belongs to this database.
pub async fn find_position(
    db: &DeliveryDb,
    number: Ref,
) -> Result<Option<LedgerPosition>, StorageError> {
    let row = sqlx::query!(
        r#"
        SELECT hash AS "hash!", published_at AS "published_at: jiff_sqlx::Timestamp"
          FROM (SELECT ref, hash, published_at FROM delivery_ledger WHERE ref = $1
                UNION ALL
                SELECT 0, hash, NULL FROM delivery_genesis WHERE $1 = 0) AS positions
        "#,
        number.get(),
    )
    .fetch_optional(&mut *db.conn().await?)
    .await?;
    row.map(|row| {
        Ok(LedgerPosition {
            name: RefName::new(number, hash(&row.hash)?.as_bytes()),
            published_at: row.published_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    })
    .transpose()
}

/// Parses a ledger hash, which has the size of a content hash.
fn hash(bytes: &[u8]) -> Result<ContentHash, StorageError> {
    content_hash("publications", bytes)
}

/// Returns whether the server replays the writes of another one, and so may be late.
pub async fn is_standby(db: &DeliveryDb) -> Result<bool, StorageError> {
    let is_standby = sqlx::query_scalar!(r#"SELECT pg_is_in_recovery() AS "is_standby!""#)
        .fetch_one(&mut *db.conn().await?)
        .await?;
    Ok(is_standby)
}
