//! Whole responses of the main endpoints, as snapshots.

use annai_test_macros::annai_test;
use annai_test_support::{Client, TestApp, guide_source};
use insta::assert_snapshot;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

async fn create(editor: &Client) -> (String, String, String) {
    let source = guide_source("platform", "プラットフォーム", "本文。");
    let body = json!({ "source": source, "message": "はじめに" });
    let created = editor.post("/api/v1/guides").json(&body).await;
    let path = format!("/api/v1/guides/{}", created.string("/guide_id"));
    (
        path,
        created.string("/revision_id"),
        created.string("/content_hash"),
    )
}

#[annai_test]
async fn answers_about_people(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    assert_snapshot!("session", admin.get("/api/v1/session").await);
    assert_snapshot!("sessions", admin.get("/api/v1/sessions").await);
    assert_snapshot!("users", admin.get("/api/v1/users").await);
    let profile = json!({ "display_name": "管理 花子", "locale": "en" });
    assert_snapshot!(
        "profile",
        admin.put("/api/v1/account/profile").json(&profile).await
    );
    let odd = json!({ "display_name": "管理 花子", "locale": "fr" });
    assert_snapshot!(
        "profile_refused",
        admin.put("/api/v1/account/profile").json(&odd).await
    );
    let user = json!({ "email": "admin@example.jp", "display_name": "花", "roles": ["editor"] });
    assert_snapshot!(
        "user_email_taken",
        admin.post("/api/v1/users").json(&user).await
    );
    let user = json!({ "email": "hana", "display_name": "花", "roles": ["editor"] });
    assert_snapshot!(
        "user_email_odd",
        admin.post("/api/v1/users").json(&user).await
    );
}

#[annai_test]
async fn answers_about_a_guide(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("platform", "プラットフォーム", "本文。");
    let body = json!({ "source": source, "message": "はじめに" });
    let created = editor.post("/api/v1/guides").json(&body).await;
    assert_snapshot!("guide_created", created);
    let path = format!("/api/v1/guides/{}", created.string("/guide_id"));
    assert_snapshot!("guide", editor.get(&path).await);
    assert_snapshot!(
        "guides",
        editor
            .get("/api/v1/guides?q=ﾌﾟﾗｯﾄ&status=draft&sort=title")
            .await
    );
    let taken = editor.post("/api/v1/guides").json(&body).await;
    assert_snapshot!("guide_slug_taken", taken);
    let copy = json!({
        "base_revision_id": created.string("/revision_id"), "sequence": 1, "source": "書きかけ",
    });
    assert_snapshot!(
        "working_copy_stored",
        editor.put(format!("{path}/working-copy")).json(&copy).await
    );
    assert_snapshot!(
        "working_copy",
        editor.get(format!("{path}/working-copy")).await
    );
    assert_snapshot!(
        "working_copy_old",
        editor.put(format!("{path}/working-copy")).json(&copy).await
    );
    assert_snapshot!(
        "working_copy_discarded",
        editor.delete(format!("{path}/working-copy")).await
    );
    let source = guide_source("platform", "プラットフォーム", "新しい本文。");
    let saved = editor
        .post(format!("{path}/revisions"))
        .if_match(created.string("/revision_id"));
    let saved = saved
        .json(&json!({ "source": source, "message": "直した" }))
        .await;
    assert_snapshot!("revision_saved", saved);
    assert_snapshot!("revisions", editor.get(format!("{path}/revisions")).await);
    let revision = format!("{path}/revisions/{}", created.string("/revision_id"));
    assert_snapshot!("revision", editor.get(&revision).await);
    assert_snapshot!(
        "revision_source",
        editor.get(format!("{revision}.md")).await
    );
    let late = editor
        .post(format!("{path}/revisions"))
        .if_match(created.string("/revision_id"));
    let late = late.json(&json!({ "source": "# もう一つの版\n" })).await;
    assert_snapshot!("revision_stale", late);
    let (from, to) = (created.string("/revision_id"), saved.string("/revision_id"));
    assert_snapshot!(
        "diff",
        editor.get(format!("{path}/diff?from={from}&to={to}")).await
    );
    let preview = json!({ "source": "# 題\n\n**強い（とても）**です。\n" });
    assert_snapshot!(
        "preview",
        editor.post("/api/v1/preview").json(&preview).await
    );
}

