//! The listener and its connections.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use annai_web::{Answers, TrustedProxies};
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::stop;
use super::timer::LazyTimer;
use crate::failure::{Code, Failure};
use crate::settings::Key;

/// The longest time for the head of a request (security.md, "time").
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes: a URL of 8 KiB and headers of 32 KiB.
const HEAD_BYTES: usize = 40 * 1024;

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

/// Serves until `stop` becomes true, then finishes the requests that have begun. Each request
/// carries its [`annai_web::ClientAddress`], as far as `proxies` are trusted.
pub(crate) async fn serve(
    listener: TcpListener,
    answers: impl Answers,
    proxies: TrustedProxies,
    mut stop: watch::Receiver<bool>,
) {
    let (answers, proxies) = (Arc::new(answers), Arc::new(proxies));
    // Every connection holds a receiver: when all are dropped, all connections have ended.
    let (alive, connection) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop::wait(&mut stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let task = serve_connection(
                    stream,
                    peer,
                    Arc::clone(&answers),
                    Arc::clone(&proxies),
                    stop.clone(),
                    connection.clone(),
                );
                tokio::spawn(task);
            }
            Err(error) if is_of_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    drop(connection);
    alive.closed().await;
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    answers: Arc<impl Answers>,
    proxies: Arc<TrustedProxies>,
    mut stop: watch::Receiver<bool>,
    _alive: watch::Receiver<()>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot turn off Nagle's algorithm");
    }
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        let client = proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(client);
        let answers = Arc::clone(&answers);
        async move { Ok::<_, Infallible>(answers.answer(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(LazyTimer::new(HEADER_TIMEOUT))
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop::wait(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
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
