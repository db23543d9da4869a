//! When keys were last used. Delivery may not write, so what it saw is written here.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use annai_delivery::Consumers;
use annai_domain::ApiKeyId;
use annai_storage::Database;
use annai_storage::keys::note_uses;

/// How long uses are gathered before they are written: one row a key and minute.
const GATHER: Duration = Duration::from_mins(1);

/// What was seen and is not written yet.
#[derive(Debug)]
pub(crate) struct KeyUses {
    consumers: Consumers,
    pending: HashMap<ApiKeyId, Instant>,
    written: Instant,
}

impl KeyUses {
    pub(crate) fn new(consumers: Consumers) -> Self {
        Self {
            consumers,
            pending: HashMap::new(),
            written: Instant::now(),
        }
    }

    /// Writes where the last time is a minute ago.
    pub(crate) async fn write_if_due(&mut self, database: &Database) {
        if self.written.elapsed() >= GATHER {
            self.write(database).await;
        }
    }

    /// Writes what was seen. What cannot be written now is kept for the next time.
    pub(crate) async fn write(&mut self, database: &Database) {
        self.written = Instant::now();
        self.pending.extend(self.consumers.take_uses());
        if self.pending.is_empty() {
            return;
        }
        let uses: Vec<_> = self
            .pending
            .iter()
            .map(|(api_key_id, at)| (*api_key_id, at.elapsed()))
            .collect();
        match note_uses(database, &uses).await {
            Ok(()) => self.pending.clear(),
            Err(error) => tracing::warn!(
                %error,
                "when keys were last used could not be noted; the next time does it"
            ),
        }
    }
}
