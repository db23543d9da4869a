use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Postgres};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::role::{Connections, PoolRole, RoleMode};
use crate::{AwayState, StorageError};

/// The time that a used connection counts as alive. After a longer rest it is pinged, because
/// Postgres or the network may have closed it.
const ALIVE: Duration = Duration::from_secs(1);

/// The longest wait for connections at the end of the program.
const CLOSE_WAIT: Duration = Duration::from_secs(5);

/// The number and patience of a pool's connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolSize {
    /// The most connections at a time.
    pub(crate) connections: u32,
    /// The time that a caller waits for one.
    pub(crate) wait: Duration,
}

/// Connections with one role, on the server in use.
///
/// Clones share them. [`Pool::replace`] gives all clones new ones, so that a connection that hangs
/// or leads to another server is forgotten.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    role: PoolRole,
    size: PoolSize,
    current: Arc<ArcSwap<Current>>,
}

/// The connections until they are replaced.
#[derive(Debug)]
struct Current {
    pool: PgPool,
    /// One permit per transaction that writes. A commit can wait for a standby for ever, and reads
    /// must go on meanwhile.
    writers: Arc<Semaphore>,
}

impl Pool {
    /// Prepares connections to the server of `connect`; the first use connects.
    pub(crate) fn new(connect: &PgConnectOptions, role: PoolRole, size: PoolSize) -> Self {
        let current = Current::new(connect, role, size);
        Self {
            role,
            size,
            current: Arc::new(ArcSwap::from_pointee(current)),
        }
    }

    /// Returns the connections in use now, for one statement or a listener.
    pub(crate) fn now(&self) -> PgPool {
        self.current.load().pool.clone()
    }

    pub(crate) async fn acquire(&self) -> Result<PoolConnection<Postgres>, StorageError> {
        Ok(self.now().acquire().await?)
    }

    /// Waits until one more transaction may write.
    pub(crate) async fn permit_writer(&self) -> Result<OwnedSemaphorePermit, StorageError> {
        let writers = Arc::clone(&self.current.load().writers);
        match timeout(self.size.wait, writers.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(StorageError::away(AwayState::NoAnswer)),
        }
    }

    /// Uses new connections to the server of `connect` from now on. The old ones close when the
    /// work on them ends.
    pub(crate) fn replace(&self, connect: &PgConnectOptions) {
        let new = Current::new(connect, self.role, self.size);
        let old = self.current.swap(Arc::new(new));
        tokio::spawn(async move { old.pool.close().await });
    }

    /// Runs `work` until the connections are replaced. It lives on the heap, because jobs are large.
    pub(crate) fn unless_replaced<'a, T: 'a>(
        &self,
        work: impl Future<Output = T> + Send + 'a,
    ) -> impl Future<Output = Result<T, StorageError>> + Send + 'a {
        let (mut replaced, work) = (self.now().close_event(), Box::pin(work));
        async move { Ok(replaced.do_until(work).await?) }
    }

    /// Closes every connection. One that waits for a standby or a dead network is left behind.
    pub(crate) async fn close(&self) {
        timeout(CLOSE_WAIT, self.now().close()).await.ok();
    }
}

impl Current {
    fn new(connect: &PgConnectOptions, role: PoolRole, size: PoolSize) -> Self {
        let readers = size.connections / 5;
        let writers = usize::try_from(size.connections - readers).unwrap_or(1);
        Self {
            pool: open(connect, role, size),
            writers: Arc::new(Semaphore::new(writers)),
        }
    }
}

/// Returns connections with `role` and its time limits. JIT is off, because compiling a
/// plan takes longer than any of these statements runs.
fn open(connect: &PgConnectOptions, role: PoolRole, size: PoolSize) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size.connections)
        .acquire_timeout(size.wait)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move {
                // A connection that died at rest is replaced; only a failure to replace it counts.
                Ok(rest.idle_for <= ALIVE || connection.ping().await.is_ok())
            })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let set_up = AssertSqlSafe(set_up(role));
                connection.execute(sqlx::raw_sql(set_up)).await?;
                Ok(())
            })
        })
        .connect_lazy_with(connect.clone())
}

/// Returns the statements that a new connection of `role` begins with.
fn set_up(role: PoolRole) -> String {
    let limits = if role.name == Connections::DELIVERY {
        "SET default_transaction_read_only = on; SET jit = off; \
         SET statement_timeout = '2s'; SET lock_timeout = '2s'"
    } else {
        // Most filters of a list are unset; a custom plan skips those.
        "SET plan_cache_mode = force_custom_plan; SET jit = off; \
         SET statement_timeout = '5s'; SET lock_timeout = '2s'; \
         SET idle_in_transaction_session_timeout = '5s'"
    };
    match role.mode {
        RoleMode::Set => format!("SET ROLE {}; {limits}", role.name),
        RoleMode::Login => limits.to_owned(),
    }
}
