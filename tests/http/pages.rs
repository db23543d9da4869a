//! Guides that are created through the API, reviewed and published keep their bytes.
//!
//! The tests use the sample guides, and the pages in the folder that `ANNAI_TEST_PAGES` names.

use annai_test_macros::annai_test;
use annai_test_support::{Client, TestApp, own_guides, real_pages};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn real_pages_come_out_for_readers_byte_for_byte(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let (_, publisher) = app.publisher().await;
    let (_, admin) = app.admin().await;
    let reader = app.anonymous();
    let pages: Vec<_> = own_guides().into_iter().chain(real_pages()).collect();
    for (name, bytes) in &pages {
        go_through(name, bytes, &editor, &reviewer, &publisher, &reader).await;
    }
    let export = admin.get("/api/v1/export").await;
    let lines: Vec<serde_json::Value> = export
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), pages.len());
    for (name, bytes) in &pages {
        let line = lines.iter().find(|line| line["path"] == name.as_str());
        let line = line.unwrap_or_else(|| panic!("{name} is not in the export"));
        assert_eq!(line["source"].as_str().unwrap().as_bytes(), bytes, "{name}");
    }
}

async fn go_through(
    name: &str,
    bytes: &[u8],
    editor: &Client,
    reviewer: &Client,
    publisher: &Client,
    reader: &Client,
) {
    let source = std::str::from_utf8(bytes).unwrap();
    let body = json!({ "source": source, "path": name });
    let created = editor.post("/api/v1/guides").json(&body).await;
    assert_eq!(created.status, 201, "{name}: {created}");
    let path = format!("/api/v1/guides/{}", created.string("/guide_id"));
    let (revision, hash) = (
        created.string("/revision_id"),
        created.string("/content_hash"),
    );
    let to = |end: &str| format!("{path}/{end}");

    let submitted = editor
        .post(to("submit"))
        .json(&json!({ "revision_id": revision }))
        .await;
    assert_eq!(submitted.status, 200, "{name}: {submitted}");
    let judged = json!({ "revision_id": revision, "content_hash": hash });
    let approved = reviewer.post(to("approve")).json(&judged).await;
    assert_eq!(approved.status, 200, "{name}: {approved}");
    let answer = publisher.post(to("publish")).json(&judged).await;
    assert_eq!(answer.status, 200, "{name}: {answer}");

    let slug = answer.string("/slug");
    let delivered = reader.get(format!("/v1/guides/{slug}.md")).await;
    assert_eq!(delivered.status, 200, "{name}: {delivered}");
    assert_eq!(
        delivered.body, bytes,
        "{name} changed on its way to readers"
    );
    let stored = editor.get(to(&format!("revisions/{revision}.md"))).await;
    assert_eq!(stored.body, bytes, "{name} changed in the database");
}
