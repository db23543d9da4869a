use std::sync::Arc;
use std::time::Duration;

use annai_domain::{Actor, GuideUrls};
use jiff::Timestamp;
use sqlx::{PgConnection, Postgres, Transaction};
use tokio::sync::{Mutex, MutexGuard, OwnedSemaphorePermit};
use tokio::time::timeout;

use crate::{AwayState, StorageError};

/// The longest wait for the reply to a commit. A commit takes milliseconds, unless it waits for a
/// standby or the network lost it; a request may take 10 s.
const COMMIT_WAIT: Duration = Duration::from_secs(5);

/// One transaction of one actor. Dropping it rolls everything back.
#[derive(Debug)]
pub struct WriteTx {
    /// Readers share the transaction and take turns; a writer has it alone, and never waits.
    transaction: Mutex<Transaction<'static, Postgres>>,
    /// The right to write; a commit keeps it until Postgres has replied.
    permit: OwnedSemaphorePermit,
    actor: Actor,
    now: Timestamp,
    guide_urls: Arc<GuideUrls>,
}

/// A transaction without an actor. Dropping it rolls everything back.
#[derive(Debug)]
pub(crate) struct UnnamedTx {
    transaction: Transaction<'static, Postgres>,
    permit: OwnedSemaphorePermit,
}

impl WriteTx {
    /// Puts `unnamed` in the name of `actor`.
    pub(crate) fn new(
        unnamed: UnnamedTx,
        actor: Actor,
        now: Timestamp,
        guide_urls: Arc<GuideUrls>,
    ) -> Self {
        Self {
            transaction: Mutex::new(unnamed.transaction),
            permit: unnamed.permit,
            actor,
            now,
            guide_urls,
        }
    }

    pub(crate) async fn lock(&self) -> MutexGuard<'_, Transaction<'static, Postgres>> {
        self.transaction.lock().await
    }

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

    /// Returns the addresses of guides for readers, by which this transaction writes links.
    #[must_use]
    pub fn guide_urls(&self) -> &GuideUrls {
        &self.guide_urls
    }

    /// Commits the transaction.
    ///
    /// # Errors
    ///
    /// [`AwayState::NotConfirmed`] when the server's reply is lost or takes longer than 5 s. Whether
    /// the commit succeeds is then unknown, which is why commands can be repeated.
    pub async fn commit(self) -> Result<(), StorageError> {
        let transaction = self.transaction.into_inner();
        UnnamedTx::new(transaction, self.permit).commit().await
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        self.transaction.get_mut()
    }
}

impl UnnamedTx {
    pub(crate) fn new(
        transaction: Transaction<'static, Postgres>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            transaction,
            permit,
        }
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Commits; see [`WriteTx::commit`].
    pub(crate) async fn commit(self) -> Result<(), StorageError> {
        // A task of its own: a client that leaves does not break the commit off.
        let committing = tokio::spawn(async move {
            let committed = self.transaction.commit().await;
            drop(self.permit);
            committed
        });
        match timeout(COMMIT_WAIT, committing).await {
            Ok(Ok(committed)) => committed.map_err(StorageError::of_commit),
            Ok(Err(_)) | Err(_) => Err(StorageError::away(AwayState::NotConfirmed)),
        }
    }
}
