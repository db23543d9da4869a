use std::time::Duration;

use annai_domain::{Actor, Clock};
use jiff::Timestamp;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, Postgres, Transaction};
use tokio::sync::{Mutex, MutexGuard};

use crate::StorageError;

/// The usual time that a request waits for a database connection before it fails.
pub const CONNECTION_WAIT: Duration = Duration::from_secs(1);

/// The addresses, logins and limits of the database connections.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The login that owns and migrates the tables.
    pub connect: PgConnectOptions,
    /// The separate login of delivery; `None` uses `connect`.
    pub delivery_connect: Option<PgConnectOptions>,
    /// The most connections of the editors' side; delivery has half as many, at least 2.
    pub max_connections: u32,
    /// The time that a request waits for a connection before it fails.
    pub connection_wait: Duration,
    /// The clock that stamps every write.
    pub clock: Clock,
}

/// The pools and logins of one database: the editors' side, delivery, and the owner.
#[derive(Debug, Clone)]
pub struct Database {
    app: PgPool,
    delivery: PgPool,
    replica: Option<PgPool>,
    owner: PgConnectOptions,
    connection_wait: Duration,
    clock: Clock,
}

/// The connections of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// The name of the pool: `app` or `delivery`.
    pub pool: &'static str,
    /// The number of open connections, idle ones included.
    pub open: u32,
    /// The number of idle connections.
    pub idle: u32,
}

/// The names of the connection roles, as the migrations create them.
#[derive(Debug, Clone, Copy)]
pub struct Connections;

impl Connections {
    /// The role of the editors' side.
    pub const APP: &'static str = "annai_app";
    /// The role of delivery.
    pub const DELIVERY: &'static str = "annai_delivery";
}

/// Read access as the editors' side.
#[derive(Debug, Clone)]
pub struct ReadDb(PgPool);

/// Read access as delivery, whose role sees only published content.
#[derive(Debug, Clone)]
pub struct DeliveryDb {
    primary: PgPool,
    replica: Option<PgPool>,
}

/// One transaction of one actor. Dropping it rolls everything back.
#[derive(Debug)]
pub struct WriteTx {
    /// Readers share the transaction and take turns; a writer has it alone, and never waits.
    transaction: Mutex<Transaction<'static, Postgres>>,
    actor: Actor,
    now: Timestamp,
}

impl Database {
    /// Prepares the pools without connecting; the first use connects.
    #[must_use]
    pub fn new(settings: &DatabaseSettings) -> Self {
        let delivery = settings
            .delivery_connect
            .as_ref()
            .unwrap_or(&settings.connect);
        let delivery_connections = (settings.max_connections / 2).max(2);
        Self {
            app: pool(
                &settings.connect,
                Connections::APP,
                (settings.max_connections, settings.connection_wait),
            ),
            delivery: pool(
                delivery,
                Connections::DELIVERY,
                (delivery_connections, settings.connection_wait),
            ),
            connection_wait: settings.connection_wait,
            replica: None,
            owner: settings.connect.clone(),
            clock: settings.clock,
        }
    }

    /// Makes delivery read precomputed bytes from a streaming replica when it has them.
    #[must_use]
    pub fn with_replica(self, connect: &PgConnectOptions, max_connections: u32) -> Self {
        let size = (max_connections, self.connection_wait);
        let replica = pool(connect, Connections::DELIVERY, size);
        Self {
            replica: Some(replica),
            ..self
        }
    }

    /// Returns read access as the editors' side.
    #[must_use]
    pub fn reader(&self) -> ReadDb {
        ReadDb(self.app.clone())
    }

    /// Returns read access as delivery.
    #[must_use]
    pub fn delivery(&self) -> DeliveryDb {
        DeliveryDb {
            primary: self.delivery.clone(),
            replica: self.replica.clone(),
        }
    }

    /// Begins a transaction in the name of `actor`.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when no connection is free in time.
    pub async fn begin(&self, actor: Actor) -> Result<WriteTx, StorageError> {
        let transaction = Mutex::new(self.app.begin().await?);
        Ok(WriteTx {
            transaction,
            actor,
            now: self.clock.now(),
        })
    }

