use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use annai_storage::{Listener, StorageError};
use tokio::task::{Id, JoinSet};
use tokio::time::{sleep, timeout};

use crate::backoff::Backoff;
use crate::caught::caught;
use crate::stop::Stop;

/// The most concurrent attempts of a queue on one node.
const AT_ONCE: usize = 16;

/// The pause between two queries without a notification, for work that falls due by itself.
const POLL: Duration = Duration::from_secs(2);

/// The pauses after a failed query.
const AWAY: Backoff = Backoff::new(POLL, Duration::from_secs(10));

/// Work that waits in the database, for one node at a time to claim.
///
/// A claim holds for a lease. Work without a result at its end falls due again by itself, so that a
/// killed node loses nothing. A node that lost its claim writes no result.
pub trait Queue: Send + Sync + 'static {
    /// A piece of work that this node alone may do until its lease ends.
    type Claimed: Debug + Clone + Send + Sync + 'static;

    /// The line of a piece of work. A node does the work of one line one after the other, so that a
    /// hanging target delays only itself.
    type Line: Debug + Copy + Send + Sync + 'static;

    /// The time for which a claim holds. An attempt that takes longer is dropped.
    const LEASE: Duration;

    /// Listens for notifications of new work; `None` without a connection.
    fn listen(&self) -> impl Future<Output = Option<Listener>> + Send;

    /// Claims due work: one piece of each line that is not `busy`, at most `most`.
    fn claim(
        &self,
        busy: &[Self::Line],
        most: usize,
    ) -> impl Future<Output = Result<Vec<Self::Claimed>, StorageError>> + Send;

    /// Returns the line of `claimed`.
    fn line(claimed: &Self::Claimed) -> Self::Line;

    /// Does the work once and saves the result.
    fn attempt(&self, claimed: Self::Claimed) -> impl Future<Output = ()> + Send;

    /// Saves that an attempt panicked. Otherwise the work would be repeated at the end of each
    /// lease, for ever.
    fn count_panic(&self, claimed: Self::Claimed) -> impl Future<Output = ()> + Send;
}

/// Does due work until `stop`, then finishes the attempts that have begun. If dropped instead,
/// their work falls due again when the lease ends.
pub(crate) async fn work<Q: Queue>(job: &'static str, queue: Arc<Q>, mut stop: Stop) {
    let mut worker = Worker {
        job,
        attempts: JoinSet::new(),
        busy: HashMap::new(),
        queue,
    };
    let mut listener = worker.queue.listen().await;
    let mut away = AWAY;
    loop {
        let pause = match worker.begin_due().await {
            Ok(()) => {
                away.reset();
                POLL
            }
            Err(error) => {
                if !away.is_failing() {
                    log_failure(job, &error);
                }
                away.next(rand::random())
            }
        };
        tokio::select! {
            () = stop.asked() => break,
            Some(id) = next_ended(&mut worker.attempts) => worker.end(id),
            () = notified(&mut listener) => {}
            () = sleep(pause) => {
                if listener.is_none() {
                    listener = worker.queue.listen().await;
                }
            }
        }
    }
    while next_ended(&mut worker.attempts).await.is_some() {}
}

/// Logs that no work can be claimed. An outage of the database is reported by the regular check.
fn log_failure(job: &'static str, error: &StorageError) {
    let is_outage = matches!(error, StorageError::Unavailable(_));
    let error = error as &dyn std::error::Error;
    if is_outage {
        tracing::debug!(
            job,
            error,
            "work was not claimed while the database was away"
        );
    } else {
        tracing::warn!(
            job,
            error,
            "work could not be claimed; the next attempt follows"
        );
    }
}

struct Worker<Q: Queue> {
    job: &'static str,
    queue: Arc<Q>,
    attempts: JoinSet<()>,
    busy: HashMap<Id, Q::Line>,
}

impl<Q: Queue> Worker<Q> {
    /// Begins everything that is due, as far as there is room.
    async fn begin_due(&mut self) -> Result<(), StorageError> {
        let room = AT_ONCE - self.busy.len();
        if room == 0 {
            return Ok(());
        }
        let busy: Vec<_> = self.busy.values().copied().collect();
        for claimed in self.queue.claim(&busy, room).await? {
            let line = Q::line(&claimed);
            let task = attempt(self.job, Arc::clone(&self.queue), claimed);
            let id = self.attempts.spawn(task).id();
            self.busy.insert(id, line);
        }
        Ok(())
    }

    /// Frees the line of an attempt that has ended.
    fn end(&mut self, id: Id) {
        self.busy.remove(&id);
    }
}

async fn attempt<Q: Queue>(job: &'static str, queue: Arc<Q>, claimed: Q::Claimed) {
    match timeout(Q::LEASE, caught(job, queue.attempt(claimed.clone()))).await {
        Ok(Some(())) => {}
        Ok(None) => {
            caught(job, queue.count_panic(claimed)).await;
        }
        Err(_) => tracing::warn!(job, "an attempt took longer than its lease and was dropped"),
    }
}

/// Waits for the next attempt to end, even by a panic; `None` without attempts.
async fn next_ended(attempts: &mut JoinSet<()>) -> Option<Id> {
    let ended = attempts.join_next_with_id().await?;
    Some(ended.map_or_else(|error| error.id(), |(id, ())| id))
}

/// Waits for a notification; drops a listener that lost its connection.
async fn notified(listener: &mut Option<Listener>) {
    match listener {
        Some(hearing) => {
            if hearing.notified().await.is_err() {
                *listener = None;
            }
        }
        None => std::future::pending().await,
    }
}