#[annai_test]
async fn answers_about_judging_and_publishing(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let (_, publisher) = app.publisher().await;
    let (_, admin) = app.admin().await;
    let (path, revision, hash) = create(&editor).await;
    let pinned = json!({ "revision_id": revision, "content_hash": hash });
    let judged = json!({ "revision_id": revision, "content_hash": hash, "comment": "よい" });
    let to = |end: &str| format!("{path}/{end}");

    assert_snapshot!(
        "publish_unapproved",
        publisher.post(to("publish")).json(&pinned).await
    );
    let submitted = json!({ "revision_id": revision, "message": "お願いします" });
    assert_snapshot!(
        "submitted",
        editor.post(to("submit")).json(&submitted).await
    );
    assert_snapshot!(
        "submitted_twice",
        editor.post(to("submit")).json(&submitted).await
    );
    assert_snapshot!("reviews", reviewer.get("/api/v1/reviews").await);
    assert_snapshot!(
        "approve_own",
        admin_who_wrote(&app, &path, &revision, &hash).await
    );
    let silent = json!({ "revision_id": revision, "content_hash": hash, "comment": "" });
    assert_snapshot!(
        "sent_back_silently",
        reviewer.post(to("request-changes")).json(&silent).await
    );
    assert_snapshot!("approved", reviewer.post(to("approve")).json(&judged).await);
    let published = publisher.post(to("publish")).json(&pinned).await;
    assert_snapshot!("published", published);
    assert_snapshot!("publications", admin.get("/api/v1/publications").await);
    let thread = json!({
        "body": "@editor 公開しました。", "is_blocking": true,
        "anchor": { "kind": "quote", "revision_id": revision, "quote": "本文" },
    });
    let begun = publisher.post(to("threads")).json(&thread).await;
    assert_snapshot!("thread_created", begun);
    let of_thread = |end: &str| to(&format!("threads/{}/{end}", begun.string("/thread_id")));
    let comment = json!({ "body": "見ました。" });
    assert_snapshot!(
        "commented",
        publisher.post(of_thread("comments")).json(&comment).await
    );
    let resolved = reviewer.post(of_thread("resolve")).json(&json!({})).await;
    assert_snapshot!("thread_resolved", resolved);
    let again = reviewer.post(of_thread("resolve")).json(&json!({})).await;
    assert_snapshot!("thread_resolved_twice", again);
    assert_snapshot!("threads", reviewer.get(to("threads")).await);
    assert_snapshot!("audit", admin.get("/api/v1/audit").await);
    assert_snapshot!("audit_forbidden", reviewer.get("/api/v1/audit").await);
    let short = json!({ "revision_id": revision, "content_hash": hash, "reason": "急ぎ" });
    assert_snapshot!(
        "break_glass_public",
        admin.post(to("break-glass")).json(&short).await
    );
}

/// Tries to approve a change as its writer, an editor who is also a reviewer.
async fn admin_who_wrote(
    app: &TestApp,
    path: &str,
    revision: &str,
    hash: &str,
) -> annai_test_support::Answer {
    use annai_domain::{Actor, Role, RoleSet};
    let users = annai_storage::users::list(&app.database.reader())
        .await
        .unwrap();
    let writer = users
        .iter()
        .find(|user| user.display_name == "editor")
        .unwrap();
    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    let roles = RoleSet::new([Role::Editor, Role::Reviewer]);
    annai_identity::set_roles(&mut tx, writer.user_id, &roles)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let person = annai_test_support::Person {
        user_id: writer.user_id,
        email: writer.email.to_string(),
        roles,
    };
    let client = app.sign_in(&person).await;
    let body = json!({ "revision_id": revision, "content_hash": hash, "comment": "よい" });
    client.post(format!("{path}/approve")).json(&body).await
}
