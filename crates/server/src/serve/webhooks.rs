//! The worker that sends webhooks.

use annai_storage::Database;
use annai_webhooks::{Sender, Worker};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::stop;
use crate::settings::Settings;

/// Starts sending, until the server is to stop. Where nothing can be sent, such as for lack of
/// any root certificate, the server serves all the same and says so.
pub(super) fn start(
    database: &Database,
    settings: &Settings,
    mut stopping: watch::Receiver<bool>,
) -> Option<JoinHandle<()>> {
    let sender = match Sender::new(settings.webhook_reach(), database.clock()) {
        Ok(sender) => sender,
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "no webhooks are sent; what is due waits");
            return None;
        }
    };
    let worker = Worker::new(database.clone(), sender);
    Some(tokio::spawn(async move {
        worker.run(stop::wait(&mut stopping)).await;
    }))
}

/// Waits for the attempts that have begun: a few seconds at most, by their own time limit.
pub(super) async fn finish(worker: Option<JoinHandle<()>>) {
    if let Some(worker) = worker
        && let Err(error) = worker.await
    {
        tracing::error!(%error, "the webhook worker ended badly; what it had begun falls due again");
    }
}
