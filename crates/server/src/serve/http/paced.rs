use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep_until};

/// The longest time that a client may let responses wait while it reads less than [`LEAST`].
const PATIENCE: Duration = Duration::from_secs(30);
/// The same while all connections are taken, so that others wait for this one.
const PATIENCE_WHEN_FULL: Duration = Duration::from_secs(5);
/// The bytes that a client must read within [`PATIENCE`].
const LEAST: usize = 64 * 1024;

/// A connection that breaks off when its client stops reading.
///
/// Only the time counts during which the connection takes nothing. A client that is slow because
/// the server has nothing to send loses nothing.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    /// The beginning of the present wait.
    blocked: Option<Instant>,
    /// The waits since the client last completed [`LEAST`] bytes.
    waited: Duration,
    /// The bytes that the client has read during these waits.
    taken: usize,
    timer: Option<Pin<Box<Sleep>>>,
    /// The permits for connections.
    permits: Arc<Semaphore>,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, permits: Arc<Semaphore>) -> Self {
        Self {
            stream,
            blocked: None,
            waited: Duration::ZERO,
            taken: 0,
            timer: None,
            permits,
        }
    }

    /// Passes on the outcome of a write, or an error once the client has been too slow.
    fn pace(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(written) => {
                if let Ok(bytes) = written {
                    self.note(bytes);
                }
                Poll::Ready(written)
            }
            Poll::Pending => {
                ready!(self.poll_patience(context));
                let message = "the client does not read its response";
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, message)))
            }
        }
    }

    fn note(&mut self, bytes: usize) {
        if let Some(since) = self.blocked.take() {
            self.waited += since.elapsed();
        }
        self.taken += bytes;
        if self.waited.is_zero() || self.taken >= LEAST {
            self.taken = 0;
            self.waited = Duration::ZERO;
        }
    }

    /// Completes when the client has been waited for long enough.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let since = *self.blocked.get_or_insert_with(Instant::now);
        loop {
            let now = Instant::now();
            if self.waited + (now - since) >= self.patience() {
                return Poll::Ready(());
            }
            // Whether all connections are taken may change meanwhile.
            let next = now + PATIENCE_WHEN_FULL;
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(sleep_until(next)));
            if timer.deadline() <= now {
                timer.as_mut().reset(next);
            }
            ready!(timer.as_mut().poll(context));
        }
    }

    fn patience(&self) -> Duration {
        if self.permits.available_permits() == 0 {
            PATIENCE_WHEN_FULL
        } else {
            PATIENCE
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.pace(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.pace(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    /// The bytes that the connection holds for a client that reads nothing.
    const HELD: usize = 1024;

    /// Returns a connection of a server that has `free` more.
    fn paced<S>(stream: S, free: usize) -> Paced<S> {
        Paced::new(stream, Arc::new(Semaphore::new(free)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_nothing_is_left_sooner_when_others_wait() {
        for (free, patience) in [(1, PATIENCE), (0, PATIENCE_WHEN_FULL)] {
            let (server, _client) = duplex(HELD);
            let begin = Instant::now();
            let error = paced(server, free).write_all(&[0; HELD + 1]).await;
            assert_eq!(error.unwrap_err().kind(), io::ErrorKind::TimedOut);
            assert_eq!(begin.elapsed().as_secs(), patience.as_secs());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_drop_by_drop_is_left_too() {
        let (server, mut client) = duplex(HELD);
        tokio::spawn(async move {
            while client.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let begin = Instant::now();
        let error = paced(server, 1).write_all(&vec![0; 1 << 20]).await;
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(begin.elapsed() < 2 * PATIENCE, "{:?}", begin.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_that_goes_on_reading_gets_everything() {
        let (server, mut client) = duplex(HELD);
        let reading = tokio::spawn(async move {
            let (mut buffer, mut total) = ([0; HELD], 0);
            loop {
                match client.read(&mut buffer).await.unwrap() {
                    0 => return total,
                    read => total += read,
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        });
        let mut server = paced(server, 1);
        server.write_all(&vec![0; 1 << 20]).await.unwrap();
        drop(server);
        assert_eq!(reading.await.unwrap(), 1 << 20);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_has_nothing_to_send_breaks_nothing_off() {
        let (server, mut client) = duplex(HELD);
        let mut server = paced(server, 1);
        for _ in 0..10 {
            tokio::join!(
                async { server.write_all(&[0; HELD + 1]).await.unwrap() },
                async {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    client.read_exact(&mut [0; HELD + 1]).await.unwrap();
                }
            );
            tokio::time::sleep(2 * PATIENCE).await;
        }
    }
}
