//! Spans sent to a collector.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use crate::home::Home;

/// Returns the first request that arrives, as bytes.
fn first_request(collector: &TcpListener) -> Vec<u8> {
    let (mut stream, _) = collector.accept().unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let mut received = Vec::new();
    let mut part = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut part) {
        received.extend_from_slice(&part[..length]);
    }
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
    received
}

#[test]
fn a_request_becomes_a_span_of_the_askers_trace() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/v1/traces", collector.local_addr().unwrap());
    let received = std::thread::spawn(move || first_request(&collector));
    // Requests have spans even before the database is there.
    let home = Home::with_database_away();
    let server = home.spawn(&["serve", "--otlp-endpoint", &endpoint]);
    server.wait_for_readiness(503);
    let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");

    server.get_with("/admin", &[&format!("traceparent: 00-{trace}-{parent}-01")]);
    server.stop();

    let received = received.join().unwrap();
    let contains = |bytes: &[u8]| received.windows(bytes.len()).any(|window| window == bytes);
    assert!(received.starts_with(b"POST /v1/traces HTTP/1.1\r\n"));
    assert!(contains(b"annai") && contains(b"/admin"));
    let number = u128::from_str_radix(trace, 16).unwrap();
    assert!(contains(&number.to_be_bytes()), "the same trace");
    let number = u64::from_str_radix(parent, 16).unwrap();
    assert!(contains(&number.to_be_bytes()), "below the asker's span");
}
