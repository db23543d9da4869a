use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::database::ACQUIRE_TIMEOUT;
use crate::{Database, ReadDb, StorageError};

/// Wakes whoever waits for the transaction of another connection, by `LISTEN`.
///
/// Only a hint that saves waiting: a ring can be lost with its connection, so whoever listens also
/// looks by themselves now and then.
#[derive(Debug)]
pub struct Doorbell(PgListener);

impl Doorbell {
    /// What rings when a webhook delivery was added.
    pub const WEBHOOKS: &'static str = "annai_webhooks";

    /// What rings when somebody opened a guide, still has it open, or closed it.
    pub const PRESENCE: &'static str = "annai_presence";

    /// Waits until it rings.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection is lost.
    pub async fn ring(&mut self) -> Result<(), StorageError> {
        self.0.recv().await?;
        Ok(())
    }

    /// Waits until it rings, and gives what the ringer said.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection is lost.
    pub async fn hear(&mut self) -> Result<String, StorageError> {
        Ok(self.0.recv().await?.payload().to_owned())
    }
}

impl ReadDb {
    /// Tells every node who has a guide open; `news` is at most 8,000 bytes. Nothing is written.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when Postgres cannot answer.
    pub async fn tell_presence(&self, news: &str) -> Result<(), StorageError> {
        sqlx::query_scalar!(
            r#"SELECT 1 AS "told!" FROM pg_notify('annai_presence', $1)"#,
            news
        )
        .fetch_one(&mut *self.conn().await?)
        .await?;
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
