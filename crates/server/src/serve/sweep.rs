use std::time::Duration;

use annai_storage::{
    Database, StorageError, idempotency, nodes, outbox, sessions, sign_in_failures,
};
use jiff::SignedDuration;

use super::failed;

/// The pause between two sweeps.
pub(super) const SWEEP: Duration = Duration::from_mins(10);

/// The time for which a response is kept for a repeat of its request.
const KEEP_ANSWERS: SignedDuration = SignedDuration::from_hours(24);

/// The time after which failures at sign-in have no effect.
const KEEP_FAILURES: SignedDuration = SignedDuration::from_mins(30);

/// The time for which webhook deliveries and the outbox are kept.
const KEEP_EVENTS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Deletes expired rows. Logs a failure; the next sweep tries again.
pub(super) async fn sweep(database: Database) {
    if let Err(error) = delete_expired(&database).await {
        failed::note(
            &error,
            "expired rows could not be deleted; the next sweep tries again",
        );
    }
}

async fn delete_expired(database: &Database) -> Result<(), StorageError> {
    let now = database.clock().now();
    let sessions = sessions::sweep(database, now).await?;
    let answers = idempotency::sweep(database, now - KEEP_ANSWERS).await?;
    let deliveries = outbox::sweep(database, now - KEEP_EVENTS).await?;
    let failures = sign_in_failures::sweep(database, now - KEEP_FAILURES).await?;
    let nodes = nodes::sweep(database).await?;
    tracing::debug!(
        sessions,
        answers,
        deliveries,
        failures,
        nodes,
        "expired rows were deleted"
    );
    Ok(())
}
