mod attempt;

use std::collections::HashMap;
use std::time::Duration;

use annai_domain::WebhookEndpointId;
use annai_storage::webhook_deliveries::{self, ClaimedDelivery};
use annai_storage::{Database, Listener, StorageError};
use tokio::task::{Id, JoinError, JoinSet};

use crate::sender::Sender;
use attempt::{attempt, count_as_failed};

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
    busy: HashMap<Id, Busy>,
}

/// What a task is about.
#[derive(Debug)]
struct Busy {
    endpoint: WebhookEndpointId,
    /// What it attempts; `None` where it counts an attempt that broke off.
    attempting: Option<ClaimedDelivery>,
}

impl Worker {
    /// A worker that sends with `sender` what it finds in `database`.
    #[must_use]
    pub fn new(database: Database, sender: Sender) -> Self {
        Self {
            database,
            sender,
            sending: JoinSet::new(),
            busy: HashMap::new(),
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
        while let Some(done) = self.sending.join_next_with_id().await {
            self.note_done(&done);
        }
    }

    /// Begins everything that is due, as far as there is room.
    async fn begin_due(&mut self) -> Result<(), StorageError> {
        let room = AT_ONCE - self.busy.len();
        if room == 0 {
            return Ok(());
        }
        let busy: Vec<_> = self.busy.values().map(|busy| busy.endpoint).collect();
        let db = self.database.reader();
        for delivery in webhook_deliveries::claim(&db, &busy, room, LEASE).await? {
            let task = attempt(self.database.clone(), self.sender.clone(), delivery.clone());
            self.begin(task, delivery.webhook_endpoint_id, Some(delivery));
        }
        Ok(())
    }

    fn begin(
        &mut self,
        task: impl Future<Output = ()> + Send + 'static,
        endpoint: WebhookEndpointId,
        attempting: Option<ClaimedDelivery>,
    ) {
        let id = self.sending.spawn(task).id();
        self.busy.insert(
            id,
            Busy {
                endpoint,
                attempting,
            },
        );
    }

    /// Lets go of the endpoint, unless the attempt broke off: then that is counted first.
    fn note_done(&mut self, done: &Result<(Id, ()), JoinError>) {
        let id = match done {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        let Some(busy) = self.busy.remove(&id) else {
            return;
        };
        match (done, busy.attempting) {
            (Ok(_), _) => {}
            (Err(_), Some(delivery)) => {
                let task = count_as_failed(self.database.clone(), delivery);
                self.begin(task, busy.endpoint, None);
            }
            (Err(_), None) => tracing::error!(
                webhook_endpoint_id = %busy.endpoint,
                "an attempt that broke off cannot be counted; it is repeated when its claim ends"
            ),
        }
    }

    async fn listen(&self) -> Option<Listener> {
        // Without it the poll still finds everything, only later.
        self.database.listen(Listener::DELIVERIES).await.ok()
    }
}

/// Waits for the doorbell; one that is broken is put away.
async fn ring(doorbell: &mut Option<Listener>) {
    match doorbell {
        Some(bell) => {
            if bell.notified().await.is_err() {
                *doorbell = None;
            }
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
