//! The page behind a preview link, and the page for creating and ending links.

use annai_domain::token::{Token, TokenKind};
use annai_test_macros::annai_test;
use annai_test_support::{Answer, BuiltGuide, Client, GuideState, TestApp};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

const FORM: &str = "application/x-www-form-urlencoded";

/// Creates a preview link, and returns its secret.
async fn link(editor: &Client, guide: &BuiltGuide, body: Value) -> String {
    let path = format!("/api/v1/guides/{}/preview-links", guide.guide_id);
    editor.post(path).json(&body).await.string("/secret")
}

async fn open(app: &TestApp, secret: &str) -> Answer {
    app.anonymous().get(format!("/preview/{secret}")).await
}

#[annai_test]
async fn a_link_opens_the_text_for_whoever_has_it_and_for_no_cache_or_search_engine(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (guide, editor) = app.editor_with_guide(GuideState::NeverDraft).await;
    let secret = link(&editor, &guide, json!({})).await;
    let token = app.anonymous().with_bearer(&secret);
    let rendered = token
        .get(format!("/v1/preview/guides/{}", guide.slug))
        .await;
    let rendered = rendered.string("/data/body/html");

    let page = open(&app, &secret).await;

    assert_eq!(page.status, 200, "{page}");
    assert!(
        page.text().contains(&rendered),
        "exactly what readers would get: {page}"
    );
    assert!(!page.text().contains(&secret), "{page}");
    assert!(!page.text().contains("<script"), "{page}");
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("set-cookie"), "");
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'none'; sandbox allow-same-origin"
    );
}

#[annai_test]
async fn a_dead_link_gets_one_page_whatever_the_reason(connect: PgConnectOptions) {
    let app = TestApp::new(connect.clone());
    let (guide, editor) = app.editor_with_guide(GuideState::NeverDraft).await;
    let (expired, revoked) = (
        link(&editor, &guide, json!({})).await,
        link(&editor, &guide, json!({ "revision_id": guide.first })).await,
    );
    let links = format!("/api/v1/guides/{}/preview-links", guide.guide_id);
    let id = editor
        .get(&links)
        .await
        .string("/preview_links/0/preview_link_id");
    assert_eq!(editor.delete(format!("{links}/{id}")).await.status, 204);
    let tomorrow = TestApp::at(connect, "2026-11-23T00:00:00Z");
    let unknown = annai_domain::token::Token::generate(annai_domain::token::TokenKind::PreviewLink);
    let living = link(&editor, &guide, json!({})).await;

    let dead = open(&app, "nonsense").await;

    assert_eq!(dead.status, 404, "{dead}");
    assert_eq!(dead.header("content-type"), "text/html; charset=utf-8");
    for answer in [
        open(&tomorrow, &expired).await,
        open(&app, &revoked).await,
        open(&app, unknown.expose()).await,
        open(&app, &format!("{living}?x=1")).await,
        open(&app, "%FF").await,
    ] {
        assert_eq!((answer.status, &answer.body), (404, &dead.body), "{answer}");
        for name in ["cache-control", "x-robots-tag", "content-security-policy"] {
            assert_eq!(answer.header(name), dead.header(name));
        }
    }
    let archive = json!({ "acknowledged": true });
    let (_, publisher) = app.publisher().await;
    let path = format!("/api/v1/guides/{}/archive", guide.guide_id);
    let archived = publisher.post(path).json(&archive).await;
    assert_eq!(archived.status, 200, "{archived}");
    assert_eq!(
        open(&app, &living).await.body,
        dead.body,
        "the guide was put away"
    );
}

#[annai_test]
async fn links_are_made_shown_once_and_ended_on_the_guides_page(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (guide, editor) = app.editor_with_guide(GuideState::NeverDraft).await;
    let path = format!("/admin/guides/{}/preview-links", guide.guide_id);
    let empty = editor.get(&path).await;
    assert_eq!(empty.status, 200, "{empty}");
    assert!(
        empty.text().contains("プレビューリンクはまだありません"),
        "{empty}"
    );

    let made = editor.post(&path).body(FORM, "revision_id=&hours=24").await;

    let address = "http://127.0.0.1:8080/preview/annai_l_";
    assert_eq!(made.status, 200, "{made}");
    assert!(made.text().contains(address), "{made}");
    let listed = editor.get(&path).await;
    assert!(!listed.text().contains(address), "shown once: {listed}");
    let (_, rest) = listed.text().split_once("/preview-links/").unwrap();
    let (id, _) = rest.split_once("/revoke").unwrap();
    let ended = editor
        .post(format!("{path}/{id}/revoke"))
        .body(FORM, "")
        .await;
    assert_eq!(
        (ended.status, ended.header("location")),
        (303, path.as_str())
    );
    assert!(!editor.get(&path).await.text().contains("/revoke"));

    for odd in [
        "revision_id=&hours=25",
        "revision_id=x&hours=24",
        "hours=24&x=1",
        "hours=",
    ] {
        assert_eq!(
            editor.post(&path).body(FORM, odd).await.status,
            422,
            "{odd}"
        );
    }
    let (_, author) = app.author().await;
    assert_eq!(author.get(&path).await.status, 404);
    let strangers = author.post(&path).body(FORM, "revision_id=&hours=24").await;
    assert_eq!(strangers.status, 404);
}

#[annai_test]
async fn a_link_says_when_to_come_back_while_the_database_is_away(connect: PgConnectOptions) {
    let app = TestApp::new(connect.clone());
    let (guide, editor) = app.editor_with_guide(GuideState::NeverDraft).await;
    let secret = link(&editor, &guide, json!({})).await;
    let away = TestApp::new(connect.host("127.0.0.1").port(1));

    let page = open(&away, &secret).await;

    assert_eq!(page.status, 503, "{page}");
    assert_eq!(page.header("retry-after"), "5");
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert!(page.text().contains("しばらく待ってから") && !page.text().contains(&secret));
    assert_eq!(open(&app, &secret).await.status, 200, "the link lives on");
}

#[annai_test]
async fn guessed_links_are_told_to_slow_down(connect: PgConnectOptions) {
    let app = TestApp::with_preview_limit(connect, 2);
    let (guide, editor) = app.editor_with_guide(GuideState::NeverDraft).await;
    let secret = link(&editor, &guide, json!({})).await;
    let guess = async || {
        let token = Token::generate(TokenKind::PreviewLink);
        open(&app, token.expose()).await
    };
    assert_eq!(open(&app, &secret).await.status, 200);
    assert_eq!(guess().await.status, 404);

    let page = guess().await;

    assert_eq!(page.status, 429, "{page}");
    assert!(!page.header("retry-after").is_empty(), "{page}");
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert!(page.header("content-type").starts_with("text/html"));
    let opened = open(&app, &secret).await;
    assert_eq!(opened.status, 200, "who is known is not counted: {opened}");
}
