//! A line to Postgres that can be cut.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

/// A proxy to the tests' server, until the line is cut.
#[derive(Clone)]
pub(crate) struct Line {
    address: SocketAddr,
    target: PgConnectOptions,
    is_cut: Arc<AtomicBool>,
    swallows: Arc<AtomicBool>,
    refuses: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Line {
    pub(crate) fn to(target: &PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Self {
            address: listener.local_addr().unwrap(),
            target: target.clone(),
            is_cut: Arc::default(),
            swallows: Arc::default(),
            refuses: Arc::default(),
            streams: Arc::default(),
        };
        let accepting = line.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                accepting.forward(stream.unwrap());
            }
        });
        line
    }

    /// Returns the database's URL by way of this line.
    pub(crate) fn url(&self) -> String {
        let mut url = self.target.to_url_lossy();
        url.set_query(None);
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(self.address.port())).unwrap();
        url.to_string()
    }

    /// Cuts the line: open connections break off, and new ones are closed at once.
    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        for stream in self.streams.lock().unwrap().drain(..) {
            stream.shutdown(Shutdown::Both).ok();
        }
    }

    /// Loses everything that is sent from now on. Nobody learns of it.
    pub(crate) fn swallow(&self) {
        self.swallows.store(true, Ordering::SeqCst);
    }

    /// Refuses every login from now on, as a server does that knows another password. Open
    /// connections break off.
    pub(crate) fn refuse_logins(&self) {
        self.cut();
        self.refuses.store(true, Ordering::SeqCst);
        self.is_cut.store(false, Ordering::SeqCst);
    }

    /// Returns the host and port that the URL names.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn mend(&self) {
        self.refuses.store(false, Ordering::SeqCst);
        self.swallows.store(false, Ordering::SeqCst);
        self.is_cut.store(false, Ordering::SeqCst);
    }

    fn forward(&self, client: TcpStream) {
        let mut streams = self.streams.lock().unwrap();
        if self.is_cut.load(Ordering::SeqCst) {
            return;
        }
        if self.refuses.load(Ordering::SeqCst) {
            std::thread::spawn(move || refuse(client).ok());
            return;
        }
        streams.push(client.try_clone().unwrap());
        let folder = self.target.get_socket().cloned();
        let host = Path::new(self.target.get_host()).to_owned();
        let folder = folder.or_else(|| host.is_absolute().then_some(host));
        if let Some(folder) = folder {
            let socket = folder.join(format!(".s.PGSQL.{}", self.target.get_port()));
            let server = UnixStream::connect(socket).unwrap();
            let (one, other) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            self.copy(one, server, |server| server.shutdown(Shutdown::Both));
            self.copy(other, client, |client| client.shutdown(Shutdown::Both));
        } else {
            let server = (self.target.get_host(), self.target.get_port());
            let server = TcpStream::connect(server).unwrap();
            let (one, other) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            self.copy(one, server, |server| server.shutdown(Shutdown::Both));
            self.copy(other, client, |client| client.shutdown(Shutdown::Both));
        }
    }

    /// Copies until one of the two ends, then ends the other. What was swallowed does not come back.
    fn copy<R, W>(&self, mut from: R, mut to: W, end: fn(&W) -> io::Result<()>)
    where
        R: io::Read + Send + 'static,
        W: io::Write + Send + 'static,
    {
        let swallows = Arc::clone(&self.swallows);
        std::thread::spawn(move || {
            let mut buffer = [0; 16384];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                let is_lost = swallows.load(Ordering::SeqCst);
                if !is_lost && to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
            end(&to).ok();
        });
    }
}

/// Answers the start of a connection as a server answers a wrong password.
fn refuse(mut client: TcpStream) -> io::Result<()> {
    const WANTS_TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
    let mut message = [0; 1024];
    if client.peek(&mut message)? == WANTS_TLS.len() {
        client.read_exact(&mut message[..WANTS_TLS.len()])?;
        client.write_all(b"N")?;
    }
    let _startup = client.read(&mut message)?;
    let fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0";
    let length = u32::try_from(fields.len() + 4).unwrap_or_default();
    client.write_all(b"E")?;
    client.write_all(&length.to_be_bytes())?;
    client.write_all(fields)
}
