//! The stop of a server under load: nobody who was let in goes without an answer.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use annai_test_macros::annai_test;
use nix::sys::signal::Signal;
use sqlx::postgres::PgConnectOptions;

use crate::home::{Home, Server, get_from};

/// The clients that ask at once.
const CLIENTS: usize = 12;
/// The stops of one test.
const STOPS: usize = 3;
/// The longest time for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The outcome of the requests of one client.
#[derive(Debug, Default)]
struct Told {
    answered: usize,
    /// Connections without an answer, with the reason.
    left: Vec<String>,
}

/// Requests guides over new connections until the port is closed.
fn ask_anew(port: u16, is_over: &AtomicBool) -> Told {
    let mut told = Told::default();
    while !is_over.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
            break;
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut answer = String::new();
        let outcome = write!(
            stream,
            "GET /v1/guides/sre_engineer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .and_then(|()| stream.read_to_string(&mut answer));
        match outcome {
            Ok(_) if answer.starts_with("HTTP/1.1 200") => told.answered += 1,
            outcome => told.left.push(format!("{outcome:?} {answer}")),
        }
    }
    told
}

/// Requests guides over one connection for as long as the server keeps it.
fn ask_on(port: u16, is_over: &AtomicBool) -> Told {
    let mut told = Told::default();
    while !is_over.load(Ordering::Relaxed) {
        let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) else {
            break;
        };
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut reader = BufReader::new(stream);
        while !is_over.load(Ordering::Relaxed) {
            match ask_once(&mut reader) {
                Ok(is_last) => {
                    told.answered += 1;
                    if is_last {
                        break;
                    }
                }
                Err(error) => {
                    told.left.push(error.to_string());
                    break;
                }
            }
        }
    }
    told
}

/// Returns whether the server closes the connection after this answer.
fn ask_once(reader: &mut BufReader<TcpStream>) -> std::io::Result<bool> {
    reader
        .get_mut()
        .write_all(b"GET /v1/refs/current HTTP/1.1\r\nHost: x\r\n\r\n")?;
    let (mut length, mut is_last) = (0, false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().map_err(std::io::Error::other)?;
        }
        is_last |= line == "connection: close";
        if line.is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    Ok(is_last)
}

fn stop_under_load(server: Server, ask: fn(u16, &AtomicBool) -> Told) -> Told {
    let (port, is_over) = (server.port(), AtomicBool::new(false));
    let all = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| ask(port, &is_over)))
            .collect();
        // The load has begun once somebody else was answered beside it.
        for _ in 0..20 {
            assert_eq!(get_from(port, "/v1/refs/current", &[]).unwrap().0, 200);
        }
        server.stop();
        is_over.store(true, Ordering::Relaxed);
        clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect::<Vec<_>>()
    });
    all.into_iter().fold(Told::default(), |mut sum, told| {
        sum.answered += told.answered;
        sum.left.extend(told.left);
        sum
    })
}

#[annai_test(empty)]
async fn a_stop_answers_every_connection_that_was_accepted(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let options = ["serve", "--seed", "--rate-limit-per-address", "0"];
    for ask in [ask_anew, ask_on] {
        for round in 0..STOPS {
            let told = stop_under_load(home.serve(&options), ask);
            assert!(told.answered >= CLIENTS, "{round}: {told:?}");
            assert!(told.left.is_empty(), "{round}: {told:?}");
        }
    }
}

#[annai_test(empty)]
async fn a_draining_server_says_so_and_goes_on_answering(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let mut server = home.serve(&["serve", "--seed", "--drain-seconds", "300"]);
    let mut kept = BufReader::new(TcpStream::connect(("127.0.0.1", server.port())).unwrap());
    assert!(!ask_once(&mut kept).unwrap(), "the connection stays open");
    server.signal(Signal::SIGTERM);
    server.wait_for_state("stopping");
    assert_eq!(server.get("/readyz").0, 503);
    assert_eq!(server.get("/v1/guides/sre_engineer").0, 200);
    assert!(ask_once(&mut kept).unwrap(), "told to connect elsewhere");
    server.signal(Signal::SIGTERM);
    assert_eq!(server.wait(), Some(130), "a second signal ends it at once");
}
