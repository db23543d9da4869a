//! Requests that a page of another site makes a browser send.

use annai_test_macros::annai_test;
use annai_test_support::{TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn a_foreign_page_cannot_change_anything(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let body = json!({ "source": guide_source("first", "記事", "本文。") });
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let foreign = editor
            .post("/api/v1/guides")
            .json(&body)
            .header(name, value)
            .await;
        assert_eq!(
            (foreign.status, foreign.problem().as_str()),
            (403, "forbidden"),
            "{name}: {value}"
        );
    }
    assert_eq!(editor.get("/api/v1/guides").await.json()["total"], 0);
    let own = editor
        .post("/api/v1/guides")
        .json(&body)
        .header("sec-fetch-site", "same-origin")
        .await;
    assert_eq!(own.status, 201, "{own}");
}

#[annai_test]
async fn what_an_old_browsers_form_can_send_is_not_json(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。");
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": source }))
        .await;
    let withdraw = format!("/api/v1/guides/{}/withdraw", created.string("/guide_id"));
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        for path in ["/api/v1/guides", &withdraw, "/api/v1/session"] {
            let form = editor.post(path).body(content_type, "{}").await;
            assert_eq!(form.status, 415, "{path} {content_type}: {form}");
        }
    }
    let empty = editor.post(&withdraw).await;
    assert_eq!(empty.status, 415, "{empty}");
}
