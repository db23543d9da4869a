//! `Idempotency-Key`: a repeat has no second effect and gets the first response.

use annai_test_macros::annai_test;
use annai_test_support::{TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn a_repeated_request_has_one_effect_and_gets_the_first_answer(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let body = json!({ "source": guide_source("first", "記事", "本文。") });
    let create = || {
        editor
            .post("/api/v1/guides")
            .json(&body)
            .idempotency_key("k-1")
    };

    let (first, again) = (create().await, create().await);

    assert_eq!(first.status, 201, "{first}");
    assert_eq!(again.status, 201, "{again}");
    assert_eq!(first.header("idempotent-replayed"), "");
    assert_eq!(again.header("idempotent-replayed"), "true");
    for name in ["location", "etag", "content-type"] {
        assert_eq!(first.header(name), again.header(name), "{name}");
    }
    assert_eq!(first.body, again.body);
    assert_eq!(editor.get("/api/v1/guides").await.json()["total"], 1);
}

#[annai_test]
async fn a_key_cannot_be_used_for_another_request(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let body = |slug| json!({ "source": guide_source(slug, "記事", "本文。") });
    let first = editor
        .post("/api/v1/guides")
        .json(&body("first"))
        .idempotency_key("k-1")
        .await;
    assert_eq!(first.status, 201, "{first}");
    let guide = first.string("/guide_id");

    let other_body = editor
        .post("/api/v1/guides")
        .json(&body("second"))
        .idempotency_key("k-1")
        .await;
    let other_path = editor
        .post(format!("/api/v1/guides/{guide}/threads"))
        .json(&json!({ "body": "よい" }))
        .idempotency_key("k-1")
        .await;

    for refused in [other_body, other_path] {
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (422, "validation"),
            "{refused}"
        );
    }
    assert_eq!(editor.get("/api/v1/guides").await.json()["total"], 1);
}

#[annai_test]
async fn the_same_key_of_another_person_is_another_key(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, admin) = app.admin().await;
    let body = |slug| json!({ "source": guide_source(slug, "記事", "本文。") });
    let one = editor
        .post("/api/v1/guides")
        .json(&body("first"))
        .idempotency_key("k")
        .await;
    let other = admin
        .post("/api/v1/guides")
        .json(&body("second"))
        .idempotency_key("k")
        .await;
    assert_eq!((one.status, other.status), (201, 201), "{one}\n{other}");
    assert_ne!(one.string("/guide_id"), other.string("/guide_id"));
}

#[annai_test]
async fn two_requests_with_one_key_at_once_have_one_effect(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let body = json!({ "source": guide_source("first", "記事", "本文。") });
    let create = || {
        editor
            .post("/api/v1/guides")
            .json(&body)
            .idempotency_key("k-1")
    };
    let (one, other) = tokio::join!(create(), create());
    assert_eq!((one.status, other.status), (201, 201), "{one}\n{other}");
    assert_eq!(one.body, other.body);
    let replayed = [&one, &other].map(|answer| answer.header("idempotent-replayed") == "true");
    assert_eq!(
        replayed.iter().filter(|is_replay| **is_replay).count(),
        1,
        "{replayed:?}"
    );
}

#[annai_test]
async fn a_refused_request_may_be_made_good_under_the_same_key(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let body = |slug| json!({ "source": guide_source(slug, "記事", "本文。") });
    editor.post("/api/v1/guides").json(&body("taken")).await;
    let refused = editor
        .post("/api/v1/guides")
        .json(&body("taken"))
        .idempotency_key("k")
        .await;
    assert_eq!(refused.status, 409, "{refused}");
    let good = editor
        .post("/api/v1/guides")
        .json(&body("free"))
        .idempotency_key("k")
        .await;
    assert_eq!(good.status, 201, "{good}");
}

#[annai_test]
async fn the_repeat_of_a_new_key_says_that_it_was_made_and_not_what_it_is(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let body = json!({ "name": "サイト", "scope": "reader" });
    let create = || {
        admin
            .post("/api/v1/keys")
            .json(&body)
            .idempotency_key("k-1")
    };
    let (first, again) = (create().await, create().await);
    let secret = first.string("/secret");
    assert!(secret.starts_with("annai_r_"), "{secret}");
    assert_eq!(again.status, 201, "{again}");
    assert_eq!(again.string("/api_key_id"), first.string("/api_key_id"));
    assert!(
        !again.text().contains(&secret) && again.json().get("secret").is_none(),
        "{again}"
    );
    assert_eq!(
        admin.get("/api/v1/keys").await.json()["keys"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[annai_test]
async fn the_repeat_of_an_invitation_does_not_show_the_link(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let body = json!({ "email": "hana@example.jp", "display_name": "花", "roles": ["editor"] });
    let invite = || {
        admin
            .post("/api/v1/users")
            .json(&body)
            .idempotency_key("k-1")
    };
    let (first, again) = (invite().await, invite().await);
    assert!(
        first
            .string("/url")
            .starts_with("http://127.0.0.1:8080/admin/invite/annai_"),
        "{first}"
    );
    assert_eq!(again.status, 201, "{again}");
    assert_eq!(again.string("/user_id"), first.string("/user_id"));
    assert!(again.json().get("url").is_none(), "{again}");
}

#[annai_test]
async fn a_key_that_cannot_be_one_is_refused(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let body = json!({ "source": guide_source("first", "記事", "本文。") });
    for key in ["", " ", &"k".repeat(201)] {
        let refused = editor
            .post("/api/v1/guides")
            .json(&body)
            .idempotency_key(key)
            .await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (400, "invalid-parameter")
        );
    }
}
