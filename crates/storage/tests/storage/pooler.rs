//! A stand-in for a pooler that shares connections to the server between transactions.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::task::JoinSet;

/// A connection to the server.
type Upstream = Pin<Box<dyn Stream>>;

/// The connections that no client uses, the one that rested longest first.
type Idle = Arc<Mutex<VecDeque<Upstream>>>;

trait Stream: AsyncRead + AsyncWrite + Send {}
impl<S: AsyncRead + AsyncWrite + Send> Stream for S {}

/// A pooler in front of a server. It knows simple queries only.
pub(crate) struct Pooler {
    folder: TempDir,
    target: PgConnectOptions,
    /// Ends with the pooler, and the connections with it: the database is dropped after the test.
    _accepts: JoinSet<()>,
}

impl Pooler {
    pub(crate) fn before(target: &PgConnectOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(socket(folder.path(), target.get_port())).unwrap();
        let (server, idle) = (target.clone(), Idle::default());
        let mut accepts = JoinSet::new();
        accepts.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, idle) = (server.clone(), Arc::clone(&idle));
                tokio::spawn(async move { serve(client, &server, &idle).await });
            }
        });
        Self {
            folder,
            target: target.clone(),
            _accepts: accepts,
        }
    }

    /// Returns the login by way of the pooler.
    pub(crate) fn connect(&self) -> PgConnectOptions {
        let target = self.target.clone().socket(self.folder.path());
        target.ssl_mode(sqlx::postgres::PgSslMode::Disable)
    }
}

/// Signs the client in with a connection of its own, which everybody shares from then on.
/// `None` when one side ended.
async fn serve(mut client: UnixStream, target: &PgConnectOptions, idle: &Idle) -> Option<()> {
    let mut own = dial(target).await;
    let length = client.read_u32().await.ok()?;
    let mut startup = length.to_be_bytes().to_vec();
    startup.resize(usize::try_from(length).ok()?, 0);
    client.read_exact(&mut startup[4..]).await.ok()?;
    own.write_all(&startup).await.ok()?;
    sign_in(&mut client, &mut own).await?;
    idle.lock().unwrap().push_back(own);
    loop {
        let mut query = message(&mut client).await?;
        if query[0] == b'X' {
            return None;
        }
        // Each client gave a connection and uses one, so one is left.
        let mut used = idle.lock().unwrap().pop_front()?;
        while !answer(&mut client, &mut used, &query).await? {
            query = message(&mut client).await?;
        }
        idle.lock().unwrap().push_back(used);
    }
}

/// Passes the messages of signing in on, until the server is ready.
async fn sign_in(client: &mut UnixStream, server: &mut Upstream) -> Option<()> {
    loop {
        let said = message(server).await?;
        client.write_all(&said).await.ok()?;
        // "Authentication succeeded" (0) and the last word of SASL (12) ask for nothing.
        let asks = said[0] == b'R' && !matches!(said[5..9], [0, 0, 0, 0 | 12]);
        if asks {
            server.write_all(&message(client).await?).await.ok()?;
        }
        if said[0] == b'Z' {
            return Some(());
        }
    }
}

/// Passes a query and its answer on. Returns whether the server is outside a transaction then.
async fn answer(client: &mut UnixStream, server: &mut Upstream, query: &[u8]) -> Option<bool> {
    server.write_all(query).await.ok()?;
    loop {
        let said = message(server).await?;
        client.write_all(&said).await.ok()?;
        if said[0] == b'Z' {
            return Some(said[5] == b'I');
        }
    }
}

async fn dial(target: &PgConnectOptions) -> Upstream {
    let (host, port) = (target.get_host(), target.get_port());
    let folder = target.get_socket().cloned();
    let folder = folder.or_else(|| Path::new(host).is_absolute().then(|| host.into()));
    match folder {
        Some(folder) => {
            let socket = socket(&folder, port);
            Box::pin(UnixStream::connect(socket).await.unwrap())
        }
        None => Box::pin(TcpStream::connect((host, port)).await.unwrap()),
    }
}

fn socket(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
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
