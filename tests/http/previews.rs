//! `GET /v1/preview/guides/{slug}`: drafts in the shape of published guides.

use annai_domain::Actor;
use annai_domain::token::{Token, TokenKind};
use annai_storage::keys::KeyScope;
use annai_test_macros::annai_test;
use annai_test_support::{Answer, BuiltGuide, Client, GuideState, TestApp};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

/// Creates a preview key, and returns a client that sends it.
async fn preview_key(app: &TestApp) -> Client {
    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    let key = annai_editorial::create_key(&mut tx, "site", KeyScope::Preview, None).await;
    let key = key.unwrap();
    tx.commit().await.unwrap();
    app.anonymous().with_bearer(key.secret.expose())
}

/// Creates a preview link, and returns a client that sends its token.
async fn with_link(app: &TestApp, editor: &Client, guide: &BuiltGuide, body: Value) -> Client {
    let path = format!("/api/v1/guides/{}/preview-links", guide.guide_id);
    let made = editor.post(path).json(&body).await;
    app.anonymous().with_bearer(&made.string("/secret"))
}

fn path(guide: &BuiltGuide, rest: &str) -> String {
    format!("/v1/preview/guides/{}{rest}", guide.slug)
}

fn assert_private(answer: &Answer) {
    assert_eq!(
        answer.header("cache-control"),
        "private, no-store",
        "{answer}"
    );
    assert_eq!(answer.header("x-robots-tag"), "noindex", "{answer}");
    for name in ["surrogate-key", "cache-tag", "access-control-allow-origin"] {
        assert_eq!(answer.header(name), "", "{name}: {answer}");
    }
}

/// Returns every key of a document with the type of its value.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        Value::Array(items) => items.first().map_or(json!([]), |item| json!([shape(item)])),
        Value::String(_) => json!("text"),
        Value::Number(_) => json!("number"),
        Value::Bool(_) | Value::Null => value.clone(),
    }
}

#[annai_test]
async fn a_preview_is_the_newest_draft_in_the_shape_of_what_is_published(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (guide, _) = app.editor_with_guide(GuideState::PublishedAhead).await;
    let site = preview_key(&app).await;
    let public = site.get(format!("/v1/guides/{}", guide.slug)).await.json();

    let answer = site.get(path(&guide, "")).await;

    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_private(&answer);
    let mut draft = answer.json();
    assert_ne!(draft["data"]["digest"], public["data"]["digest"]);
    assert_eq!(
        draft["data"]["first_published_at"],
        public["data"]["first_published_at"]
    );
    assert_eq!(draft["meta"]["preview"], true);
    assert_eq!(draft["meta"]["cache_tags"], json!([]));
    let pinned = draft["links"]["pinned"].as_str().unwrap();
    assert_eq!(site.get(pinned).await.body, answer.body, "{pinned}");
    draft["meta"].as_object_mut().unwrap().remove("preview");
    draft["meta"]["cache_tags"] = public["meta"]["cache_tags"].clone();
    assert_eq!(shape(&draft), shape(&public));
}

#[annai_test]
async fn a_preview_of_what_is_public_says_what_is_public(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (guide, _) = app.editor_with_guide(GuideState::PublishedClean).await;
    let site = preview_key(&app).await;
    let public = site.get(format!("/v1/guides/{}", guide.slug)).await.json();

    let preview = site.get(path(&guide, "")).await.json();

    // The clock stands still, so the times of saving and of publishing are the same.
    assert_eq!(preview["data"], public["data"]);
    assert_eq!(preview["included"], public["included"]);
}

#[annai_test]
async fn every_revision_can_be_previewed_by_its_number_in_three_forms(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (guide, _) = app.editor_with_guide(GuideState::NeverDraft).await;
    let site = preview_key(&app).await;
    let newest = site.get(path(&guide, "")).await.json()["data"]["revision"].clone();
    assert!(newest.as_i64().unwrap() > 1, "{newest}");

    let first = site.get(path(&guide, "?revision=1")).await;
    let source = site.get(path(&guide, ".md")).await;
    let html = site.get(path(&guide, ".html")).await;

    assert_eq!(first.json()["data"]["revision"], 1, "{first}");
    assert_eq!(source.text(), guide.source);
    assert_eq!(
        source.header("content-type"),
        "text/markdown; charset=utf-8"
    );
    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(html.header("content-security-policy"), "sandbox");
    let body = site.get(path(&guide, "")).await.string("/data/body/html");
    assert_eq!(html.text(), body);
    for answer in [&first, &source, &html] {
        assert_private(answer);
    }
    let head = site.call("HEAD".parse().unwrap(), path(&guide, "")).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    for wrong in ["?revision=99", ".txt"] {
        let answer = site.get(path(&guide, wrong)).await;
        assert_eq!(answer.problem(), "not-found", "{wrong}: {answer}");
        assert_private(&answer);
    }
    for wrong in ["?revision=0", "?revision=x", "?revision=1&revision=2"] {
        assert_eq!(
            site.get(path(&guide, wrong)).await.problem(),
            "invalid-parameter"
        );
    }
    let unknown = site.get(path(&guide, "?revisions=1")).await;
    assert_eq!(unknown.problem(), "unknown-parameter");
    assert_eq!(unknown.string("/suggestion"), "revision");
}

