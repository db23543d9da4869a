//! Requests while Postgres is away.

use annai_domain::Actor;
use annai_test_macros::annai_test;
use annai_test_support::{Answer, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _};

/// Checks that a client is told to come back, and that no word of Postgres is shown.
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer}");
    assert_eq!(answer.problem(), "unavailable", "{answer}");
    assert_eq!(answer.header("retry-after"), "5", "{answer}");
    for word in ["Connection", "disk", "could not"] {
        assert!(!answer.text().contains(word), "{answer}");
    }
}

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
        assert_unavailable(&answer);
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

#[annai_test]
async fn saves_on_a_full_disk_are_told_to_come_back(connect: PgConnectOptions) {
    let app = TestApp::new(connect.clone());
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。");
    let guide = editor.create_guide(&source).await;
    let path = format!("/api/v1/guides/{}", guide.guide_id);
    let text = json!({ "source": guide_source("first", "記事", "続き。") });
    let copy = json!({
        "base_revision_id": guide.revision_id, "sequence": 1, "source": text["source"],
    });
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    // Postgres gives this code when it cannot extend a file.
    let fill = "CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
                CREATE TRIGGER full_disk BEFORE INSERT ON revisions EXECUTE FUNCTION fill();
                CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON working_copies
                    EXECUTE FUNCTION fill();";
    owner.execute(fill).await.unwrap();

    let save = || {
        let save = editor.post(format!("{path}/revisions"));
        save.if_match(&guide.revision_id).json(&text)
    };
    assert_unavailable(&save().await);
    let autosave = || editor.put(format!("{path}/working-copy")).json(&copy);
    assert_unavailable(&autosave().await);
    assert_eq!(editor.get(&path).await.status, 200, "reads go on");

    owner.execute("DROP FUNCTION fill CASCADE").await.unwrap();
    assert_eq!(autosave().await.status, 200);
    assert_eq!(save().await.status, 201);
}

#[annai_test]
async fn sites_are_served_while_editors_wait_for_busy_connections(connect: PgConnectOptions) {
    let app = TestApp::crowded(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。");
    let reader = app.reader_key().await;
    editor.create_guide(&source).await;
    assert_eq!(reader.get("/v1/guides").await.status, 200);

    let mut busy = Vec::new();
    while let Ok(transaction) = app.database.begin(Actor::operator()).await {
        busy.push(transaction);
    }
    let body = json!({ "source": guide_source("second", "記事", "本文。") });
    assert_unavailable(&editor.post("/api/v1/guides").json(&body).await);
    assert_eq!(reader.get("/v1/guides").await.status, 200);
    assert_eq!(
        editor.get("/api/v1/guides").await.status,
        200,
        "reads have connections of their own"
    );

    drop(busy);
    assert_eq!(editor.post("/api/v1/guides").json(&body).await.status, 201);
}
