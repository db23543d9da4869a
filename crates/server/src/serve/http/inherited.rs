use std::io;

use listenfd::ListenFd;
use tokio::net::TcpListener;

use crate::failure::{Code, Failure};

/// Returns the listening socket that the parent process passed on (`LISTEN_FDS`), as systemd does.
/// Such a port stays open while this program restarts.
pub(crate) fn inherit() -> Result<Option<TcpListener>, Failure> {
    take().map_err(|error| {
        let text = format!("the socket of LISTEN_FDS cannot be used: {error}");
        Failure::message(Code::Unavailable, text)
            .hint("pass exactly one listening TCP socket, or none")
    })
}

fn take() -> io::Result<Option<TcpListener>> {
    let mut passed = ListenFd::from_env();
    if passed.len() > 1 {
        return Err(io::Error::other("there is more than one"));
    }
    let Some(listener) = passed.take_tcp_listener(0)? else {
        return Ok(None);
    };
    if !socket2::SockRef::from(&listener).is_listener()? {
        return Err(io::Error::other("it does not listen"));
    }
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener).map(Some)
}
