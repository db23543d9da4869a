//! What happens by itself while the server runs.

use std::time::Duration;

use annai_storage::{Database, StorageError};
use jiff::SignedDuration;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::readiness::{Readiness, State};

/// How often the database is asked whether it is there.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How often what has expired is swept away.
const SWEEP: Duration = Duration::from_mins(10);

/// How long an answer is kept for a repeat of its request.
const KEEP_ANSWERS: SignedDuration = SignedDuration::from_hours(24);

/// Keeps readiness true and the tables tidy until it is aborted.
pub(crate) fn start(database: Database, readiness: Readiness) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut swept = Instant::now();
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            beat(&database, &readiness).await;
            if swept.elapsed() >= SWEEP {
                swept = Instant::now();
                if let Err(error) = sweep(&database).await {
                    tracing::warn!(%error, "what has expired could not be swept away; the next sweep does it");
                }
            }
        }
    })
}

async fn beat(database: &Database, readiness: &Readiness) {
    let was_ready = readiness.get() == State::Ready;
    match annai_storage::health::ping(&database.reader()).await {
        Ok(()) if was_ready => {}
        Ok(()) => {
            tracing::info!("the database answers again");
            readiness.set(State::Ready);
        }
        Err(error) => {
            if was_ready {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the database does not answer"
                );
            }
            readiness.set(State::Failing("the database does not answer"));
        }
    }
}

async fn sweep(database: &Database) -> Result<(), StorageError> {
    let now = database.clock().now();
    let sessions = annai_storage::sessions::sweep(database, now).await?;
    let answers = annai_storage::idempotency::sweep(database, now - KEEP_ANSWERS).await?;
    tracing::debug!(sessions, answers, "swept what had expired");
    Ok(())
}
