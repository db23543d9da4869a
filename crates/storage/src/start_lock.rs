use sqlx::{Connection as _, PgConnection};

use crate::{Database, StorageError};

/// The right to write the first guides and people, which one node of a database has at a time.
///
/// It has a connection of its own, because the work takes several transactions. It ends with that
/// connection, also when the node dies.
#[derive(Debug)]
pub struct StartLock(PgConnection);

impl Database {
    /// Waits until no other node writes the first guides and people.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] while the database is away.
    pub async fn lock_start(&self) -> Result<StartLock, StorageError> {
        let mut owner = self.owner().await?;
        // Locks with two numbers are apart from those with one, which sqlx and idempotency use.
        sqlx::query!(r#"SELECT pg_advisory_lock(1, 1) AS "locked: ()""#)
            .execute(&mut owner)
            .await?;
        Ok(StartLock(owner))
    }
}

impl StartLock {
    /// Lets the next node go on.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when the connection is lost; the lock is gone then too.
    pub async fn release(self) -> Result<(), StorageError> {
        Ok(self.0.close().await?)
    }
}
