mod settle;
#[cfg(test)]
mod tests;

use std::time::Duration;

use annai_domain::WebhookEndpointId;
use annai_jobs::Queue;
use annai_storage::webhook_deliveries::{self, ClaimedDelivery};
use annai_storage::{Database, Listener, StorageError};

use crate::sender::{Answered, Sender};
use settle::settle;

/// The queue of webhook deliveries in a database. Every node works on it.
///
/// Each endpoint is a line: a node sends it one delivery after the other, the oldest due one first.
#[derive(Debug)]
pub struct WebhookQueue {
    database: Database,
    sender: Sender,
}

impl WebhookQueue {
    /// Creates the queue of the deliveries in `database`, to be sent with `sender`.
    #[must_use]
    pub fn new(database: Database, sender: Sender) -> Self {
        Self { database, sender }
    }
}

impl Queue for WebhookQueue {
    type Claimed = ClaimedDelivery;
    type Line = WebhookEndpointId;

    /// Longer than an attempt and the writing of its result can take.
    const LEASE: Duration = Duration::from_secs(30);

    async fn listen(&self) -> Option<Listener> {
        self.database.listen(Listener::DELIVERIES).await.ok()
    }

    async fn claim(
        &self,
        busy: &[WebhookEndpointId],
        most: usize,
    ) -> Result<Vec<ClaimedDelivery>, StorageError> {
        let claiming = webhook_deliveries::claim(&self.database, busy, most, Self::LEASE);
        self.database.unless_replaced(claiming).await.flatten()
    }

    fn line(delivery: &ClaimedDelivery) -> WebhookEndpointId {
        delivery.webhook_endpoint_id
    }

    #[tracing::instrument(skip_all, fields(
        event_id = %delivery.event_id, webhook_endpoint_id = %delivery.webhook_endpoint_id))]
    async fn attempt(&self, delivery: ClaimedDelivery) {
        let answered = self.sender.send(&delivery).await;
        settle(&self.database, &delivery, &answered).await;
    }

    #[tracing::instrument(skip_all, fields(
        event_id = %delivery.event_id, webhook_endpoint_id = %delivery.webhook_endpoint_id))]
    async fn count_panic(&self, delivery: ClaimedDelivery) {
        settle(&self.database, &delivery, &Answered::broken_off()).await;
    }
}