    /// Returns the clock that stamps every write.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Returns a connection of the editors' side, for single statements that write without an actor.
    pub(crate) async fn conn(&self) -> Result<PoolConnection<Postgres>, StorageError> {
        Ok(self.app.acquire().await?)
    }

    /// Opens a connection of the owner, for migrations and diagnosis only.
    pub(crate) async fn owner(&self) -> Result<PgConnection, StorageError> {
        Ok(PgConnection::connect_with(&self.owner).await?)
    }

    /// Returns the current connections of the editors' side and of delivery.
    #[must_use]
    pub fn pool_use(&self) -> [PoolUse; 2] {
        [("app", &self.app), ("delivery", &self.delivery)].map(|(pool, connections)| PoolUse {
            pool,
            open: connections.size(),
            idle: u32::try_from(connections.num_idle()).unwrap_or(u32::MAX),
        })
    }

    /// Returns the owner's login, for callers that need a connection outside the pools.
    pub(crate) fn owner_options(&self) -> &PgConnectOptions {
        &self.owner
    }

    /// Closes every connection and rolls unfinished transactions back.
    pub async fn close(&self) {
        self.app.close().await;
        self.delivery.close().await;
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
    }
}

impl ReadDb {
    pub(crate) async fn acquire(&self) -> Result<PoolConnection<Postgres>, StorageError> {
        Ok(self.0.acquire().await?)
    }
}

impl WriteTx {
    pub(crate) async fn lock(&self) -> MutexGuard<'_, Transaction<'static, Postgres>> {
        self.transaction.lock().await
    }
}

impl DeliveryDb {
    pub(crate) fn pool(&self) -> &PgPool {
        &self.primary
    }

    pub(crate) fn replica(&self) -> Option<&PgPool> {
        self.replica.as_ref()
    }

    pub(crate) async fn conn(&self) -> Result<PoolConnection<Postgres>, StorageError> {
        Ok(self.primary.acquire().await?)
    }

    /// Begins a transaction that reads the whole site. A starting node may read longer than a
    /// request.
    pub(crate) async fn begin_load(&self) -> Result<Transaction<'static, Postgres>, StorageError> {
        let patient = "BEGIN; SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '60s'";
        Ok(self.primary.begin_with(patient).await?)
    }
}

impl WriteTx {
    /// Returns the actor of the transaction.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Returns the instant that stamps everything this transaction writes.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Commits the transaction.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the server's reply is lost. Whether the commit
    /// succeeded is then unknown, which is why commands can be repeated.
    pub async fn commit(self) -> Result<(), StorageError> {
        Ok(self.transaction.into_inner().commit().await?)
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        self.transaction.get_mut()
    }
}

/// The time that a used connection counts as alive. After a longer rest it is pinged, because
/// Postgres or the network may have closed it.
const ALIVE: Duration = Duration::from_secs(1);

/// Returns a pool whose connections take on `role` and its time limits. JIT is off, because
/// compiling a plan takes longer than any of these statements runs.
fn pool(
    connect: &PgConnectOptions,
    role: &'static str,
    (max_connections, wait): (u32, Duration),
) -> PgPool {
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(wait)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move {
                // A connection that died at rest is replaced; only a failure to replace it counts.
                Ok(rest.idle_for <= ALIVE || connection.ping().await.is_ok())
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let set_up = if role == Connections::DELIVERY {
                    "SET ROLE annai_delivery; SET default_transaction_read_only = on; SET jit = off; \
                     SET statement_timeout = '2s'; SET lock_timeout = '2s'"
                } else {
                    // Most filters of a list are unset; a custom plan skips those.
                    "SET ROLE annai_app; SET plan_cache_mode = force_custom_plan; SET jit = off; \
                     SET statement_timeout = '5s'; SET lock_timeout = '2s'; \
                     SET idle_in_transaction_session_timeout = '5s'"
                };
                sqlx::raw_sql(set_up).execute(connection).await?;
                Ok(())
            })
        })
        .connect_lazy_with(connect.clone())
}
