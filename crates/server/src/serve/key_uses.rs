//! The last use of each key. Delivery notes it but may not write, so this job writes it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use annai_delivery::Consumers;
use annai_domain::ApiKeyId;
use annai_storage::Database;
use annai_storage::keys::note_uses;
use tokio::sync::Mutex;

use super::failed;

/// The time for which uses are gathered before one write: one row per key and minute.
pub(super) const GATHER: Duration = Duration::from_mins(1);

/// Noted uses that are not written yet.
#[derive(Debug)]
pub(super) struct KeyUses {
    consumers: Consumers,
    database: Database,
    pending: Mutex<HashMap<ApiKeyId, Instant>>,
}

impl KeyUses {
    pub(super) fn new(consumers: Consumers, database: Database) -> Arc<Self> {
        Arc::new(Self {
            consumers,
            database,
            pending: Mutex::default(),
        })
    }

    /// Writes the noted uses. Uses that cannot be written wait for the next run.
    pub(super) async fn write(self: Arc<Self>) {
        let mut pending = self.pending.lock().await;
        pending.extend(self.consumers.take_uses());
        if pending.is_empty() {
            return;
        }
        let uses: Vec<_> = pending
            .iter()
            .map(|(api_key_id, at)| (*api_key_id, at.elapsed()))
            .collect();
        match note_uses(&self.database, &uses).await {
            Ok(()) => pending.clear(),
            Err(error) => {
                failed::note(
                    &error,
                    "last uses of keys could not be written; the next run tries again",
                );
            }
        }
    }
}
