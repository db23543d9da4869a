//! Bodies that are written while they are sent, in constant memory.

mod permits;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use crate::error::Broken;
pub(crate) use permits::{WriterPermit, WriterPermits};

/// The sink of such a body. It waits for a slow reader.
#[derive(Debug, Clone)]
pub(crate) struct Out(mpsc::Sender<Result<Bytes, Broken>>);

/// The reason why a body was not written to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// The client has disconnected.
    #[error("the client has disconnected")]
    Gone,
    /// The next bytes are not available.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl Out {
    /// Sends some bytes.
    pub(crate) async fn send(&self, bytes: impl Into<Bytes>) -> Result<(), Stopped> {
        let sent = self.0.send(Ok(bytes.into())).await;
        sent.map_err(|_| Stopped::Gone)
    }

    /// Returns when the client has disconnected.
    pub(crate) async fn closed(&self) {
        self.0.closed().await;
    }
}

/// Creates the body that `write` writes. An error interrupts the response, so that no client takes
/// half a body for the whole.
pub(crate) fn body<F>(write: impl FnOnce(Out) -> F) -> Body
where
    F: Future<Output = Result<(), Stopped>> + Send + 'static,
{
    let (sender, mut receiver) = mpsc::channel(2);
    let writing = write(Out(sender.clone()));
    tokio::spawn(async move {
        if let Err(Stopped::Broken(error)) = writing.await {
            tracing::warn!(%error, "a response was interrupted");
            let _ = sender.send(Err(error)).await; // fails if the client has disconnected meanwhile
        }
    });
    Body::from_stream(stream::poll_fn(move |context| receiver.poll_recv(context)))
}
