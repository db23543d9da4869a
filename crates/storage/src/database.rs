use std::time::Duration;

use annai_domain::{Actor, Clock};
use jiff::Timestamp;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection as _, PgConnection, Postgres, Transaction};

use crate::{MIGRATOR, StorageError};

/// How long a request usually waits for a connection before it is told to come back.
pub const CONNECTION_WAIT: Duration = Duration::from_secs(1);

/// Where the database is and how to speak to it.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// The login that owns and migrates the tables.
    pub connect: PgConnectOptions,
    /// The login of delivery, where the operator gave it one of its own.
    pub delivery_connect: Option<PgConnectOptions>,
    /// The most connections of the editors' side; delivery has half as many, at least 2.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is told to come back.
    pub connection_wait: Duration,
    /// Where commands take the time from.
    pub clock: Clock,
}

/// The three ways into one database: as the editors' side, as delivery, and as the owner.
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
    /// Whose: `app` or `delivery`.
    pub pool: &'static str,
    /// How many there are.
    pub open: u32,
    /// How many of them nobody uses.
    pub idle: u32,
}

/// Names of the connection roles, as the migrations create them.
#[derive(Debug, Clone, Copy)]
pub struct Connections;

impl Connections {
    /// The role of the editors' side.
    pub const APP: &'static str = "annai_app";
    /// The role of delivery.
    pub const DELIVERY: &'static str = "annai_delivery";
}

/// Reads as the editors' side.
#[derive(Debug, Clone)]
pub struct ReadDb(PgPool);

/// Reads as delivery: a role that can see nothing but what is published.
#[derive(Debug, Clone)]
pub struct DeliveryDb {
    primary: PgPool,
    replica: Option<PgPool>,
}

/// One transaction of one actor. Dropping it undoes everything.
#[derive(Debug)]
pub struct WriteTx {
    transaction: Transaction<'static, Postgres>,
    actor: Actor,
    now: Timestamp,
}

impl Database {
    /// Prepares the pools. Does not wait for the server: the first use does.
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

    /// Has delivery read ready bytes from a streaming replica, where it has them already.
    #[must_use]
    pub fn with_replica(self, connect: &PgConnectOptions, max_connections: u32) -> Self {
        let size = (max_connections, self.connection_wait);
        let replica = pool(connect, Connections::DELIVERY, size);
        Self {
            replica: Some(replica),
            ..self
        }
    }

    /// Applies the migrations that are missing and renews the grants, as the owner.
    ///
    /// # Errors
    ///
    /// [`StorageError::Migrate`] when a migration fails or a merged one was edited.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        let mut owner = PgConnection::connect_with(&self.owner).await?;
        MIGRATOR.run(&mut owner).await?;
        sqlx::query!("CALL ensure_roles()")
            .execute(&mut owner)
            .await?;
        sqlx::query!("CALL grant_roles()")
            .execute(&mut owner)
            .await?;
        owner.close().await?;
        Ok(())
    }

    /// Reads as the editors' side.
    #[must_use]
    pub fn reader(&self) -> ReadDb {
        ReadDb(self.app.clone())
    }

    /// Reads as delivery.
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
    /// [`StorageError::Unavailable`] when no connection can be had.
    pub async fn begin(&self, actor: Actor) -> Result<WriteTx, StorageError> {
        let transaction = self.app.begin().await?;
        Ok(WriteTx {
            transaction,
            actor,
            now: self.clock.now(),
        })
    }

    /// Where commands take the time from.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// A connection of the owner, for migrations and diagnosis only.
    pub(crate) async fn owner(&self) -> Result<PgConnection, StorageError> {
        Ok(PgConnection::connect_with(&self.owner).await?)
    }

    /// How many connections the editors' side has just now, and how many delivery has.
    #[must_use]
    pub fn pool_use(&self) -> [PoolUse; 2] {
        [("app", &self.app), ("delivery", &self.delivery)].map(|(pool, connections)| PoolUse {
            pool,
            open: connections.size(),
            idle: u32::try_from(connections.num_idle()).unwrap_or(u32::MAX),
        })
    }

    /// How the owner connects, for what needs a connection of its own.
    pub(crate) fn owner_options(&self) -> &PgConnectOptions {
        &self.owner
    }

    /// Closes every connection; unfinished transactions are undone.
    pub async fn close(&self) {
        self.app.close().await;
        self.delivery.close().await;
        if let Some(replica) = &self.replica {
            replica.close().await;
        }
    }
}

impl ReadDb {
    pub(crate) async fn conn(&self) -> Result<sqlx::pool::PoolConnection<Postgres>, StorageError> {
        Ok(self.0.acquire().await?)
    }
}

impl DeliveryDb {
    pub(crate) fn pool(&self) -> &PgPool {
        &self.primary
    }

    pub(crate) fn replica(&self) -> Option<&PgPool> {
        self.replica.as_ref()
    }

    pub(crate) async fn conn(&self) -> Result<sqlx::pool::PoolConnection<Postgres>, StorageError> {
        Ok(self.primary.acquire().await?)
    }

    /// A transaction that reads the whole site, as a node does when it starts: that may take
    /// longer than a request may wait.
    pub(crate) async fn begin_load(&self) -> Result<Transaction<'static, Postgres>, StorageError> {
        let patient = "BEGIN; SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '60s'";
        Ok(self.primary.begin_with(patient).await?)
    }
}

impl WriteTx {
    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The instant of everything this transaction writes.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Makes everything the transaction wrote lasting.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the answer is lost; whether it was committed is then
    /// unknown, which is why commands can be repeated.
    pub async fn commit(self) -> Result<(), StorageError> {
        Ok(self.transaction.commit().await?)
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

/// For how long a connection counts as alive after it was used. One that rested longer is asked
/// first, at the price of a round trip: Postgres, or something on the way, may have ended it.
const ALIVE: Duration = Duration::from_secs(1);

/// A pool whose every connection has taken on `role` and the time limits of the security
/// parameters. Nobody compiles plans: that takes longer than any of ours runs.
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
                if rest.idle_for > ALIVE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let set_up = if role == Connections::DELIVERY {
                    "SET ROLE annai_delivery; SET default_transaction_read_only = on; SET jit = off; \
                     SET statement_timeout = '2s'; SET lock_timeout = '2s'"
                } else {
                    // Lists have filters that are mostly not given: Postgres is to plan for those
                    // that are.
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
