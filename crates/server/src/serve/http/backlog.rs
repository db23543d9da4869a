//! The connections that the kernel has accepted for a listener.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout_at};

/// The time in which a client ends the handshake that it has begun: a long round trip.
const HANDSHAKE: Duration = Duration::from_millis(300);

/// Opens the connections that wait in the queue of a listener, and closes it.
///
/// Closing alone would reset them, though their clients count as connected. So would closing in
/// the middle of a handshake: its client counts as connected before the kernel does.
pub(super) async fn close(
    listener: TcpListener,
    mut open: impl FnMut(TcpStream, SocketAddr),
) -> io::Result<()> {
    refuse_newcomers(&listener);
    let end = Instant::now() + HANDSHAKE;
    while let Ok(Ok((stream, peer))) = timeout_at(end, listener.accept()).await {
        open(stream, peer);
    }
    let listener = listener.into_std()?;
    loop {
        match listener.accept() {
            Ok((stream, peer)) => {
                stream.set_nonblocking(true)?;
                open(TcpStream::from_std(stream)?, peer);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // An empty queue, and an error of one connection: the others are lost with it.
            Err(_) => return Ok(()),
        }
    }
}

/// Drops the first packets of new connections, so that none enters the queue after its last look.
/// The later packets of a handshake pass.
///
/// Clients of dropped packets try again and meet a closed port.
#[cfg(target_os = "linux")]
fn refuse_newcomers(listener: &TcpListener) {
    use socket2::SockFilter;

    /// `BPF_LD | BPF_B | BPF_ABS`: loads a byte of the TCP header.
    const LOAD: u16 = 0x30;
    /// `BPF_JMP | BPF_JSET | BPF_K`: skips instructions by the bits of that byte.
    const JUMP_IF_SET: u16 = 0x45;
    /// `BPF_RET | BPF_K`: the program ends and keeps so many bytes of the packet.
    const RETURN: u16 = 0x06;
    /// The place of the flags in the header (RFC 9293, 3.1).
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;

    let without_syn = [
        SockFilter::new(LOAD, 0, 0, FLAGS),
        SockFilter::new(JUMP_IF_SET, 0, 1, SYN),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
    ];
    if let Err(error) = socket2::SockRef::from(listener).attach_filter(&without_syn) {
        tracing::debug!(%error, "new connections cannot be held off while the listener closes");
    }
}

#[cfg(not(target_os = "linux"))]
fn refuse_newcomers(_: &TcpListener) {}
