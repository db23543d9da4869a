//! The page of a guide's slugs: what it offers to whom, and what it does.

use annai_test_macros::annai_test;
use annai_test_support::{Answer, Client, GuideState, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

use crate::operator::{Written, publish};

const FORM: &str = "application/x-www-form-urlencoded";

async fn send(client: &Client, path: String, form: &str) -> Answer {
    client.post(path).body(FORM, form).await
}

#[annai_test]
async fn a_publisher_redirects_a_slug_and_the_page_says_why_it_cannot(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let ((person, editor), (judge, admin)) = (app.editor().await, app.admin().await);
    let guide = app
        .guide_in(GuideState::PublishedClean, &person, &judge)
        .await;
    let other = app
        .guide_in(GuideState::PublishedClean, &person, &judge)
        .await;
    let (_, publisher) = app.publisher().await;
    let path = || format!("/admin/guides/{}/slugs", guide.guide_id);

    let page = publisher.get(path()).await;
    assert!(page.text().contains("公開中のアドレス"), "{page}");
    assert!(page.text().contains("action=\"/admin/guides"), "{page}");
    let read = editor.get(path()).await;
    assert_eq!(read.status, 200, "{read}");
    assert!(!read.text().contains("name=\"into\""), "{read}");

    let malformed = send(&publisher, path(), "slug=A+B").await;
    assert_eq!(malformed.status, 422, "{malformed}");
    let taken = send(&publisher, path(), &format!("slug={}", other.slug)).await;
    assert_eq!(taken.status, 409, "{taken}");
    assert!(
        taken
            .text()
            .contains("公開中のガイドがこのスラッグを使っています"),
        "{taken}"
    );
    assert_eq!(send(&editor, path(), "slug=from_afar").await.status, 403);
    let done = send(&publisher, path(), "slug=from_afar").await;
    assert_eq!(done.status, 303, "{done}");

    let reader = app.anonymous();
    let moved = reader.get("/v1/guides/from_afar").await;
    assert_eq!(moved.status, 301, "{moved}");
    assert!(moved.header("location").ends_with(&guide.slug), "{moved}");
    let page = publisher.get(path()).await;
    let words = format!("{} へ転送", guide.slug);
    assert!(page.text().contains(&words), "{page}");
    let log = admin.get("/api/v1/audit").await;
    assert_eq!(log.string("/entries/0/action"), "slug.redirect");
}

#[annai_test]
async fn a_guide_is_joined_to_the_one_whose_slug_is_given(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let ((person, _), (judge, _)) = (app.editor().await, app.admin().await);
    let guide = app
        .guide_in(GuideState::PublishedClean, &person, &judge)
        .await;
    let into = app
        .guide_in(GuideState::PublishedClean, &person, &judge)
        .await;
    let (_, publisher) = app.publisher().await;
    let path = || format!("/admin/guides/{}/join", guide.guide_id);
    let unknown = send(&publisher, path(), "into=nobody").await;
    assert_eq!(unknown.status, 422, "{unknown}");
    let same = send(&publisher, path(), &format!("into={}", guide.slug)).await;
    assert_eq!(same.status, 409, "{same}");
    let done = send(&publisher, path(), &format!("into={}", into.slug)).await;
    assert_eq!(done.status, 303, "{done}");
    let reader = app.anonymous();
    let moved = reader.get(format!("/v1/guides/{}", guide.slug)).await;
    assert_eq!(moved.status, 301, "{moved}");
    assert!(moved.header("location").ends_with(&into.slug), "{moved}");
    let listed = publisher.get("/api/v1/publications").await;
    assert_eq!(listed.string("/publications/0/action"), "redirect");
    assert_eq!(listed.string("/publications/1/action"), "archive");
}

#[annai_test]
async fn an_archived_draft_gives_its_slug_up(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (guide, editor) = app.editor_with_guide(GuideState::NeverDraft).await;
    let (_, publisher) = app.publisher().await;
    let slugs = format!("/admin/guides/{}/slugs", guide.guide_id);
    let give_up = || format!("{slugs}/give-up");
    let form = format!("slug={}", guide.slug);
    assert_eq!(send(&editor, give_up(), &form).await.status, 409);
    let archive = format!("/api/v1/guides/{}/archive", guide.guide_id);
    assert_eq!(publisher.post(archive).json(&json!({})).await.status, 200);
    let page = editor.get(&slugs).await;
    assert!(page.text().contains("slugs/give-up"), "{page}");
    assert_eq!(send(&editor, give_up(), &form).await.status, 303);
    let source = guide_source(&guide.slug, "新しい記事", "本文。");
    let body = json!({ "source": source });
    assert_eq!(editor.post("/api/v1/guides").json(&body).await.status, 201);
}

#[annai_test]
async fn guides_that_name_an_old_slug_are_changed_and_submitted_together(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let linking = Written {
        body: "[乙](guide:beta)".to_owned(),
        ..Written::new("alpha", &[])
    };
    let (beta, _) = publish(&app, None, &Written::new("beta", &[])).await;
    let (alpha, _) = publish(&app, None, &linking).await;
    publish(&app, Some(beta), &Written::new("beta_2", &[])).await;
    let (_, editor) = app.editor().await;
    let slugs = format!("/admin/guides/{beta}/slugs");
    let page = editor.get(&slugs).await;
    assert!(
        page.text()
            .contains("1件のガイドが以前のスラッグで呼んでいます"),
        "{page}"
    );
    let list = editor.get(format!("/api/v1/guides/{beta}/repoint")).await;
    let revision = list.string("/guides/0/revision_id");
    assert_eq!(list.json()["guides"][0]["named"], json!(["beta"]));

    let form = format!("guide={alpha}+{revision}&submit=true");
    let path = || format!("/admin/guides/{beta}/repoint");
    let done = send(&editor, path(), &form).await;

    assert_eq!(done.status, 303, "{done}");
    let again = send(&editor, path(), &form).await;
    assert_eq!(again.status, 409, "{again}");
    let guide = editor.get(format!("/api/v1/guides/{alpha}")).await;
    assert_eq!(guide.string("/status"), "in_review");
    assert!(!editor.get(&slugs).await.text().contains("guide:beta"));
}
