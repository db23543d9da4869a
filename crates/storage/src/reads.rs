use std::ops::{Deref, DerefMut};
use std::pin::Pin;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Transaction};
use tokio::sync::MutexGuard;

use crate::{ReadDb, StorageError, WriteTx};

/// Something that the editors' side can read from: a pool, or a transaction.
///
/// Every reading function takes `&dyn Reads`. With a [`ReadDb`] each statement gets a connection
/// of its own. With a [`WriteTx`] it sees what the transaction has written. Delivery reads through
/// [`DeliveryDb`](crate::DeliveryDb) alone, which is not a `Reads`.
pub trait Reads: Connects {}

impl Reads for ReadDb {}
impl Reads for WriteTx {}

/// The connections behind [`Reads`], out of reach of other crates.
pub trait Connects: Send + Sync {
    /// Returns the connection for the next statement.
    ///
    /// Drop it before the next call: a transaction has only one, and the call would wait for it.
    fn conn(&self) -> Connecting<'_>;
}

impl Connects for ReadDb {
    fn conn(&self) -> Connecting<'_> {
        Box::pin(async { Ok(Connection::Pooled(self.acquire().await?)) })
    }
}

impl Connects for WriteTx {
    fn conn(&self) -> Connecting<'_> {
        Box::pin(async { Ok(Connection::InTransaction(self.lock().await)) })
    }
}

/// A [`Connection`] to come.
pub(crate) type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<Connection<'a>, StorageError>> + Send + 'a>>;

/// One connection, until it is dropped.
#[derive(Debug)]
pub enum Connection<'a> {
    /// A connection of the pool, which then returns to it.
    Pooled(PoolConnection<Postgres>),
    /// The connection of a transaction.
    InTransaction(MutexGuard<'a, Transaction<'static, Postgres>>),
}

impl Deref for Connection<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        match self {
            Self::Pooled(connection) => connection,
            Self::InTransaction(transaction) => transaction,
        }
    }
}

impl DerefMut for Connection<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        match self {
            Self::Pooled(connection) => connection,
            Self::InTransaction(transaction) => transaction,
        }
    }
}
