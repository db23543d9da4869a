//! `GET /admin/guides/{id}/presence`: the other people in a guide.

use annai_domain::Role;
use annai_test_macros::annai_test;
use annai_test_support::{Client, Events, TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

/// Creates a guide, and returns its id.
async fn guide(client: &Client) -> String {
    let source = guide_source("first", "記事", "秘密の本文。");
    client.create_guide(&source).await.guide_id
}

async fn open(client: &Client, guide_id: &str) -> Events {
    client
        .get(format!("/admin/guides/{guide_id}/presence"))
        .open()
        .await
}

/// Opens a stream that the client may have.
async fn sit(client: &Client, guide_id: &str) -> Events {
    let events = open(client, guide_id).await;
    assert_eq!(events.status, 200);
    events
}

/// Returns the event with that list of people.
fn people(list: &str) -> String {
    format!("event: people\ndata: {list}\n\n")
}

const READING: &str = r#"[{"name":"reviewer","is_editing":false}]"#;
const SIGHT: &str = r#"[{"name":"editor","is_editing":false}]"#;
const NOBODY: &str = "[]";

#[annai_test]
async fn two_people_in_a_guide_see_each_other_until_one_leaves(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let guide_id = guide(&editor).await;
    let mut mine = sit(&editor, &guide_id).await;
    assert_eq!(
        (mine.status, mine.content_type.as_str()),
        (200, "text/event-stream")
    );
    mine.until(&people(NOBODY)).await;

    let mut theirs = sit(&reviewer, &guide_id).await;
    mine.until(&people(READING)).await;
    theirs.until(&people(SIGHT)).await;
    drop(theirs);
    mine.until(&people(NOBODY)).await;
}

#[annai_test]
async fn whoever_types_is_shown_as_editing_and_nothing_of_the_text_is(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let guide_id = guide(&editor).await;
    let mut theirs = sit(&reviewer, &guide_id).await;
    let mut mine = sit(&editor, &guide_id).await;
    let mut seen = theirs.until(r#""editor","is_editing":false}]"#).await;
    let latest = editor.get(format!("/api/v1/guides/{guide_id}")).await;
    let form = format!(
        "base={}&sequence=1&body=%E7%A7%98%E5%AF%86",
        latest.string("/latest/revision_id")
    );
    let kept = editor
        .post(format!("/admin/guides/{guide_id}/working-copy"))
        .body("application/x-www-form-urlencoded", form);
    assert_eq!(kept.await.status, 200);
    seen += &theirs.until(r#""editor","is_editing":true}]"#).await;
    assert!(!seen.contains("秘密"), "{seen}");
    mine.until(&people(READING)).await;
}

#[annai_test]
async fn a_revision_that_somebody_saves_is_told_with_its_author(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, admin) = app.admin().await;
    let guide_id = guide(&editor).await;
    let mut mine = sit(&editor, &guide_id).await;
    mine.until(r#""number":1,"by":"editor"}"#).await;
    let path = format!("/api/v1/guides/{guide_id}");
    let base = admin.get(&path).await.string("/latest/revision_id");
    let body = json!({ "source": guide_source("first", "別の題", "本文。") });
    let saved = admin.post(format!("{path}/revisions")).if_match(base);
    let saved = saved.idempotency_key("save").json(&body).await;
    assert_eq!(saved.status, 201, "{saved}");
    mine.until(r#""number":2,"by":"admin"}"#).await;
}

#[annai_test]
async fn only_whoever_may_read_the_guide_is_told(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, author) = app.author().await;
    let guide_id = guide(&editor).await;
    assert_eq!(open(&app.anonymous(), &guide_id).await.status, 401);
    assert_eq!(open(&app.reader_key().await, &guide_id).await.status, 401);
    assert_eq!(
        open(&author, &guide_id).await.status,
        404,
        "another's draft"
    );
    let unknown = "01936a00-0000-7000-8000-000000000000";
    assert_eq!(open(&editor, unknown).await.status, 404);
}

#[annai_test]
async fn a_stream_ends_with_the_session_and_does_not_keep_it_awake(connect: PgConnectOptions) {
    let app = TestApp::new(connect.clone());
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let guide_id = guide(&editor).await;
    let mut theirs = sit(&reviewer, &guide_id).await;
    let mine = open(&editor, &guide_id).await;
    theirs.until(r#""name":"editor""#).await;
    assert_eq!(editor.delete("/api/v1/session").await.status, 204);
    assert!(mine.rest().await.ends_with("event: over\ndata: {}\n\n"));
    theirs.until(&people(NOBODY)).await;

    // A session ends half an hour after its last request; opening a stream does not count.
    let at = |time| {
        let client = TestApp::at(connect.clone(), time).anonymous();
        client.set_cookie("annai", &reviewer.cookies()["annai"]);
        client
    };
    assert_eq!(
        open(&at("2026-11-22T00:20:00Z"), &guide_id).await.status,
        200
    );
    assert_eq!(
        open(&at("2026-11-22T00:31:00Z"), &guide_id).await.status,
        401
    );
}

#[annai_test]
async fn a_stream_ends_when_the_guide_is_not_theirs_any_more(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, author) = app.author().await;
    let heir = app.add_person("heir", &[Role::Author]).await;
    let (_, admin) = app.admin().await;
    let guide_id = guide(&author).await;
    let mut mine = sit(&author, &guide_id).await;
    mine.until(&people(NOBODY)).await;
    let path = format!("/api/v1/guides/{guide_id}/owner");
    let body = json!({ "owner_id": heir.user_id });
    assert_eq!(admin.put(path).json(&body).await.status, 200);
    assert!(mine.rest().await.ends_with("event: over\ndata: {}\n\n"));
}

#[annai_test]
async fn one_person_has_four_streams_and_their_places_come_back(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let (_, reviewer) = app.reviewer().await;
    let guide_id = guide(&editor).await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        let stream = open(&editor, &guide_id).await;
        assert_eq!(stream.status, 200);
        streams.push(stream);
    }
    assert_eq!(open(&editor, &guide_id).await.status, 429);
    let mut theirs = sit(&reviewer, &guide_id).await;
    assert_eq!(theirs.status, 200, "others have places of their own");
    theirs.until(r#""name":"editor""#).await;
    streams.clear();
    theirs.until(&people(NOBODY)).await;
    assert_eq!(open(&editor, &guide_id).await.status, 200);
}

#[annai_test]
async fn people_on_two_nodes_see_each_other_and_a_node_that_stops_lets_its_readers_go(
    connect: PgConnectOptions,
) {
    let (one, other) = (TestApp::new(connect.clone()), TestApp::new(connect));
    let (_, editor) = one.editor().await;
    let reviewer = one.add_person("reviewer", &[Role::Reviewer]).await;
    let reviewer = other.sign_in(&reviewer).await;
    let guide_id = guide(&editor).await;
    let follow = |app: &TestApp| {
        let presence = app.presence.clone();
        tokio::spawn(async move { presence.follow().await })
    };
    let _following = (follow(&one), follow(&other));

    let mut mine = sit(&editor, &guide_id).await;
    let mut theirs = sit(&reviewer, &guide_id).await;
    // Both are read: a tab beats no more while its events wait to be read.
    let (reviewer_came, editor_came) = (people(READING), people(SIGHT));
    tokio::join!(mine.until(&reviewer_came), theirs.until(&editor_came));
    other.presence.leave();
    theirs.rest().await;
    one.presence.leave();
    mine.rest().await;
}
