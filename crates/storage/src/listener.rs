use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};

use crate::database::CONNECTION_WAIT;
use crate::{AwayState, Database, StorageError};

/// A listener for notifications from other connections, by `LISTEN`.
///
/// A notification is a hint that saves waiting. It can be lost with its connection, so every user
/// of a listener also polls the database.
#[derive(Debug)]
pub struct Listener {
    listener: PgListener,
    /// The connections beside which it was opened. Once they are replaced, it hears nobody.
    beside: PgPool,
}

impl Listener {
    /// The channel that announces new outbox deliveries.
    pub const DELIVERIES: &'static str = "annai_webhooks";

    /// The channel that announces presence: the people who have a guide open.
    pub const PRESENCE: &'static str = "annai_presence";

    /// Waits for the next notification.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection is lost. Open a new listener then.
    pub async fn notified(&mut self) -> Result<(), StorageError> {
        self.next_payload().await?;
        Ok(())
    }

    /// Waits for the next notification and returns its payload.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection is lost. Open a new listener then.
    pub async fn next_payload(&mut self) -> Result<String, StorageError> {
        let mut replaced = self.beside.close_event();
        match replaced.do_until(self.listener.try_recv()).await?? {
            Some(notification) => Ok(notification.payload().to_owned()),
            None => Err(StorageError::away(AwayState::NoAnswer)),
        }
    }
}

impl Database {
    /// Tells every node who has a guide open; `news` is at most 8,000 bytes.
    ///
    /// It writes nothing to a table.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] while the database is away.
    pub async fn tell_presence(&self, news: &str) -> Result<(), StorageError> {
        let mut tx = self.begin_bookkeeping().await?;
        sqlx::query_scalar!(
            r#"SELECT 1 AS "told!" FROM pg_notify('annai_presence', $1)"#,
            news
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Listens on `channel` with a connection outside the pools.
    ///
    /// The connection stays open for ever, and a small pool could not spare it.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] while the database is away.
    pub async fn listen(&self, channel: &str) -> Result<Listener, StorageError> {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(CONNECTION_WAIT);
        let pool = pool.connect_lazy_with(self.owner_options().clone());
        let beside = self.app_pool();
        let opening = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen(channel).await?;
            Ok::<_, sqlx::Error>(listener)
        };
        let listener = beside.close_event().do_until(opening).await??;
        Ok(Listener { listener, beside })
    }
}
