//! Writes the missing references of revisions.
//!
//! Revisions that are older than the table lack them. So do those that an older node writes during
//! an upgrade.

use std::sync::Arc;
use std::time::Duration;

use annai_content::Schema;
use annai_editorial::backfill_references;
use annai_storage::references::count_unread;
use annai_storage::{Database, StorageError};

use super::failed;

/// The pause between two runs.
pub(super) const PAUSE: Duration = Duration::from_mins(10);
/// Revisions per transaction; saves in between do not wait for them.
const BATCH: i64 = 50;
/// Batches between two lines of the log.
const TOLD_EVERY: usize = 20;

/// Writes every missing reference. After a failure the next run continues there.
pub(super) async fn fill(database: Database, schema: Arc<Schema>) {
    if let Err(error) = fill_all(&database, &schema).await {
        failed::note(
            &error,
            "references could not be written; the next run continues",
        );
    }
}

async fn fill_all(database: &Database, schema: &Schema) -> Result<(), StorageError> {
    let total = count_unread(&database.reader()).await?;
    if total == 0 {
        return Ok(());
    }
    tracing::info!(revisions = total, "references of revisions were missing");
    let mut written = 0;
    for batch in 1_usize.. {
        let count = backfill_references(database, schema, BATCH).await?;
        written += count;
        if count == 0 {
            break;
        }
        if batch.is_multiple_of(TOLD_EVERY) {
            tracing::info!(written, of = total, "references of revisions were written");
        }
    }
    tracing::info!(written, "the missing references were written");
    Ok(())
}
