use sqlx::postgres::PgListener;

use crate::{AwayState, DeliveryDb, StorageError};

/// A listener for new ledger entries.
///
/// It may report one entry twice, or none while the connection is down. It does not say which entry
/// is new.
#[derive(Debug)]
pub struct LedgerListener(PgListener);

impl LedgerListener {
    /// Starts to listen, on a connection of its own.
    pub async fn listen(db: &DeliveryDb) -> Result<Self, StorageError> {
        let mut listener = PgListener::connect_with(&db.pool()).await?;
        listener.listen("annai_ledger").await?;
        Ok(Self(listener))
    }

    /// Waits for the next notification and consumes all that have arrived by then.
    ///
    /// # Errors
    ///
    /// Returns [`StorageError::Unavailable`] when the connection was lost. Notifications may then
    /// be lost too, so read the ledger and start a new listener.
    pub async fn notified(&mut self) -> Result<(), StorageError> {
        let received = self.0.try_recv().await?;
        while self.0.next_buffered().is_some() {}
        match received {
            Some(_) => Ok(()),
            None => Err(StorageError::away(AwayState::NoAnswer)),
        }
    }
}
