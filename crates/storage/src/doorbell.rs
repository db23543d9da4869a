use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::database::ACQUIRE_TIMEOUT;
use crate::{Database, StorageError};

/// Wakes whoever waits for the transaction of another connection, by `LISTEN`.
///
/// Only a hint that saves waiting: a ring can be lost with its connection, so whoever listens also
/// looks by themselves now and then.
#[derive(Debug)]
pub struct Doorbell(PgListener);

impl Doorbell {
    /// What rings when a webhook delivery was added.
    pub const WEBHOOKS: &'static str = "annai_webhooks";

    /// Waits until it rings.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection is lost.
    pub async fn ring(&mut self) -> Result<(), StorageError> {
        self.0.recv().await?;
        Ok(())
    }
}

impl Database {
    /// Listens on `channel`, on a connection beside the pools: it is held for ever, and with few
    /// connections in the pool that would be one too many.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when no connection can be had.
    pub async fn listen(&self, channel: &str) -> Result<Doorbell, StorageError> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT);
        let pool = pool.connect_lazy_with(self.owner_options().clone());
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(channel).await?;
        Ok(Doorbell(listener))
    }
}
