//! The worker that sends webhooks.

use std::time::Duration;

use annai_storage::Database;
use annai_webhooks::{Sender, Worker};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::stop;
use crate::settings::Settings;

/// Pause before another worker takes over from one that ended by a fault.
const PAUSE: Duration = Duration::from_secs(5);

/// Starts sending, until the server is to stop. Where nothing can be sent, such as for lack of
/// any root certificate, the server serves all the same and says so.
pub(super) fn start(
    database: &Database,
    settings: &Settings,
    stopping: watch::Receiver<bool>,
) -> Option<JoinHandle<()>> {
    let sender = match Sender::new(settings.webhook_reach(), database.clock()) {
        Ok(sender) => sender,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "no webhooks are sent; what is due waits");
            return None;
        }
    };
    let database = database.clone();
    let work = move |mut stopping: watch::Receiver<bool>| {
        let worker = Worker::new(database.clone(), sender.clone());
        async move { worker.run(stop::wait(&mut stopping)).await }
    };
    Some(tokio::spawn(keep_working(work, stopping, PAUSE)))
}

/// Waits for the attempts that have begun: a few seconds at most, by their own time limit.
pub(super) async fn finish(worker: Option<JoinHandle<()>>) {
    if let Some(worker) = worker
        && let Err(error) = worker.await
    {
        tracing::error!(%error, "the webhook worker ended badly; what it had begun falls due again");
    }
}

/// Has `work` done until the server is to stop: begun again, after `pause`, whenever it ends
/// before that. What it had begun falls due again by itself.
async fn keep_working<Work: Future<Output = ()> + Send + 'static>(
    work: impl Fn(watch::Receiver<bool>) -> Work,
    mut stopping: watch::Receiver<bool>,
    pause: Duration,
) {
    loop {
        let ended = tokio::spawn(work(stopping.clone())).await;
        let is_stopping = *stopping.borrow() || stopping.has_changed().is_err();
        let panicked = ended.is_err();
        if is_stopping && !panicked {
            return;
        }
        tracing::error!(panicked, "the webhook worker ended by a fault");
        tokio::select! {
            () = stop::wait(&mut stopping) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_ends_or_panics_is_replaced_after_a_pause_until_the_server_stops() {
        let (stop, stopping) = watch::channel(false);
        let begun = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&begun);
        let work = move |mut stopping: watch::Receiver<bool>| {
            let turn = counter.fetch_add(1, Ordering::Relaxed);
            async move {
                match turn {
                    0 => panic!("a fault"),
                    1 => {}
                    _ => stop::wait(&mut stopping).await,
                }
            }
        };
        let pause = Duration::from_millis(400);
        let keeper = tokio::spawn(keep_working(work, stopping, pause));

        tokio::time::sleep(pause / 2).await;
        assert_eq!(begun.load(Ordering::Relaxed), 1, "it pauses");
        tokio::time::sleep(pause).await;
        assert_eq!(begun.load(Ordering::Relaxed), 2);
        tokio::time::sleep(pause * 3).await;
        assert_eq!(begun.load(Ordering::Relaxed), 3, "this one works");

        stop.send_replace(true);
        keeper.await.unwrap();
        assert_eq!(begun.load(Ordering::Relaxed), 3);
    }
}
