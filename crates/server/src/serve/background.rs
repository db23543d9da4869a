//! What happens by itself while the server runs.

use std::time::Duration;

use annai_storage::{Database, StorageError};
use annai_web::metrics;
use jiff::SignedDuration;
use tokio::time::Instant;

use super::key_uses::KeyUses;
use super::readiness::{Readiness, State};
use crate::database::OpenDatabase;
use crate::settings::Settings;

/// How often the database is asked whether it is there.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How often what has expired is swept away.
const SWEEP: Duration = Duration::from_mins(10);

/// How long an answer is kept for a repeat of its request.
const KEEP_ANSWERS: SignedDuration = SignedDuration::from_hours(24);

/// How long the log of webhooks goes back.
const KEEP_WEBHOOKS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Keeps readiness true and the tables tidy, for ever.
pub(crate) async fn run(
    open: &OpenDatabase,
    settings: &Settings,
    readiness: &Readiness,
    uses: &mut KeyUses,
) {
    let mut swept = Instant::now();
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        beat(open, settings, readiness).await;
        uses.write_if_due(&open.database).await;
        if swept.elapsed() >= SWEEP {
            swept = Instant::now();
            if let Err(error) = sweep(&open.database).await {
                tracing::warn!(%error, "what has expired could not be swept away; the next sweep does it");
            }
        }
    }
}

async fn beat(open: &OpenDatabase, settings: &Settings, readiness: &Readiness) {
    for used in open.database.pool_use() {
        metrics::connections(used.pool, used.open, used.idle);
    }
    let was_ready = readiness.get() == State::Ready;
    match annai_storage::health::ping(&open.database.reader()).await {
        Ok(()) if was_ready => {}
        Ok(()) => {
            tracing::info!("the database answers again");
            readiness.set(State::Ready);
        }
        Err(error) => {
            metrics::database_away(metrics::Witness::Heartbeat);
            if was_ready {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the database does not answer");
            }
            readiness.set(State::Failing("the database does not answer"));
            if let Err(failure) = open.revive(settings).await {
                tracing::error!(error = %failure, "the private database could not be brought back");
            }
        }
    }
}

async fn sweep(database: &Database) -> Result<(), StorageError> {
    let now = database.clock().now();
    let sessions = annai_storage::sessions::sweep(database, now).await?;
    let answers = annai_storage::idempotency::sweep(database, now - KEEP_ANSWERS).await?;
    let webhooks = annai_storage::outbox::sweep(database, now - KEEP_WEBHOOKS).await?;
    tracing::debug!(sessions, answers, webhooks, "swept what had expired");
    Ok(())
}