#[annai_test]
async fn only_a_preview_key_opens_previews(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (guide, editor) = app.editor_with_guide(GuideState::PublishedAhead).await;
    let made_up = annai_domain::token::Token::generate(annai_domain::token::TokenKind::Preview);
    let reader = app.reader_key().await;
    let problem = async |client: &Client, path: String| {
        let answer = client.get(path).await;
        assert_private(&answer);
        (answer.status, answer.problem())
    };
    let unauthenticated = (401, "unauthenticated".to_owned());
    let forbidden = (403, "forbidden-scope".to_owned());
    for path in [
        path(&guide, ""),
        path(&guide, "?x"),
        "/v1/preview/guides/nobody".to_owned(),
    ] {
        assert_eq!(
            problem(&app.anonymous(), path.clone()).await,
            unauthenticated
        );
        assert_eq!(
            problem(&editor, path.clone()).await,
            unauthenticated,
            "a session is no key"
        );
        let stranger = app.anonymous().with_bearer(made_up.expose());
        assert_eq!(problem(&stranger, path.clone()).await, unauthenticated);
        assert_eq!(problem(&reader, path).await, forbidden);
    }
    let challenge = app.anonymous().get(path(&guide, "")).await;
    assert_eq!(
        challenge.header("www-authenticate"),
        "Bearer realm=\"annai\""
    );
    let post = preview_key(&app).await.post(path(&guide, "")).await;
    assert_eq!(
        (post.status, post.problem()),
        (405, "method-not-allowed".to_owned())
    );
}

#[annai_test]
async fn a_links_token_previews_its_own_guide_and_no_other(connect: PgConnectOptions) {
    let app = TestApp::new(connect.clone());
    let (guide, editor) = app.editor_with_guide(GuideState::NeverDraft).await;
    let (person, _) = app.author().await;
    let judge = app.add_person("judge", &[annai_domain::Role::Admin]).await;
    let other = app.guide_in(GuideState::NeverDraft, &person, &judge).await;
    let pinned = json!({ "revision_id": guide.first });
    let following = with_link(&app, &editor, &guide, json!({})).await;
    let pinned = with_link(&app, &editor, &guide, pinned).await;
    let revision = async |client: &Client, path: String| {
        let answer = client.get(path).await;
        if answer.status == 200 {
            return answer.json()["data"]["revision"].as_i64();
        }
        assert_eq!(answer.problem(), "not-found", "{answer}");
        None
    };

    let newest = revision(&following, path(&guide, "")).await;
    assert!(newest > Some(1), "{newest:?}");
    assert_eq!(
        revision(&following, path(&guide, "?revision=1")).await,
        None
    );
    assert_eq!(revision(&following, path(&other, "")).await, None);
    assert_eq!(revision(&pinned, path(&guide, "")).await, Some(1));
    assert_eq!(
        revision(&pinned, path(&guide, "?revision=1")).await,
        Some(1)
    );
    let wanted = format!("?revision={}", newest.unwrap());
    assert_eq!(revision(&pinned, path(&guide, &wanted)).await, None);
    assert_eq!(revision(&pinned, path(&other, "")).await, None);

    let tomorrow = TestApp::at(connect, "2026-11-23T00:00:00Z");
    let late = with_token_of(&tomorrow, &following)
        .get(path(&guide, ""))
        .await;
    assert_eq!(
        (late.status, late.problem()),
        (401, "unauthenticated".to_owned())
    );
}

/// Returns a client of `app` with the same token, for another time.
fn with_token_of(app: &TestApp, client: &Client) -> Client {
    app.anonymous().with_bearer(client.bearer().unwrap())
}

#[annai_test]
async fn guessed_tokens_are_counted_before_the_database_is_asked(connect: PgConnectOptions) {
    let app = TestApp::with_preview_limit(connect.clone(), 3);
    let (guide, _) = app.editor_with_guide(GuideState::NeverDraft).await;
    let site = preview_key(&app).await;
    let guess = async |app: &TestApp, kind: TokenKind| {
        let token = Token::generate(kind);
        let stranger = app.anonymous().with_bearer(token.expose());
        stranger.get(path(&guide, "")).await
    };
    assert_eq!(site.get(path(&guide, "")).await.status, 200);
    for kind in [TokenKind::Preview, TokenKind::PreviewLink] {
        assert_eq!(guess(&app, kind).await.problem(), "unauthenticated");
    }

    for kind in [
        TokenKind::Preview,
        TokenKind::PreviewLink,
        TokenKind::Reader,
    ] {
        let refused = guess(&app, kind).await;
        assert_eq!(refused.status, 429, "{refused}");
        assert_eq!(refused.problem(), "rate-limited");
        assert!(!refused.header("retry-after").is_empty(), "{refused}");
        assert_private(&refused);
    }
    let known = site.get(path(&guide, "")).await;
    assert_eq!(known.status, 200, "who is known is not counted: {known}");

    let away = TestApp::with_preview_limit(connect.host("127.0.0.1").port(1), 1);
    assert_eq!(guess(&away, TokenKind::Preview).await.status, 503);
    assert_eq!(guess(&away, TokenKind::Preview).await.status, 429);
}
