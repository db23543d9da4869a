//! Requests while Postgres is away.

use annai_test_macros::annai_test;
use annai_test_support::{TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn writes_are_told_to_come_back_when_the_database_is_away(connect: PgConnectOptions) {
    let app = TestApp::new(connect.clone());
    let (_, editor) = app.editor().await;
    let body = json!({ "source": guide_source("first", "記事", "本文。") });
    // The same session, served by a node whose database does not answer.
    let away = TestApp::new(connect.clone().port(1)).anonymous();
    for (name, value) in editor.cookies() {
        away.set_cookie(&name, &value);
    }

    let refused = away.post("/api/v1/guides").json(&body).await;
    let read = away.get("/api/v1/guides").await;
    let sign_in = away.post("/api/v1/session");
    let sign_in = sign_in
        .json(&json!({ "email": "editor@example.jp", "password": "x" }))
        .await;

    for answer in [refused, read, sign_in] {
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (503, "unavailable"),
            "{answer}"
        );
        assert_eq!(answer.header("retry-after"), "5");
        assert!(!answer.text().contains("Connection"), "{answer}");
    }
    // The outage did not end the session: the same request succeeds once the database is back.
    assert_eq!(editor.post("/api/v1/guides").json(&body).await.status, 201);
}

#[annai_test]
async fn sign_ins_that_our_outage_refuses_count_against_nobody(connect: PgConnectOptions) {
    let app = TestApp::new(connect.port(1));
    let right = json!({ "email": "editor@example.jp", "password": "x" });
    // More failures than an account and a network are allowed.
    for attempt in 0..25 {
        let client = app.anonymous();
        let answer = client.post("/api/v1/session").json(&right).await;
        assert_eq!(answer.status, 503, "attempt {attempt}: {answer}");
    }
}
