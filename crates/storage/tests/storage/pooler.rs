//! A stand-in for a pooler that shares connections to the server between transactions.

use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// A connection to the server.
type Upstream = Pin<Box<dyn Stream>>;

trait Stream: AsyncRead + AsyncWrite + Send {}
impl<S: AsyncRead + AsyncWrite + Send> Stream for S {}

/// A pooler in front of a server that trusts its users. It knows simple queries only.
pub(crate) struct Pooler {
    address: SocketAddr,
    target: PgConnectOptions,
}

impl Pooler {
    pub(crate) async fn before(target: &PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = target.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { serve(client, &server).await });
            }
        });
        let target = target.clone();
        Self { address, target }
    }

    /// Returns the login by way of the pooler.
    pub(crate) fn connect(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.address.port())
            .username(self.target.get_username())
            .database(self.target.get_database().unwrap())
            .ssl_mode(sqlx::postgres::PgSslMode::Disable)
    }
}

/// Passes each message to the server, outside a transaction to another connection every time.
/// `None` when one side ended.
async fn serve(mut client: TcpStream, target: &PgConnectOptions) -> Option<()> {
    let length = client.read_u32().await.ok()?;
    let mut startup = length.to_be_bytes().to_vec();
    startup.resize(usize::try_from(length).ok()?, 0);
    client.read_exact(&mut startup[4..]).await.ok()?;
    let mut upstreams = [dial(target).await, dial(target).await];
    let mut greeting = Vec::new();
    for upstream in &mut upstreams {
        upstream.write_all(&startup).await.ok()?;
        greeting = until_ready(upstream).await?.0;
    }
    client.write_all(&greeting).await.ok()?;
    let mut used = 0;
    loop {
        let message = message(&mut client).await?;
        upstreams[used].write_all(&message).await.ok()?;
        let (answer, is_idle) = until_ready(&mut upstreams[used]).await?;
        client.write_all(&answer).await.ok()?;
        if is_idle {
            used = 1 - used;
        }
    }
}

async fn dial(target: &PgConnectOptions) -> Upstream {
    let (host, port) = (target.get_host(), target.get_port());
    let folder = target.get_socket().cloned();
    let folder = folder.or_else(|| Path::new(host).is_absolute().then(|| host.into()));
    match folder {
        Some(folder) => {
            let socket = folder.join(format!(".s.PGSQL.{port}"));
            Box::pin(UnixStream::connect(socket).await.unwrap())
        }
        None => Box::pin(TcpStream::connect((host, port)).await.unwrap()),
    }
}

/// Reads until the server is ready for another query. Returns the bytes, and whether it is outside a
/// transaction.
async fn until_ready(upstream: &mut Upstream) -> Option<(Vec<u8>, bool)> {
    let mut all = Vec::new();
    loop {
        let message = message(upstream).await?;
        all.extend_from_slice(&message);
        if message[0] == b'Z' {
            return Some((all, message[5] == b'I'));
        }
    }
}

/// Reads one message: a type, a length that counts itself, and the rest.
async fn message(from: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut message = vec![0; 5];
    from.read_exact(&mut message).await.ok()?;
    let length = u32::from_be_bytes(message[1..5].try_into().ok()?);
    message.resize(usize::try_from(length).ok()? + 1, 0);
    from.read_exact(&mut message[5..]).await.ok()?;
    Some(message)
}
