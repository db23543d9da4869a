//! Preview links over the JSON API: created, listed and ended; the secret is shown once.

use annai_test_macros::annai_test;
use annai_test_support::{Answer, Client, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

/// Creates a guide, and returns its path in the API and its revision.
async fn guide(client: &Client, slug: &str) -> (String, String) {
    let source = guide_source(slug, "記事", "本文。");
    let created = client.create_guide(&source).await;
    (created.path(), created.revision_id)
}

fn refusal(answer: &Answer) -> (u16, String, String) {
    let code = answer.json().pointer("/errors/0/code").cloned();
    let code = code.and_then(|code| code.as_str().map(str::to_owned));
    (answer.status, answer.problem(), code.unwrap_or_default())
}

#[annai_test]
async fn a_link_is_made_listed_and_ended(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, revision) = guide(&editor, "first").await;
    let links = format!("{path}/preview-links");

    let following = editor.post(&links).json(&json!({})).await;
    let pinned = json!({ "revision_id": revision, "expires_at": "2026-11-29T00:00:00Z" });
    let pinned = editor.post(&links).json(&pinned).await;

    assert_eq!(
        (following.status, pinned.status),
        (201, 201),
        "{following}\n{pinned}"
    );
    assert_eq!(following.string("/expires_at"), "2026-11-23T00:00:00Z");
    assert_eq!(pinned.string("/expires_at"), "2026-11-29T00:00:00Z");
    let secret = following.string("/secret");
    let address = format!("http://127.0.0.1:8080/preview/{secret}");
    assert_eq!(following.string("/url"), address);
    let listed = editor.get(&links).await;
    assert_eq!(listed.status, 200, "{listed}");
    assert!(!listed.text().contains(&secret), "{listed}");
    let list = &listed.json()["preview_links"];
    assert_eq!(list[0]["revision_number"], 1, "{listed}");
    assert_eq!(list[1]["revision_id"], json!(null), "{listed}");
    assert!(secret.starts_with(list[1]["hint"].as_str().unwrap()));

    let one = format!("{links}/{}", following.string("/preview_link_id"));
    assert_eq!(editor.delete(&one).await.status, 204);
    assert_eq!(editor.delete(&one).await.status, 204, "it is over already");
    let list = editor.get(&links).await.json();
    assert_eq!(
        list["preview_links"][1]["revoked_at"],
        "2026-11-22T00:00:00Z"
    );
    let opened = app.anonymous().get(format!("/preview/{secret}")).await;
    assert_eq!(opened.status, 404);
}

#[annai_test]
async fn the_repeat_of_a_new_link_says_that_it_was_made_and_not_what_it_is(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, _) = guide(&editor, "first").await;
    let links = format!("{path}/preview-links");
    let make = || {
        let call = editor.post(&links).json(&json!({}));
        call.idempotency_key("k-1")
    };

    let (first, again) = (make().await, make().await);

    let secret = first.string("/secret");
    assert_eq!(again.status, 201, "{again}");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(
        again.string("/preview_link_id"),
        first.string("/preview_link_id")
    );
    let (known, kept) = (again.json(), again.text());
    assert!(
        known.get("secret").is_none() && known.get("url").is_none(),
        "{again}"
    );
    assert!(!kept.contains(&secret));
    let list = editor.get(&links).await.json();
    assert_eq!(list["preview_links"].as_array().unwrap().len(), 1);
}

#[annai_test]
async fn a_link_that_cannot_be_is_refused(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, _) = guide(&editor, "first").await;
    let (_, foreign) = guide(&editor, "second").await;
    let links = format!("{path}/preview-links");
    let make = async |body| editor.post(&links).json(&body).await;
    let validation = |code: &str| (422, "validation".to_owned(), code.to_owned());

    let past = make(json!({ "expires_at": "2026-11-22T00:00:00Z" })).await;
    let late = make(json!({ "expires_at": "2026-11-29T00:00:01Z" })).await;
    let unknown = make(json!({ "revision": 1 })).await;
    let foreign = make(json!({ "revision_id": foreign })).await;

    assert_eq!(refusal(&past), validation("past"));
    assert_eq!(refusal(&late), validation("too_late"));
    assert_eq!(refusal(&unknown), validation("unknown"));
    assert_eq!(
        (foreign.status, foreign.problem()),
        (404, "not-found".to_owned())
    );
    let list = editor.get(&links).await.json();
    assert_eq!(list["preview_links"], json!([]));
}

#[annai_test]
async fn who_may_not_read_a_guide_learns_nothing_of_its_links(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, author) = app.author().await;
    let (path, _) = guide(&editor, "first").await;
    let links = format!("{path}/preview-links");
    let made = editor.post(&links).json(&json!({})).await;
    let one = format!("{links}/{}", made.string("/preview_link_id"));

    assert_eq!(app.anonymous().get(&links).await.status, 401);
    assert_eq!(author.get(&links).await.status, 404);
    assert_eq!(author.delete(&one).await.status, 404);
    let token = app.anonymous().with_bearer(&made.string("/secret"));
    assert_eq!(token.get(&links).await.status, 403, "a link opens no API");
    assert_eq!(token.get("/v1/guides").await.status, 401, "nor delivery");
}
