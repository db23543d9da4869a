use tokio::sync::watch;

/// The request for one job to end.
#[derive(Debug, Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Creates a stop and its switch. Sending true, or dropping the switch, asks for the stop.
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (switch, asked) = watch::channel(false);
        (switch, Self(asked))
    }

    /// Waits until the job is to end.
    pub(crate) async fn asked(&mut self) {
        // The borrow of the value ends here: it must not live across an await.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Returns whether the job is to end.
    pub(crate) fn is_asked(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}
