//! Threads over HTTP: their places in each revision, and the effect of a blocking one.

use annai_test_macros::annai_test;
use annai_test_support::{Client, GuideState, TestApp, guide_source};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

const BODY: &str = "開発の現場は複雑です。複数の環境を複製します。";

/// Creates a guide with a fixed body, and returns its path and its revision.
async fn guide(editor: &Client) -> (String, String) {
    let source = guide_source("talk", "記事", BODY);
    let created = editor.create_guide(&source).await;
    (created.path(), created.revision_id)
}

async fn save(editor: &Client, path: &str, base: &str, body: &str) -> String {
    let source = json!({ "source": guide_source("talk", "記事", body) });
    let saved = editor.post(format!("{path}/revisions")).if_match(base);
    saved.json(&source).await.string("/revision_id")
}

/// Returns the place of the only thread in that revision.
async fn place(client: &Client, path: &str, revision: &str) -> Value {
    let list = client.get(format!("{path}/threads?revision_id={revision}"));
    list.await.json()["threads"][0]["place"].clone()
}

#[annai_test]
async fn a_quotation_is_found_in_every_revision_that_has_it(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let (path, first) = guide(&editor).await;
    let thread = json!({
        "body": "この字は要りますか。",
        "anchor": {
            "kind": "quote", "revision_id": first, "quote": "複",
            "prefix": "現場は複雑です。", "suffix": "数の環境",
        },
    });
    let begin = || {
        let call = reviewer.post(format!("{path}/threads")).json(&thread);
        call.idempotency_key("one")
    };
    let (begun, again) = (begin().await, begin().await);
    assert_eq!((begun.status, begun.body), (201, again.body));

    let edited = BODY.replace("開発の", "いまの開発の");
    let second = save(&editor, &path, &first, &edited).await;
    let third = save(&editor, &path, &second, &edited.replace("複数の", "")).await;

    for (revision, state) in [(&first, "found"), (&second, "found"), (&third, "gone")] {
        let place = place(&reviewer, &path, revision).await;
        assert_eq!(place["state"], state, "{place}");
    }
    let source = guide_source("talk", "記事", &edited);
    let place = place(&reviewer, &path, &second).await;
    let start = usize::try_from(place["start"].as_u64().unwrap()).unwrap();
    assert!(source[start..].starts_with("複数の環境"), "{place}");
    let line = source[..start].matches('\n').count() + 1;
    assert_eq!(place["line"], line);
    let latest = reviewer.get(format!("{path}/threads")).await.json();
    assert_eq!(latest["revision_id"], third);
    assert_eq!(
        latest["threads"][0]["anchor"]["quote"], "複",
        "it stays readable"
    );
    let unknown = "018f0000-0000-7000-8000-000000000000";
    let answer = reviewer
        .get(format!("{path}/threads?revision_id={unknown}"))
        .await;
    assert_eq!(answer.status, 404);
}

#[annai_test]
async fn approval_waits_for_a_thread_that_blocks(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (writer, editor) = app.editor().await;
    let (judge, admin) = app.admin().await;
    let (_, publisher) = app.publisher().await;
    let guide = app
        .guide_in(GuideState::NeverInReview, &writer, &judge)
        .await;
    let path = format!("/api/v1/guides/{}", guide.guide_id);
    let body = json!({ "body": "出典を。", "is_blocking": true });
    let begun = publisher.post(format!("{path}/threads")).json(&body).await;
    let resolve = format!("{path}/threads/{}/resolve", begun.string("/thread_id"));
    let approve = || {
        let body = json!({ "revision_id": guide.latest, "content_hash": guide.content_hash });
        admin.post(format!("{path}/approve")).json(&body)
    };

    let held_back = approve().await;
    assert_eq!(held_back.status, 409, "{held_back}");
    assert_eq!(
        held_back.json()["errors"][0]["code"],
        "blocked",
        "{held_back}"
    );
    assert_eq!(editor.post(&resolve).json(&json!({})).await.status, 403);
    assert_eq!(publisher.post(&resolve).json(&json!({})).await.status, 204);
    assert_eq!(publisher.post(&resolve).json(&json!({})).await.status, 409);
    assert_eq!(approve().await.status, 200);
}

#[annai_test]
async fn an_anchor_that_is_none_is_refused(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, revision) = guide(&editor).await;
    for (anchor, status) in [
        (
            json!({ "kind": "quote", "revision_id": revision, "quote": "無い文" }),
            422,
        ),
        (
            json!({ "kind": "quote", "revision_id": revision, "quote": "" }),
            422,
        ),
        (
            json!({ "kind": "quote", "revision_id": revision, "quote": "あ".repeat(2001) }),
            422,
        ),
        (json!({ "kind": "quote", "quote": "複" }), 422),
        (json!({ "kind": "field", "field": "no_such_key" }), 422),
        (
            json!({ "kind": "field", "field": "title", "quote": "複" }),
            422,
        ),
        (json!({ "kind": "line", "line": 3 }), 422),
    ] {
        let body = json!({ "body": "ここ。", "anchor": anchor });
        let answer = editor.post(format!("{path}/threads")).json(&body).await;
        assert_eq!(answer.status, status, "{anchor}: {answer}");
    }
    assert_eq!(
        editor.get(format!("{path}/threads")).await.json()["threads"],
        json!([])
    );
}
