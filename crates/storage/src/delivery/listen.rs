use sqlx::postgres::PgListener;

use crate::{DeliveryDb, StorageError};

/// Rings when somebody published. A doorbell only: it may ring twice, or not at all while the
/// connection is away, and says nothing of what was published.
#[derive(Debug)]
pub struct LedgerBell(PgListener);

impl LedgerBell {
    /// Hangs the bell, on a connection of its own.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when Postgres does not answer.
    pub async fn hang(db: &DeliveryDb) -> Result<Self, StorageError> {
        let mut listener = PgListener::connect_with(db.pool()).await?;
        listener.listen("annai_ledger").await?;
        Ok(Self(listener))
    }

    /// Waits for the next ring, and takes all that have rung by then for one.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection was lost: what rang meanwhile was not
    /// heard, so look at the ledger, and hang the bell anew.
    pub async fn ring(&mut self) -> Result<(), StorageError> {
        let rung = self.0.try_recv().await?;
        while self.0.next_buffered().is_some() {}
        match rung {
            Some(_) => Ok(()),
            None => Err(StorageError::Unavailable(sqlx::Error::PoolClosed)),
        }
    }
}
