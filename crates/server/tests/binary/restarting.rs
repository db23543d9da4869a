//! A restart behind a socket that stays open.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use annai_test_macros::annai_test;
use nix::sys::signal::Signal;
use sqlx::postgres::PgConnectOptions;

use crate::home::Home;

/// The clients that ask at once.
const CLIENTS: usize = 6;
/// The restarts of one test.
const RESTARTS: usize = 3;
/// The clients share one address, so it has no limit.
const OPTIONS: [&str; 4] = ["serve", "--seed", "--rate-limit-per-address", "0"];
/// The longest time for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Requests a guide over a new connection, and returns the response.
fn ask(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /v1/guides/sre_engineer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Asks until `is_over`. Returns the number of guides, and everything else.
fn ask_on(port: u16, is_over: &AtomicBool) -> (usize, Vec<String>) {
    let (mut guides, mut failures) = (0, Vec::new());
    while !is_over.load(Ordering::Relaxed) {
        match ask(port) {
            Ok(answer) if answer.starts_with("HTTP/1.1 200") => guides += 1,
            other => failures.push(format!("{other:?}")),
        }
    }
    (guides, failures)
}

#[annai_test(empty)]
async fn a_restart_behind_an_inherited_socket_refuses_nobody(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut server = home.serve_at(&listener, &OPTIONS);
    let is_over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let is_over = Arc::clone(&is_over);
            std::thread::spawn(move || ask_on(port, &is_over))
        })
        .collect();

    for _ in 0..RESTARTS {
        server.signal(Signal::SIGTERM);
        assert_eq!(server.wait(), Some(0), "{}", server.stderr());
        server = home.serve_at(&listener, &OPTIONS);
    }

    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        let (guides, failures) = client.join().unwrap();
        assert_eq!(failures, [""; 0]);
        assert!(guides > RESTARTS, "{guides}");
    }
    server.stop();
}

#[annai_test(empty)]
async fn a_passed_socket_that_is_no_listener_is_an_error_with_advice(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let mut command = home.command(&["serve"]);
    command.env("LISTEN_FDS", "2");
    let output = command.output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("LISTEN_FDS"), "{said}");
    assert!(said.contains("exactly one"), "{said}");
}
