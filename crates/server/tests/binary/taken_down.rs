//! A guide that was taken down stays away, whatever happens to the node afterwards.

use std::time::{Duration, Instant};

use annai_test_macros::annai_test;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

use crate::home::{Home, Server, exchange_body};
use crate::line::Line;

const GUIDE: &str = "/v1/guides/sre_engineer";

/// The administrator of the demonstration.
struct Admin {
    cookie: String,
}

impl Admin {
    fn sign_in(server: &Server) -> Self {
        let email = "naoki@demo.example";
        let shown = server.stdout();
        let row = shown.lines().find(|line| line.contains(email)).unwrap();
        let password = row.split_whitespace().last().unwrap();
        let body = json!({"email": email, "password": password});
        let (head, _) = post(server, "/api/v1/session", &[], &body);
        let cookie = head
            .lines()
            .find_map(|line| {
                line.to_lowercase()
                    .starts_with("set-cookie:")
                    .then(|| &line[11..])
            })
            .unwrap_or_else(|| panic!("{head}"));
        Self {
            cookie: format!("Cookie:{}", cookie.split(';').next().unwrap()),
        }
    }

    /// Unpublishes a guide, and returns once the server has confirmed it.
    fn unpublish(&self, server: &Server, guide_id: &str) {
        let path = format!("/api/v1/guides/{guide_id}/unpublish");
        let (head, body) = post(
            server,
            &path,
            &[&self.cookie],
            &json!({"acknowledged": true}),
        );
        assert!(head.starts_with("HTTP/1.1 200"), "{head} {body}");
    }
}

fn post(server: &Server, path: &str, head: &[&str], body: &Value) -> (String, String) {
    let mut lines = vec!["Sec-Fetch-Site: same-origin"];
    lines.extend(head);
    let request = format!("POST {path}");
    exchange_body(server.port(), &request, &lines, &body.to_string()).unwrap()
}

fn id_of(server: &Server, path: &str) -> String {
    let (status, body) = server.get(path);
    assert_eq!(status, 200, "{body}");
    let document: Value = serde_json::from_str(&body).unwrap();
    document["data"]["id"].as_str().unwrap().to_owned()
}

#[annai_test(empty)]
async fn a_guide_that_was_taken_down_stays_away_when_the_node_dies_at_once(
    connect: PgConnectOptions,
) {
    let line = Line::to(&connect);
    let home = Home::with_database_at(&line.url());
    let mut server = home.serve(&["serve", "--seed", "--demo"]);
    let admin = Admin::sign_in(&server);
    let guide_id = id_of(&server, GUIDE);
    let file = home.path().join("data/site.snapshot");
    server.until(|| file.exists());

    admin.unpublish(&server, &guide_id);
    line.cut();
    server.signal(Signal::SIGKILL);
    server.wait();

    let server = home.spawn(&["serve"]);
    server.until(|| server.try_get("/healthz").is_some());
    // The database stays away for longer than the server waits for it at a start.
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(3) {
        let (status, _) = server.get(GUIDE);
        assert!([410, 503].contains(&status), "{status}");
        let (_, list) = server.get("/v1/guides?limit=100");
        assert!(!list.contains(&guide_id), "{list}");
        std::thread::sleep(Duration::from_millis(100));
    }
    line.mend();
    server.until(|| server.get(GUIDE).0 == 410);
}

#[annai_test(empty)]
async fn soon_after_a_take_down_a_node_can_start_without_the_database_again(
    connect: PgConnectOptions,
) {
    let line = Line::to(&connect);
    let home = Home::with_database_at(&line.url());
    let mut server = home.serve(&["serve", "--seed", "--demo"]);
    let admin = Admin::sign_in(&server);
    let file = home.path().join("data/site.snapshot");
    server.until(|| file.exists());

    admin.unpublish(&server, &id_of(&server, GUIDE));
    server.until(|| server.get(GUIDE).0 == 410);
    let begin = Instant::now();
    server.until(|| file.exists());
    assert!(begin.elapsed() < Duration::from_secs(10));
    let refs = server.get("/v1/refs/current");
    line.cut();
    server.signal(Signal::SIGKILL);
    server.wait();

    let server = home.spawn(&["serve"]);
    server.wait_for_state("degraded");
    assert_eq!(server.get(GUIDE).0, 410);
    let (status, list) = server.get("/v1/guides?limit=100");
    assert_eq!(status, 200, "{list}");
    assert!(!list.contains("\"slug\":\"sre_engineer\""), "{list}");
    assert_eq!(server.get("/feed.json").0, 200);
    // The file holds the ref that readers have seen, so nothing goes back.
    let ref_of = |body: &str| {
        let document: Value = serde_json::from_str(body).unwrap();
        document["data"]["ref"]
            .as_str()
            .unwrap_or_else(|| panic!("{body}"))
            .to_owned()
    };
    assert_eq!(ref_of(&server.get("/v1/refs/current").1), ref_of(&refs.1));
}
