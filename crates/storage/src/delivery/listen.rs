use sqlx::postgres::PgListener;

use crate::{DeliveryDb, StorageError};

/// Hears that somebody published. A hint only: it may come twice, or not at all while the connection
/// is away, and it does not say what was published.
#[derive(Debug)]
pub struct LedgerListener(PgListener);

impl LedgerListener {
    /// Listens, on a connection of its own.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when Postgres does not answer.
    pub async fn listen(db: &DeliveryDb) -> Result<Self, StorageError> {
        let mut listener = PgListener::connect_with(db.pool()).await?;
        listener.listen("annai_ledger").await?;
        Ok(Self(listener))
    }

    /// Waits for the next notification, and takes all that have come by then for one.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection was lost: notifications may be missing, so
    /// read the ledger and listen anew.
    pub async fn notified(&mut self) -> Result<(), StorageError> {
        let received = self.0.try_recv().await?;
        while self.0.next_buffered().is_some() {}
        match received {
            Some(_) => Ok(()),
            None => Err(StorageError::Unavailable(sqlx::Error::PoolClosed)),
        }
    }
}
