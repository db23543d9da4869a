//! The metrics and log lines about clients.

use std::fs;

use annai_domain::ContentHash;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::home::{Home, Server, content, free_port, get_from};

const PATH: &str = "/v1/guides/sre_engineer";

/// Sends a request from `client` behind a proxy on this machine.
fn ask(server: &Server, client: &str) -> u16 {
    let head = format!("X-Forwarded-For: 192.0.2.200, {client}");
    server.get_with(PATH, &[&head]).0
}

#[annai_test(empty)]
async fn clients_behind_a_trusted_proxy_have_a_quota_each(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let limit = ["serve", "--seed", "--rate-limit-per-address", "3"];

    let server = home.serve(&[&limit[..], &["--trusted-proxies", "127.0.0.1"]].concat());
    let first: Vec<u16> = (0..4).map(|_| ask(&server, "198.51.100.1")).collect();
    assert_eq!(first, [200, 200, 200, 429]);
    assert_eq!(ask(&server, "198.51.100.2"), 200);
    server.stop();

    let server = home.serve(&limit);
    let all: Vec<u16> = (1..=4)
        .map(|client| ask(&server, &format!("198.51.100.{client}")))
        .collect();
    assert_eq!(all, [200, 200, 200, 429], "a stranger's word is not taken");
    server.stop();
}

#[annai_test(empty)]
async fn metrics_are_read_on_a_listener_of_their_own(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let server = home.serve(&["serve", "--seed", "--metrics-listen", &listen]);
    assert_eq!(server.get(PATH).0, 200);
    assert_eq!(server.get("/v1/guides/nobody").0, 404);
    assert_eq!(server.get("/metrics").0, 404, "not where everybody can ask");

    let (status, page) = get_from(port, "/metrics", &[]).unwrap();
    assert_eq!(status, 200);
    let route = r#"face="delivery",route="/v1/guides/{slug}""#;
    for line in [
        format!("annai_http_requests_total{{{route},class=\"2xx\"}} 1"),
        format!("annai_http_requests_total{{{route},class=\"4xx\"}} 1"),
        format!("annai_http_request_duration_seconds_count{{{route}}} 2"),
        "# TYPE annai_http_request_duration_seconds histogram".to_owned(),
    ] {
        assert!(page.lines().any(|found| found == line), "{line}\n{page}");
    }
    let schema = fs::read(content().join("schema.json")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let schema = ContentHash::of(&schema);
    let node = format!("annai_node_info{{version=\"{version}\",schema=\"{schema}\"}} 1");
    assert!(page.contains(&node), "{node}\n{page}");
    server.stop();

    let taken = std::net::TcpListener::bind(&listen).unwrap();
    let said = home.fail(69, &["serve", "--metrics-listen", &listen]);
    assert!(said.contains("with ANNAI_METRICS_LISTEN"), "{said}");
    drop(taken);
}

#[annai_test(empty)]
async fn the_last_use_of_a_key_is_noted_at_the_latest_when_the_server_stops(
    connect: PgConnectOptions,
) {
    let home = Home::with_database(&connect);
    home.succeed(&["migrate"]);
    let key = home.succeed(&["key", "create", "site"]);
    let last_used = || {
        let list = home.succeed(&["key", "list", "--json"]);
        let keys: serde_json::Value = serde_json::from_str(&list).unwrap();
        keys[0]["last_used_at"].clone()
    };
    assert!(last_used().is_null());

    let server = home.serve(&["serve", "--anonymous-reading", "false"]);
    assert_eq!(server.get("/v1/guides").0, 401);
    let head = format!("Authorization: Bearer {}", key.trim());
    assert_eq!(server.get_with("/v1/guides", &[&head]).0, 200);
    server.stop();

    assert!(last_used().is_string());
}

#[annai_test(empty)]
async fn every_line_about_a_request_names_it(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let server = home.serve(&["serve", "--log", "json", "--log-filter", "info,sqlx=debug"]);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let head = [
        &format!("traceparent: 00-{trace}-00f067aa0ba902b7-00"),
        "Cookie: annai=AAAAAAAAAAAAAAAAAAAAAA",
    ];
    let (status, body) = server.get_with("/api/v1/guides", &head);
    assert_eq!(status, 401, "{body}");
    let log = server.stderr();
    server.stop();
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let of_request: Vec<_> = lines
        .filter(|line| line["spans"][0]["request_id"] == problem["request_id"])
        .collect();
    assert!(!of_request.is_empty(), "a statement was logged:\n{log}");
    for line in of_request {
        assert_eq!(line["spans"][0]["trace_id"], trace);
        assert_eq!(line["spans"][0]["path"], "/api/v1/guides");
    }
}

#[test]
#[cfg(not(feature = "otlp"))]
fn a_collector_is_refused_by_a_build_that_sends_nothing() {
    let said = Home::new().fail(78, &["serve", "--otlp-endpoint", "http://127.0.0.1:4318"]);
    assert!(said.contains("this build sends no traces"), "{said}");
}
