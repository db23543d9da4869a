//! Import and export of files through the API.

use annai_test_macros::annai_test;
use annai_test_support::{Call, Client, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

/// Sends `files` as a form in a browser would.
fn import(client: &Client, query: &str, files: &[(&str, &str)]) -> Call {
    let part = |(name, source): &(&str, &str)| {
        let disposition = format!("form-data; name=\"file\"; filename=\"{name}\"");
        format!("--x\r\ncontent-disposition: {disposition}\r\n\r\n{source}\r\n")
    };
    let body = files.iter().map(part).collect::<Vec<_>>().concat() + "--x--\r\n";
    let path = format!("/api/v1/imports{query}");
    client
        .post(path)
        .body("multipart/form-data; boundary=x", body)
}

#[annai_test]
async fn imported_files_become_drafts_and_a_repeat_changes_nothing(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (one, two) = (
        guide_source("one", "一", "本文。\r\n"),
        guide_source("two", "二", "本文。"),
    );
    let files = [("one.md", one.as_str()), ("jobs/two.md", two.as_str())];

    let rehearsal = import(&editor, "?dry_run=true", &files).await;
    assert_eq!(rehearsal.status, 200, "{rehearsal}");
    assert_eq!(
        editor.get("/api/v1/guides").await.json()["total"],
        0,
        "a rehearsal writes nothing"
    );
    let first = import(&editor, "", &files).await;
    let again = import(&editor, "", &files).await;

    let states = |answer: &annai_test_support::Answer| {
        let json = answer.json();
        let files = json["files"].as_array().unwrap();
        files
            .iter()
            .map(|file| file["state"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(states(&rehearsal), ["new", "new"], "{rehearsal}");
    assert_eq!(states(&first), ["new", "new"], "{first}");
    assert_eq!(states(&again), ["same", "same"], "{again}");
    let list = editor.get("/api/v1/guides?sort=slug").await.json();
    assert_eq!(list["total"], 2);
    assert_eq!(list["guides"][0]["status"], "draft", "{list}");
    assert_eq!(list["guides"][0]["latest_revision_number"], 1, "{list}");
}

#[annai_test]
async fn one_bad_file_changes_nothing_and_is_named_with_its_place(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let good = guide_source("good", "よい", "本文。");
    let bad = "---json\n{\n  \"title\": \"途中\",\n}\n---\n";
    let huge = "a".repeat(512 * 1024 + 1);
    let files = [
        ("good.md", good.as_str()),
        ("bad.md", bad),
        ("huge.md", huge.as_str()),
    ];

    let refused = import(&editor, "", &files).await;

    assert_eq!(refused.status, 200, "{refused}");
    let report = refused.json();
    assert_eq!(report["complete"], false, "{refused}");
    let line = |path: &str| {
        let files = report["files"].as_array().unwrap();
        files
            .iter()
            .find(|file| file["path"] == path)
            .cloned()
            .unwrap()
    };
    assert_eq!(line("bad.md")["state"], "error");
    assert_eq!(
        line("bad.md")["problems"][0]["position"]["line"],
        4,
        "{refused}"
    );
    assert_eq!(line("huge.md")["state"], "error");
    assert_eq!(editor.get("/api/v1/guides").await.json()["total"], 0);
    let going_on = import(&editor, "?keep_going=true", &files).await;
    assert_eq!(going_on.status, 200, "{going_on}");
    assert_eq!(editor.get("/api/v1/guides").await.json()["total"], 1);
}

#[annai_test]
async fn files_of_another_generator_are_read_in_its_dialect(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let files = [(
        "my-post/index.md",
        "---\ntitle: 見本\ndescription: 説明\n---\n本文\n",
    )];

    let other = import(&editor, "?from=toml", &files).await.json();
    let problem = &other["files"][0]["problems"][0];
    assert_eq!(problem["code"], "front_matter_other_dialect", "{other}");
    let taken = import(&editor, "?from=yaml&preset=hugo", &files)
        .await
        .json();

    let line = &taken["files"][0];
    assert_eq!(
        (&line["dialect"], &line["slug"]),
        (&json!("yaml"), &json!("my_post")),
        "{taken}"
    );
    let unknown = import(&editor, "?preset=typo", &files).await;
    assert_eq!(unknown.status, 400, "{unknown}");
}

#[annai_test]
async fn what_is_not_a_set_of_files_is_refused(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let json = editor.post("/api/v1/imports").json(&json!({})).await;
    assert_eq!(
        (json.status, json.problem().as_str()),
        (415, "unsupported-media-type")
    );
    let torn = editor
        .post("/api/v1/imports")
        .body("multipart/form-data; boundary=x", "--x\r\n")
        .await;
    assert_eq!(
        (torn.status, torn.problem().as_str()),
        (400, "malformed-body"),
        "{torn}"
    );
    let nameless = "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\ntext\r\n--x--\r\n";
    let nameless = editor
        .post("/api/v1/imports")
        .body("multipart/form-data; boundary=x", nameless)
        .await;
    assert_eq!(
        (nameless.status, nameless.problem().as_str()),
        (422, "validation"),
        "{nameless}"
    );
    let outside = guide_source("outside", "外", "本文。");
    let outside = import(&editor, "", &[("../outside.md", outside.as_str())]).await;
    let state = outside.json()["files"][0]["state"].clone();
    assert_eq!(
        (outside.status, state.as_str()),
        (200, Some("error")),
        "{outside}"
    );
}

#[annai_test]
async fn an_export_holds_what_is_public_or_the_newest_texts(connect: PgConnectOptions) {
    use annai_test_support::GuideState;
    let app = TestApp::new(connect);
    let (writer, _) = app.editor().await;
    let (judge, admin) = app.admin().await;
    let ahead = app
        .guide_in(GuideState::PublishedAhead, &writer, &judge)
        .await;
    app.guide_in(GuideState::NeverDraft, &writer, &judge).await;
    app.guide_in(GuideState::Archived, &writer, &judge).await;
    let lines = async |query: &str| {
        let export = admin.get(format!("/api/v1/export{query}")).await;
        assert_eq!(export.header("content-type"), "application/x-ndjson");
        let lines = export
            .text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        lines.collect::<Vec<serde_json::Value>>()
    };
    let (public, newest) = (lines("").await, lines("?latest=true").await);
    assert_eq!((public.len(), newest.len()), (1, 2));
    let is_newest = |line: &serde_json::Value| line["source"].as_str() == Some(&ahead.source);
    assert!(!public.iter().any(is_newest) && newest.iter().any(is_newest));
    assert_eq!(public[0]["path"], format!("{}.md", ahead.slug));
}
