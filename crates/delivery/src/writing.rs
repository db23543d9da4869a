//! Bodies that are written while they are sent, in constant memory.

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use crate::trouble::Broken;

/// Where such a body is written to: it waits for a reader that is slow.
#[derive(Debug, Clone)]
pub(crate) struct Out(mpsc::Sender<Result<Bytes, Broken>>);

/// Why a body was not written to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// Nobody reads any more.
    #[error("the reader has gone")]
    Gone,
    /// What is to be sent cannot be had.
    #[error(transparent)]
    Broken(#[from] Broken),
}

impl Out {
    /// Sends some bytes.
    pub(crate) async fn send(&self, bytes: impl Into<Bytes>) -> Result<(), Stopped> {
        let sent = self.0.send(Ok(bytes.into())).await;
        sent.map_err(|_| Stopped::Gone)
    }

    /// Returns when nobody reads any more.
    pub(crate) async fn closed(&self) {
        self.0.closed().await;
    }
}

/// The body that `write` writes. An error breaks the connection off, so that half of it is
/// never taken for the whole.
pub(crate) fn body<F>(write: impl FnOnce(Out) -> F) -> Body
where
    F: Future<Output = Result<(), Stopped>> + Send + 'static,
{
    let (sender, mut receiver) = mpsc::channel(2);
    let writing = write(Out(sender.clone()));
    tokio::spawn(async move {
        if let Err(Stopped::Broken(error)) = writing.await {
            tracing::warn!(%error, "an answer was broken off");
            let _ = sender.send(Err(error)).await; // or the reader has gone meanwhile
        }
    });
    Body::from_stream(stream::poll_fn(move |context| receiver.poll_recv(context)))
}
