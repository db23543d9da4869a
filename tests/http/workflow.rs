//! Exactly the text that a reviewer saw becomes public.

use annai_domain::{RevisionId, Role};
use annai_test_macros::annai_test;
use annai_test_support::{Client, GuideState, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn an_approval_is_of_that_revision_and_of_no_later_one(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (writer, editor) = app.editor().await;
    let (judge, admin) = app.admin().await;
    let guide = app
        .guide_in(GuideState::NeverApproved, &writer, &judge)
        .await;
    let path = format!("/api/v1/guides/{}", guide.guide_id);
    let source = guide_source(&guide.slug, "記事", "承認の後で足した文。");
    let saved = editor
        .post(format!("{path}/revisions"))
        .if_match(guide.latest);
    let saved = saved.json(&json!({ "source": source })).await;
    assert_eq!(saved.status, 201, "{saved}");
    let publish = |revision: String, hash: String| {
        let body = json!({ "revision_id": revision, "content_hash": hash });
        admin.post(format!("{path}/publish")).json(&body)
    };

    let newer = publish(saved.string("/revision_id"), saved.string("/content_hash")).await;
    let mixed = publish(guide.latest.to_string(), saved.string("/content_hash")).await;
    let approved = publish(guide.latest.to_string(), guide.content_hash.to_string()).await;

    assert_eq!(
        (newer.status, newer.problem().as_str()),
        (409, "conflict"),
        "{newer}"
    );
    assert_eq!(mixed.status, 409, "{mixed}");
    assert_eq!(approved.status, 200, "{approved}");
    let now = admin.get(&path).await.json();
    assert_eq!(now["public"]["content_hash"], json!(guide.content_hash));
    assert_eq!(now["status"], "published_ahead");
}

#[annai_test]
async fn a_rollback_brings_the_old_text_back_and_leaves_the_newest_alone(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (writer, _) = app.editor().await;
    let (judge, admin) = app.admin().await;
    let guide = app
        .guide_in(GuideState::PublishedAhead, &writer, &judge)
        .await;
    let path = format!("/api/v1/guides/{}", guide.guide_id);
    let before = admin.get(&path).await.json();
    let body = json!({ "ref": guide.first_ref });
    let rolled = admin.post(format!("{path}/rollback")).json(&body).await;
    assert_eq!(rolled.status, 200, "{rolled}");
    let after = admin.get(&path).await.json();
    assert_eq!(after["latest"], before["latest"]);
    assert_ne!(
        after["public"]["content_hash"],
        before["public"]["content_hash"]
    );
    let ledger = admin
        .get(format!("/api/v1/publications?guide_id={}", guide.guide_id))
        .await
        .json();
    let newest = &ledger["publications"][0];
    assert_eq!(
        (newest["action"].as_str(), newest["authority"].as_str()),
        (Some("rollback"), Some("rollback"))
    );
    let restored = newest["restored_ref"].as_str().unwrap_or_default();
    let number = format!("{}-", body["ref"]);
    assert!(restored.starts_with(&number), "{restored} is ref {number}");
    let body = json!({ "ref": restored });
    let again = admin.post(format!("{path}/rollback")).json(&body).await;
    assert_eq!(again.status, 409, "that text is public already: {again}");
}

#[annai_test]
async fn an_author_cannot_learn_of_anybody_elses_guide(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (writer, _) = app.editor().await;
    let (judge, _) = app.admin().await;
    let (_, author) = app.author().await;
    let guide = app
        .guide_in(GuideState::PublishedClean, &writer, &judge)
        .await;
    let path = format!("/api/v1/guides/{}", guide.guide_id);
    let unknown = "/api/v1/guides/018f0000-0000-7000-8000-000000000000";
    let (hidden, missing) = (author.get(&path).await, author.get(unknown).await);
    assert_eq!(hidden.status, 404);
    let tell = |answer: &annai_test_support::Answer| {
        let mut json = answer.json();
        for member in ["instance", "request_id"] {
            json.as_object_mut().unwrap().remove(member);
        }
        json
    };
    assert_eq!(tell(&hidden), tell(&missing));
    assert_eq!(author.get("/api/v1/guides").await.json()["total"], 0);
    let theirs = format!("/api/v1/guides?owner_id={}", writer.user_id);
    assert_eq!(author.get(theirs).await.json()["total"], 0);
    assert_eq!(author.get("/api/v1/publications").await.status, 403);
    let of_guide = format!("/api/v1/publications?guide_id={}", guide.guide_id);
    assert_eq!(author.get(of_guide).await.status, 404);
    assert_eq!(author.get("/api/v1/reviews").await.status, 403);
}

#[annai_test]
async fn a_revision_is_called_by_one_name_of_its_own(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (writer, editor) = app.editor().await;
    let (judge, _) = app.admin().await;
    let guide = app
        .guide_in(GuideState::PublishedAhead, &writer, &judge)
        .await;
    let path = format!("/api/v1/guides/{}/revisions", guide.guide_id);
    let call = |revision, name: &str| {
        let path = format!("{path}/{revision}/name");
        editor.put(path).json(&json!({ "name": name }))
    };

    let named = call(guide.first, "  春の改訂 ").await;
    assert_eq!(named.status, 200, "{named}");
    assert_eq!(named.json(), json!({ "name": "春の改訂" }));
    let names = async || {
        let list = editor.get(&path).await.json();
        let revisions = list["revisions"].as_array().unwrap().clone();
        let names = revisions
            .into_iter()
            .map(|revision| revision["name"].clone());
        names.filter(|name| !name.is_null()).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["春の改訂"]);

    let taken = call(guide.latest, "春の改訂").await;
    assert_eq!(taken.status, 422, "{taken}");
    assert_eq!(taken.json()["errors"][0]["code"], "taken");
    let long = call(guide.first, &"あ".repeat(61)).await;
    assert_eq!(long.status, 422, "{long}");
    let unknown = call(RevisionId::new(), "夏").await;
    assert_eq!(unknown.status, 404, "{unknown}");
    assert_eq!(names().await, ["春の改訂"], "nothing changed");

    assert_eq!(call(guide.first, "").await.status, 200);
    assert!(names().await.is_empty());
}

#[annai_test]
async fn a_lapsed_approval_publishes_nothing_and_every_page_says_how_to_go_on(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, admin) = app.admin().await;
    let both = app
        .add_person("both", &[Role::Editor, Role::Reviewer])
        .await;
    let both = app.sign_in(&both).await;
    let first = editor
        .create_guide(&guide_source("first", "記事", "一。"))
        .await;
    let path = first.path();
    let act = async |client: &Client, act: &str, text: &(String, String)| {
        let (revision_id, hash) = text;
        let body = match act {
            "submit" => json!({ "revision_id": revision_id }),
            _ => json!({ "revision_id": revision_id, "content_hash": hash }),
        };
        client.post(format!("{path}/{act}")).json(&body).await
    };
    let done = async |client: &Client, name: &str, text: &(String, String)| {
        let answer = act(client, name, text).await;
        assert!(answer.status < 300, "{name}: {answer}");
        answer
    };
    let save = async |client: &Client, base: &str, body: &str| {
        let source = guide_source("first", "記事", body);
        let saved = client.post(format!("{path}/revisions")).if_match(base);
        let saved = saved.json(&json!({ "source": source })).await;
        (saved.string("/revision_id"), saved.string("/content_hash"))
    };
    let first = (first.revision_id, first.content_hash);
    done(&editor, "submit", &first).await;
    done(&admin, "approve", &first).await;
    done(&admin, "publish", &first).await;
    let second = save(&both, &first.0, "一。二。").await;
    done(&both, "submit", &second).await;
    done(&admin, "approve", &second).await;
    done(&admin, "publish", &second).await;
    let third = save(&editor, &second.0, "一。二。三。").await;
    done(&editor, "submit", &third).await;
    done(&both, "approve", &third).await;
    let back = admin.post(format!("{path}/rollback"));
    let back = back.json(&json!({ "ref": 1 })).await;
    assert_eq!(back.status, 200, "{back}");

    let refused = act(&admin, "publish", &third).await;
    assert_eq!(refused.status, 409, "{refused}");
    assert_eq!(refused.json()["errors"][0]["code"], "approval_lapsed");
    let page = path.replace("/api/v1", "/admin");
    let words = "この承認では公開できません";
    let publish = format!("{page}/publish");
    for shown in [page.clone(), format!("{page}/review")] {
        let shown = admin.get(&shown).await;
        assert!(shown.text().contains(words), "{shown}");
        assert!(!shown.text().contains(&publish), "{shown}");
    }
    assert!(admin.get(&publish).await.text().contains(words));
    let queue = admin.get("/admin/reviews?status=approved").await;
    assert!(queue.text().contains("承認が失効"), "{queue}");
    let review = editor.get(format!("{page}/review")).await;
    assert!(
        review.text().contains(&format!("{page}/submit")),
        "{review}"
    );

    done(&editor, "submit", &third).await;
    done(&admin, "approve", &third).await;
    done(&admin, "publish", &third).await;
}
