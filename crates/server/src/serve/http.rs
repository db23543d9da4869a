//! The listener and its connections.

mod backlog;
mod inherited;
mod paced;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use annai_web::{Answers, TrustedProxies, error_chain};
use axum::body::Body;
use axum::http::{HeaderValue, header};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use rustix::process::{Resource, getrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::stop;
use super::timer::LazyTimer;
use crate::failure::{Code, Failure};
use crate::settings::Key;
pub(crate) use inherited::inherit;
use paced::Paced;

/// The longest time for the head of a request (security.md, "time").
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes: a URL of 8 KiB and headers of 32 KiB.
const HEAD_BYTES: usize = 40 * 1024;

/// The most bytes that the kernel holds for a client that has not read the bytes before.
const UNSENT: u32 = 128 * 1024;

/// The file handles that connections leave for the database, files and other listeners.
const RESERVED_HANDLES: u64 = 64;

/// The most connections at the same time, wherever the system allows more file handles.
const MOST_CONNECTIONS: u64 = 16 * 1024;

/// The time that an idle connection stays open while the server stops. A request that is on its
/// way meanwhile gets its response.
const LAST_REQUEST: Duration = Duration::from_millis(500);

/// The pause before the next connection when the system has no file handles left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Binds the address that `setting` names, before anything slow happens.
pub(crate) async fn bind(address: SocketAddr, setting: Key) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "another program, perhaps another annai, has this port; stop it, or choose another"
            }
            io::ErrorKind::PermissionDenied => "ports below 1024 belong to root; choose another",
            io::ErrorKind::AddrNotAvailable => {
                "this machine does not have that address; choose another"
            }
            _ => "choose another address",
        };
        Failure::message(
            Code::Unavailable,
            format!("cannot listen on {address}: {error}"),
        )
        .hint(format!("{why} with {}", setting.variable()))
    })
}

/// The listener of one port and how it serves.
pub(crate) struct Listening<A> {
    pub(crate) listener: TcpListener,
    /// Whether the port belongs to the parent process and stays open when this one stops.
    pub(crate) is_inherited: bool,
    pub(crate) answers: A,
    /// Each request carries its [`annai_web::ClientAddress`], as far as they are trusted.
    pub(crate) proxies: TrustedProxies,
    /// The most connections at the same time.
    pub(crate) most: usize,
    /// The time for which the port stays open after the signal to stop.
    pub(crate) drain: Duration,
}

/// The part of a [`Listening`] that its connections share.
struct Served<A> {
    answers: A,
    proxies: TrustedProxies,
    drain: Duration,
    stop: watch::Receiver<bool>,
    permits: Arc<Semaphore>,
}

/// Returns the most connections that leave enough file handles for everything else.
pub(crate) fn most_connections() -> usize {
    let handles = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let most = handles.saturating_sub(RESERVED_HANDLES).max(1);
    usize::try_from(most.min(MOST_CONNECTIONS)).unwrap_or(usize::MAX)
}

impl<A: Answers> Listening<A> {
    /// Serves until `stop` becomes true and the time to drain is over. Then it finishes the requests
    /// that have begun, and those of connections that the kernel had accepted.
    pub(crate) async fn serve(self, stop: watch::Receiver<bool>) {
        let permits = Arc::new(Semaphore::new(self.most));
        let served = Arc::new(Served {
            answers: self.answers,
            proxies: self.proxies,
            drain: self.drain,
            stop,
            permits: Arc::clone(&permits),
        });
        // Every connection holds a receiver: when all are dropped, all connections have ended.
        let (alive, connection) = watch::channel(());
        let open = |(stream, peer), permit: Option<OwnedSemaphorePermit>| {
            let (served, connection) = (Arc::clone(&served), connection.clone());
            tokio::spawn(async move {
                let _held = (permit, connection);
                served.connection(stream, peer).await;
            });
        };
        let mut was_full = false;
        let mut closing = std::pin::pin!(served.closing());
        loop {
            let accepted = tokio::select! {
                accepted = accept(&self.listener, &permits, &mut was_full) => accepted,
                () = closing.as_mut() => break,
            };
            match accepted {
                Ok((connection, permit)) => open(connection, Some(permit)),
                Err(error) if is_of_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "cannot accept connections");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        if self.is_inherited {
            // Waiting connections stay in the queue for the next process.
            drop(self.listener);
        } else if let Err(error) =
            backlog::close(self.listener, |stream, peer| open((stream, peer), None)).await
        {
            tracing::warn!(%error, "the last connections were lost");
        }
        drop(connection);
        alive.closed().await;
    }
}

/// Accepts a connection as soon as there is a permit for it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    was_full: &mut bool,
) -> io::Result<((TcpStream, SocketAddr), OwnedSemaphorePermit)> {
    let permit = if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
        *was_full = false;
        permit
    } else {
        if !std::mem::replace(was_full, true) {
            tracing::warn!("all connections were taken; new ones waited until one ended");
        }
        let permit = Arc::clone(permits).acquire_owned().await;
        permit.map_err(io::Error::other)?
    };
    Ok((listener.accept().await?, permit))
}

impl<A: Answers> Served<A> {
    /// Completes when the listener has to close.
    async fn closing(&self) {
        stop::wait(&mut self.stop.clone()).await;
        tokio::time::sleep(self.drain).await;
    }

    async fn connection(self: Arc<Self>, stream: TcpStream, peer: SocketAddr) {
        if let Err(error) = set_options(&stream) {
            tracing::debug!(%error, "an option of a connection cannot be set");
        }
        let served = Arc::clone(&self);
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let served = Arc::clone(&served);
            async move { Ok::<_, Infallible>(served.respond(request, peer).await) }
        });
        let connection = http1::Builder::new()
            .timer(LazyTimer::new(HEADER_TIMEOUT))
            .header_read_timeout(HEADER_TIMEOUT)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(
                TokioIo::new(Paced::new(stream, Arc::clone(&self.permits))),
                service,
            );
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.last_request() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, error = %error_chain(&error), "a connection ended early");
        }
    }

    /// Responds to a request. Once the server is to stop, the response is the connection's last.
    async fn respond(
        &self,
        mut request: Request<Incoming>,
        peer: SocketAddr,
    ) -> axum::response::Response {
        let client = self.proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(client);
        let mut response = self.answers.answer(request.map(Body::new)).await;
        // This receiver has seen no value, so the only change is the signal to stop.
        if self.stop.has_changed().unwrap_or(true) {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
        response
    }

    /// Completes when idle connections have to close.
    async fn last_request(&self) {
        self.closing().await;
        tokio::time::sleep(LAST_REQUEST).await;
    }
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT)?;
    Ok(())
}

/// Returns whether the error is about one connection only.
fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
