use std::time::Duration;

use annai_domain::{Actor, WebhookEndpointId, wait_after};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::webhook_deliveries::{self, After, ClaimedDelivery, DeliveryResult};
use annai_storage::webhook_endpoints::{self, DisabledReason};
use annai_storage::{Database, Doorbell, StorageError};
use serde_json::json;
use tokio::task::{Id, JoinError, JoinSet};

use crate::sender::{Answered, Sender};

/// How many endpoints are sent to at once.
const AT_ONCE: usize = 16;

/// How long a claim holds: longer than an attempt can take and its result needs to be written.
const LEASE: Duration = Duration::from_secs(30);

/// How often the database is asked without a ring: for what falls due by itself.
const POLL: Duration = Duration::from_secs(2);

/// Pause after the database did not answer.
const PAUSE: Duration = Duration::from_secs(5);

/// Sends what is due, for ever. One runs on every node; they share the work through the database.
///
/// An endpoint is sent to one after the other, so that one that hangs holds up nobody but itself.
#[derive(Debug)]
pub struct Worker {
    database: Database,
    sender: Sender,
    sending: JoinSet<()>,
    busy: Vec<(Id, WebhookEndpointId)>,
}

impl Worker {
    /// A worker that sends with `sender` what it finds in `database`.
    #[must_use]
    pub fn new(database: Database, sender: Sender) -> Self {
        Self {
            database,
            sender,
            sending: JoinSet::new(),
            busy: Vec::new(),
        }
    }

    /// Sends until `stop` is done, then finishes what has begun. Dropped instead, it leaves
    /// deliveries that fall due again when their claim ends.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut doorbell = self.listen().await;
        loop {
            let pause = match self.begin_due().await {
                Ok(()) => POLL,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "what webhooks are due cannot be read");
                    PAUSE
                }
            };
            tokio::select! {
                () = &mut stop => break,
                Some(done) = self.sending.join_next_with_id() => self.note_done(&done),
                () = ring(&mut doorbell) => {}
                () = tokio::time::sleep(pause) => {
                    if doorbell.is_none() {
                        doorbell = self.listen().await;
                    }
                }
            }
        }
        while self.sending.join_next().await.is_some() {}
    }

    /// Begins everything that is due, as far as there is room.
    async fn begin_due(&mut self) -> Result<(), StorageError> {
        let room = AT_ONCE - self.busy.len();
        if room == 0 {
            return Ok(());
        }
        let busy: Vec<_> = self.busy.iter().map(|(_, endpoint)| *endpoint).collect();
        let db = self.database.reader();
        for delivery in webhook_deliveries::claim(&db, &busy, room, LEASE).await? {
            let endpoint = delivery.webhook_endpoint_id;
            let task = attempt(self.database.clone(), self.sender.clone(), delivery);
            let handle = self.sending.spawn(task);
            self.busy.push((handle.id(), endpoint));
        }
        Ok(())
    }

    fn note_done(&mut self, done: &Result<(Id, ()), JoinError>) {
        let done = match done {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        self.busy.retain(|(id, _)| *id != done);
    }

    async fn listen(&self) -> Option<Doorbell> {
        // Without it the poll still finds everything, only later.
        self.database.listen(Doorbell::WEBHOOKS).await.ok()
    }
}

/// Waits for the doorbell; one that is broken is put away.
async fn ring(doorbell: &mut Option<Doorbell>) {
    match doorbell {
        Some(bell) => {
            if bell.ring().await.is_err() {
                *doorbell = None;
            }
        }
        None => std::future::pending().await,
    }
}

#[tracing::instrument(skip_all, fields(
    event_id = %delivery.event_id, webhook_endpoint_id = %delivery.webhook_endpoint_id))]
async fn attempt(database: Database, sender: Sender, delivery: ClaimedDelivery) {
    let answered = sender.send(&delivery).await;
    let result = answered.attempt.result;
    let after = after(&delivery, &answered, rand::random());
    match write_down(&database, &delivery, &answered, after).await {
        Ok(true) => tracing::info!(
            result = result.as_str(),
            status = answered.attempt.status,
            event_type = %delivery.event_type,
            "a webhook was sent"
        ),
        Ok(false) => tracing::warn!("another node took this webhook over"),
        // It falls due again by itself.
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "what came of a webhook cannot be written down");
        }
    }
}

fn after(delivery: &ClaimedDelivery, answered: &Answered, jitter: f64) -> After {
    match answered.attempt.result {
        DeliveryResult::Accepted => After::Delivered,
        DeliveryResult::Gone => After::Failed,
        DeliveryResult::Refused
        | DeliveryResult::Redirected
        | DeliveryResult::TimedOut
        | DeliveryResult::Unreachable
        | DeliveryResult::NotFound
        | DeliveryResult::NotAllowed => {
            wait_after(delivery.attempts + 1, jitter, answered.retry_after)
                .map_or(After::Failed, After::TryAgain)
        }
    }
}

/// Keeps the result. A receiver that wants no more gets no more, from this transaction on.
async fn write_down(
    database: &Database,
    delivery: &ClaimedDelivery,
    answered: &Answered,
    after: After,
) -> Result<bool, StorageError> {
    let mut tx = database.begin(Actor::system()).await?;
    let attempt = &answered.attempt;
    if !webhook_deliveries::record_attempt(&mut tx, delivery, attempt, after).await? {
        return Ok(false);
    }
    let endpoint = delivery.webhook_endpoint_id;
    if attempt.result == DeliveryResult::Gone
        && webhook_endpoints::disable(&mut tx, endpoint, DisabledReason::Gone).await?
    {
        let entry = NewAuditEntry {
            action: "webhook.disable",
            guide_id: None,
            subject_id: Some(endpoint.0),
            details: json!({ "reason": DisabledReason::Gone }),
        };
        audit::record(&mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(true)
}
