//! `If-Match` on every write of text, and the response to a late writer.

use annai_test_macros::annai_test;
use annai_test_support::{Client, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn a_save_without_if_match_is_told_that_it_needs_one(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。");
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": source }))
        .await;
    let guide = created.string("/guide_id");
    let revision = created.string("/revision_id");
    for (path, body) in [
        (
            format!("/api/v1/guides/{guide}/revisions"),
            json!({ "source": source }),
        ),
        (
            format!("/api/v1/guides/{guide}/restore"),
            json!({ "revision_id": revision }),
        ),
    ] {
        let missing = editor.post(&path).json(&body).await;
        assert_eq!(
            (missing.status, missing.problem().as_str()),
            (428, "precondition-required")
        );
        for tag in ["*", "W/\"x\"", "\"x\"", "\"a\", \"b\"", "nonsense"] {
            let odd = editor.post(&path).header("if-match", tag).json(&body).await;
            assert_eq!(
                (odd.status, odd.problem().as_str()),
                (400, "invalid-parameter"),
                "{tag}"
            );
        }
    }
}

#[annai_test]
async fn a_stale_save_gets_the_three_texts_and_loses_none(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, admin) = app.admin().await;
    let text = |body| guide_source("first", "記事", body);
    let (base, theirs, mine) = (text("はじめ。"), text("あの人の。"), text("わたしの。"));
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": base }))
        .await;
    let path = format!("/api/v1/guides/{}", created.string("/guide_id"));
    let begun_on = created.string("/revision_id");
    let saves = format!("{path}/revisions");
    let saved = admin
        .post(&saves)
        .if_match(&begun_on)
        .json(&json!({ "source": theirs }))
        .await;
    assert_eq!(saved.status, 201, "{saved}");

    let late = editor
        .post(&saves)
        .if_match(&begun_on)
        .json(&json!({ "source": mine }))
        .await;

    assert_eq!(
        (late.status, late.problem().as_str()),
        (412, "precondition-failed")
    );
    assert_eq!(late.string("/base"), base);
    assert_eq!(late.string("/theirs"), theirs);
    assert_eq!(late.string("/mine"), mine);
    let conflict = &late.json()["merge"]["conflicts"][0];
    assert_eq!(
        (&conflict["base"], &conflict["ours"], &conflict["theirs"]),
        (
            &json!("はじめ。"),
            &json!("わたしの。"),
            &json!("あの人の。")
        )
    );
    assert_eq!(late.json()["merge"]["source"], json!(null));
    assert_eq!(
        late.header("etag"),
        format!("\"{}\"", saved.string("/revision_id"))
    );
    let kept = editor.get(format!("{path}/working-copy")).await;
    assert_eq!(kept.string("/source"), mine);
    assert_eq!(kept.string("/base_revision_id"), begun_on);
    // A writer who has seen the other text may save on top of it.
    let again = editor
        .post(&saves)
        .header("if-match", late.header("etag"))
        .json(&json!({ "source": mine }))
        .await;
    assert_eq!(again.status, 201, "{again}");
    assert_eq!(editor.get(format!("{path}/working-copy")).await.status, 404);
}

#[annai_test]
async fn a_stale_text_that_is_too_large_is_refused_for_its_size(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, begun_on) = stale_guide(&app, &editor).await;

    let late = editor
        .post(format!("{path}/revisions"))
        .if_match(&begun_on)
        .json(&json!({ "source": "x".repeat(524_289) }))
        .await;

    assert_eq!(
        (late.status, late.problem().as_str()),
        (413, "payload-too-large")
    );
    assert_eq!(editor.get(format!("{path}/working-copy")).await.status, 404);
}

#[annai_test]
async fn a_stale_save_promises_a_working_copy_only_where_it_was_kept(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (path, begun_on) = stale_guide(&app, &editor).await;
    let mine = guide_source("first", "記事", "わたしの。");
    // No state can follow the highest sequence number, so the text of the save cannot be kept.
    let last = json!({
        "base_revision_id": begun_on, "sequence": 9_007_199_254_740_991_i64, "source": "old",
    });
    let stored = editor.put(format!("{path}/working-copy")).json(&last).await;
    assert_eq!(stored.status, 200, "{stored}");

    let late = editor
        .post(format!("{path}/revisions"))
        .if_match(&begun_on)
        .json(&json!({ "source": mine }))
        .await;

    assert_eq!(late.status, 412, "{late}");
    assert_eq!(late.string("/detail"), "the guide has a newer revision");
    assert_eq!(late.string("/mine"), mine);
    let kept = editor.get(format!("{path}/working-copy")).await;
    assert_eq!(kept.string("/source"), "old");
}

