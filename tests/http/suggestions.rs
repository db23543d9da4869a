//! Suggestions of the front matter form during typing.

use annai_test_macros::annai_test;
use annai_test_support::{Client, GuideState, TestApp, guide_source};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

async fn create(client: &Client, source: &str) {
    let body = json!({ "source": source });
    assert_eq!(client.post("/api/v1/guides").json(&body).await.status, 201);
}

async fn offered(client: &Client, path: &str) -> Value {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json()
}

/// Returns the slugs found by `text`, which is percent-encoded.
async fn found(client: &Client, text: &str) -> Vec<String> {
    let guides = offered(client, &format!("/admin/guides/find?q={text}")).await;
    let guides = guides.as_array().unwrap().iter();
    guides
        .map(|guide| guide["slug"].as_str().unwrap().to_owned())
        .collect()
}

const KURAUDO: &str = "%E3%81%8F%E3%82%89%E3%81%86%E3%81%A9"; // くらうど
const HALF: &str = "%EF%BD%B8%EF%BE%97%EF%BD%B3%EF%BE%84%EF%BE%9E"; // ｸﾗｳﾄﾞ

#[annai_test]
async fn guides_are_found_by_title_and_slug_in_any_spelling(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    create(
        &editor,
        &guide_source("cloud_one", "クラウドの設計", "本文。"),
    )
    .await;
    create(&editor, &guide_source("other_one", "運用", "クラウド。")).await;
    for text in [KURAUDO, HALF, "CLOUD_", "cloud"] {
        assert_eq!(found(&editor, text).await, ["cloud_one"], "{text}");
    }
    assert_eq!(found(&editor, "").await.len(), 2);
    for wildcard in ["%25", "_one_", "%5C"] {
        assert_eq!(found(&editor, wildcard).await, [""; 0], "{wildcard}");
    }
    assert_eq!(editor.get("/admin/guides/find").await.status, 400);
}

#[annai_test]
async fn words_are_offered_by_use(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let with_tags =
        |slug, tags| guide_source(slug, "題", "本文。").replace("\"tags\": [\"試験\"]", tags);
    create(&editor, &with_tags("one", r#""tags": ["GitHub", "A"]"#)).await;
    create(&editor, &with_tags("two", r#""tags": ["GitHub", "B"]"#)).await;
    create(&editor, &with_tags("odd", r#""tags": {"not": "a list"}"#)).await;
    let tags = offered(&editor, "/admin/guides/words/tags").await;
    assert_eq!(tags[0], "GitHub");
    assert_eq!(tags.as_array().unwrap().len(), 3);
    for key in ["title", "related_jobs", "unknown"] {
        let path = format!("/admin/guides/words/{key}");
        assert_eq!(editor.get(path).await.status, 404, "{key}");
    }
}

#[annai_test]
async fn an_author_is_offered_nothing_of_other_peoples_drafts(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (person, editor) = app.editor().await;
    let (judge, _) = app.admin().await;
    let (_, author) = app.author().await;
    create(
        &editor,
        &guide_source("hidden_one", "秘密の題", "本文。").replace("\"試験\"", "\"秘密の語\""),
    )
    .await;
    create(&author, &guide_source("own_one", "自分の題", "本文。")).await;
    let public = app
        .guide_in(GuideState::PublishedAhead, &person, &judge)
        .await;
    let mut seen = found(&author, "").await;
    seen.sort();
    let mut expected = ["own_one".to_owned(), public.slug];
    expected.sort();
    assert_eq!(seen, expected);
    assert_eq!(found(&author, "hidden").await, [""; 0]);
    assert_eq!(
        offered(&author, "/admin/guides/words/tags").await,
        json!(["試験"])
    );
}

#[annai_test]
async fn what_is_wrong_with_other_keys_is_said_in_words_to_whoever_is_signed_in(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let ask = |text: &str| {
        let form = format!("other={text}");
        editor
            .post("/admin/guides/other-keys")
            .body("application/x-www-form-urlencoded", form)
    };
    assert_eq!(ask("%7B%22a%22%3A1%7D").await.json(), Value::Null);
    let wrong = ask("%7B%22a%22%3A").await.json(); // {"a":
    assert_eq!((&wrong["line"], &wrong["column"]), (&json!(1), &json!(6)));
    assert!(!wrong["text"].as_str().unwrap().contains("check."));
    let anonymous = app.anonymous().post("/admin/guides/other-keys");
    let anonymous = anonymous.body("application/x-www-form-urlencoded", "other=");
    assert_eq!(anonymous.await.status, 401);
}
