//! The connections that the kernel has accepted for a listener.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};

/// Closes a listener and returns the connections that wait in its queue.
///
/// Closing alone would reset them, though their clients count as connected.
pub(super) fn close(listener: TcpListener) -> io::Result<Vec<(TcpStream, SocketAddr)>> {
    refuse_newcomers(&listener);
    let listener = listener.into_std()?;
    let mut waiting = Vec::new();
    loop {
        match listener.accept() {
            Ok((stream, peer)) => {
                stream.set_nonblocking(true)?;
                waiting.push((TcpStream::from_std(stream)?, peer));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // An empty queue, and an error of one connection: the others are lost with it.
            Err(_) => return Ok(waiting),
        }
    }
}

/// Drops the packets of new connections, so that none enters the queue after its last look.
///
/// Their clients try again and meet a closed port.
#[cfg(target_os = "linux")]
fn refuse_newcomers(listener: &TcpListener) {
    /// `BPF_RET | BPF_K`: the program ends and keeps so many bytes of the packet.
    const RETURN: u16 = 0x06;
    let nothing = socket2::SockFilter::new(RETURN, 0, 0, 0);
    if let Err(error) = socket2::SockRef::from(listener).attach_filter(&[nothing]) {
        tracing::debug!(%error, "new connections cannot be held off while the listener closes");
    }
}

#[cfg(not(target_os = "linux"))]
fn refuse_newcomers(_: &TcpListener) {}