/// Creates a guide that somebody else saved meanwhile; returns its path and its first revision.
async fn stale_guide(app: &TestApp, editor: &Client) -> (String, String) {
    let (_, admin) = app.admin().await;
    let source = guide_source("first", "記事", "はじめ。");
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": source }))
        .await;
    let path = format!("/api/v1/guides/{}", created.string("/guide_id"));
    let begun_on = created.string("/revision_id");
    let saved = admin
        .post(format!("{path}/revisions"))
        .if_match(&begun_on)
        .json(&json!({ "source": guide_source("first", "記事", "あの人の。") }))
        .await;
    assert_eq!(saved.status, 201, "{saved}");
    (path, begun_on)
}

#[annai_test]
async fn a_clean_merge_is_answered_whole_and_saved_with_two_parents(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, admin) = app.admin().await;
    let text = |body| guide_source("first", "記事", body);
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": text("一。二。") }))
        .await;
    let begun_on = created.string("/revision_id");
    let saves = format!("/api/v1/guides/{}/revisions", created.string("/guide_id"));
    let save = async |client: &Client, source: String| {
        let request = client.post(&saves).if_match(&begun_on);
        request.json(&json!({ "source": source })).await
    };
    let theirs = save(&admin, text("一。弐。")).await;
    let late = save(&editor, text("壱。二。")).await;
    assert_eq!(late.string("/merge/source"), text("壱。弐。"));
    assert_eq!(late.json()["merge"]["conflicts"], json!([]));

    let merged = editor
        .post(&saves)
        .header("if-match", late.header("etag"))
        .json(&json!({ "source": text("壱。弐。"), "merged_from": begun_on }))
        .await;
    assert_eq!(merged.status, 201, "{merged}");
    let stored = editor
        .get(format!("{saves}/{}", merged.string("/revision_id")))
        .await;
    assert_eq!(stored.string("/merge_parent_revision_id"), begun_on);
    assert_eq!(
        stored.string("/parent_revision_id"),
        theirs.string("/revision_id")
    );
}

#[annai_test]
async fn saving_the_same_bytes_again_makes_no_revision(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。");
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": source }))
        .await;
    let path = format!("/api/v1/guides/{}/revisions", created.string("/guide_id"));
    let revision = created.string("/revision_id");
    let same = editor
        .post(&path)
        .if_match(&revision)
        .json(&json!({ "source": source }))
        .await;
    assert_eq!(same.status, 200, "{same}");
    assert_eq!(same.json()["unchanged"], true);
    assert_eq!(same.string("/revision_id"), revision);
    let history = editor.get(&path).await.json();
    assert_eq!(history["revisions"].as_array().unwrap().len(), 1);
}

#[annai_test]
async fn malformed_front_matter_is_refused_with_its_place_and_kept_in_the_working_copy(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。");
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": source }))
        .await;
    let path = format!("/api/v1/guides/{}", created.string("/guide_id"));
    let revision = created.string("/revision_id");
    let broken = "---json\n{\n  \"title\": \"途中\",\n}\n---\n# 途中\n";

    let refused = editor
        .post(format!("{path}/revisions"))
        .if_match(&revision)
        .json(&json!({ "source": broken }))
        .await;

    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (422, "validation")
    );
    let error = &refused.json()["errors"][0];
    assert_eq!(error["pointer"], "/source", "{refused}");
    assert!(
        error["line"].is_u64() && error["column"].is_u64(),
        "{refused}"
    );
    assert_eq!(
        editor
            .get(format!("{path}/working-copy"))
            .await
            .string("/source"),
        broken
    );
}

#[annai_test]
async fn a_reader_who_wants_another_version_gets_412(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = guide_source("first", "記事", "本文。");
    let body = json!({ "source": source });
    let created = editor.post("/api/v1/guides").json(&body).await;
    let (guide, revision) = (created.string("/guide_id"), created.string("/revision_id"));
    let path = format!("/api/v1/guides/{guide}");
    for path in [
        path.clone(),
        format!("{path}/revisions"),
        format!("{path}/revisions/{revision}"),
        format!("{path}/revisions/{revision}.md"),
    ] {
        assert_eq!(
            editor.get(&path).await.header("etag"),
            format!("\"{revision}\"")
        );
        assert_eq!(
            editor.get(&path).if_match(&revision).await.status,
            200,
            "{path}"
        );
        assert_eq!(
            editor.get(&path).header("if-match", "*").await.status,
            200,
            "{path}"
        );
        let other = editor.get(&path).if_match(&guide).await;
        assert_eq!(
            (other.status, other.problem().as_str()),
            (412, "precondition-failed"),
            "{path}"
        );
    }
}
