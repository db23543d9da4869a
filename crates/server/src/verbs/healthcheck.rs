use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::failure::{Code, Failure};
use crate::output;
use crate::settings::Settings;

const PATIENCE: Duration = Duration::from_secs(3);

/// Requests `/readyz` from the server of these settings.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let address = reachable(settings.listen);
    let answer = tokio::time::timeout(PATIENCE, ask(address))
        .await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
        .map_err(|error| {
            Failure::message(
                Code::Unavailable,
                format!("no response from {address}: {error}"),
            )
            .hint("check that `annai serve` runs with the same ANNAI_LISTEN")
        })?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split(' ').nth(1) == Some("200") {
        output::line(body.trim());
        return Ok(());
    }
    Err(Failure::message(
        Code::Unavailable,
        format!("not ready: {}", body.trim()),
    ))
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Returns the address to connect to: loopback for a server that listens on every address.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
