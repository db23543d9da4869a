//! The events of each command, written in the same transaction.

use annai_domain::{WebhookEventType, WebhookKind, WebhookReach};
use annai_editorial::import::{ImportBytes, ImportFile, ImportOptions, import_files};
use annai_editorial::{
    SavedRevision, WebhookForm, archive, create_webhook, redirect_slug, request_changes, rollback,
    unpublish,
};
use annai_test_macros::annai_test;
use serde_json::{Value, json};
use sqlx::Row as _;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, related_text, text};

/// Creates a webhook endpoint for all event types.
async fn listen(world: &World) {
    let form = WebhookForm {
        name: "サイト",
        url: "https://example.jp/hook",
        event_types: &WebhookEventType::SUBSCRIBABLE,
        kind: WebhookKind::Message,
        window_seconds: None,
    };
    world
        .run(&world.admin, async |tx| {
            create_webhook(tx, form, WebhookReach::Public).await
        })
        .await
        .unwrap();
}

/// Returns the bodies in the outbox, in the order of their events.
async fn told(world: &World) -> Vec<Value> {
    let bodies = "SELECT COALESCE(json_agg(body ORDER BY event_id), '[]')::text FROM outbox
                    JOIN outbox_deliveries USING (event_id)";
    let bodies: String = world.row(bodies).await.get(0);
    let bodies: Vec<String> = serde_json::from_str(&bodies).unwrap();
    let parse = |body: &String| serde_json::from_str(body).unwrap();
    bodies.iter().map(parse).collect()
}

/// Returns and deletes the events since the last call.
async fn news(world: &World) -> Vec<Value> {
    let told = told(world).await;
    let mut owner = world.owner().await;
    sqlx::raw_sql("DELETE FROM outbox_deliveries; DELETE FROM outbox")
        .execute(&mut owner)
        .await
        .unwrap();
    told
}

fn types(events: &[Value]) -> Vec<&str> {
    let types = events.iter().map(|event| event["type"].as_str().unwrap());
    types.collect()
}

#[annai_test]
async fn a_publication_names_what_to_fetch_and_what_to_purge(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let source = related_text("b", "二", &["a"]);
    let referrer = world.guide_of(&world.author, source).await;
    world.release(referrer).await;
    let guide = world.guide("a").await;
    listen(&world).await;

    let published = world.release(guide).await;

    let events = news(&world).await;
    assert_eq!(
        types(&events),
        ["guide.submitted", "guide.approved", "guide.published"]
    );
    let expected = json!({
        "type": "guide.published",
        "timestamp": "2026-11-22T09:00:00Z",
        "data": {
            "guide_id": guide.guide_id,
            "slug": "a",
            "previous_slug": null,
            "ref": published.publication_ref,
            "pinned": format!("/v1/@{}/guides/a", published.publication_ref),
            "purge": ["category:data", "guide:a", "guides", "refs"],
            "affects": ["b"],
        },
    });
    assert_eq!(events[2], expected);
    let review = &events[0]["data"];
    assert_eq!(review["guide_id"], json!(guide.guide_id));
    assert_eq!(review["revision_id"], json!(guide.revision_id));
    assert_eq!(review["content_hash"], json!(guide.content_hash));
    let text = events[0].to_string();
    assert!(!text.contains("本文") && !text.contains("slug"), "{text}");
}

#[annai_test]
async fn a_guide_that_moves_purges_all_its_slugs_and_both_categories(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let moved = text("b", "一");
    let second = world.save(&world.author, first, moved).await;
    world.release(second).await;
    listen(&world).await;
    let other = String::from_utf8(text("c", "一")).unwrap();
    let other = other.replace("\"category\": \"data\"", "\"category\": \"cloud-infra\"");
    let third = world.save(&world.author, second, other.into()).await;

    world.release(third).await;

    let events = news(&world).await;
    let events = &events[2..];
    assert_eq!(types(events), ["guide.moved", "guide.published"]);
    for event in events {
        assert_eq!(event["data"]["slug"], "c");
        assert_eq!(event["data"]["previous_slug"], "b");
        let purge = [
            "category:cloud-infra",
            "category:data",
            "guide:a",
            "guide:b",
            "guide:c",
            "guides",
            "refs",
        ];
        assert_eq!(event["data"]["purge"], json!(purge));
    }
}

#[annai_test]
async fn taking_down_rolling_back_and_sending_back_are_told(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let guide = world.guide("a").await;
    let first = world.release(guide).await.publication_ref.number;
    let second = world.save(&world.author, guide, text("a", "二")).await;
    world.release(second).await;
    listen(&world).await;
    let id = guide.guide_id;
    let schema = &world.schema;
    let back = async |tx: &mut _| rollback(tx, schema, id, first).await;
    world.run(&world.publisher, back).await.unwrap();
    let down = async |tx: &mut _| unpublish(tx, id, true).await;
    world.run(&world.publisher, down).await.unwrap();
    let events = news(&world).await;
    assert_eq!(types(&events), ["guide.published", "guide.unpublished"]);
    assert_eq!(events[1]["data"]["reason"], "unpublish");
    assert_eq!(events[1]["data"]["slug"], "a");
    let purge = json!(["category:data", "guide:a", "guides", "refs"]);
    assert_eq!(events[1]["data"]["purge"], purge);

    world.submit(&world.editor, second).await;
    let (revision, hash) = (second.revision_id, second.content_hash);
    let sent_back = async |tx: &mut _| request_changes(tx, id, revision, hash, "出典を。").await;
    world.run(&world.reviewer, sent_back).await.unwrap();
    let events = news(&world).await;
    assert_eq!(
        types(&events),
        ["guide.submitted", "guide.changes_requested"]
    );
    let away = async |tx: &mut _| archive(tx, id, true).await;
    world.run(&world.publisher, away).await.unwrap();
    assert!(news(&world).await.is_empty(), "nothing was public");
}

#[annai_test]
async fn a_publication_that_is_undone_tells_nothing(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let guide = world.guide("a").await;
    world.submit(&world.editor, guide).await;
    world.approve(&world.reviewer, guide).await;
    listen(&world).await;
    let mut tx = world.db.begin(world.publisher.clone()).await.unwrap();
    let (id, revision, hash) = (guide.guide_id, guide.revision_id, guide.content_hash);
    annai_editorial::publish(&mut tx, &world.schema, id, revision, hash)
        .await
        .unwrap();
    drop(tx);
    assert!(told(&world).await.is_empty());
    world.publish(guide).await.unwrap();
    assert_eq!(told(&world).await.len(), 1);
}

#[annai_test]
async fn an_import_tells_of_a_whole_batch_at_once(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    listen(&world).await;
    let files = (0..45).map(|number| {
        let slug = format!("guide_{number:02}");
        let bytes = ImportBytes::Memory(text(&slug, "取り込み"));
        ImportFile::new(&format!("{slug}.md"), bytes)
    });
    let options = ImportOptions {
        publish: true,
        ..ImportOptions::default()
    };
    let actor = annai_domain::Actor::operator();
    let files = files.collect();
    let mut progress = |_| {};
    let report = import_files(
        &world.db,
        &actor,
        &world.schema,
        files,
        options,
        &mut progress,
    );
    assert!(report.await.unwrap().complete);

    let events = news(&world).await;

    assert_eq!(types(&events), ["release.published"; 3]);
    let guides = |event: &Value| event["data"]["guides"].as_array().unwrap().len();
    let counts: Vec<_> = events.iter().map(guides).collect();
    assert_eq!(counts, [20, 20, 5]);
    let last = &events[2]["data"];
    let name = last["ref"].as_str().unwrap();
    assert!(name.starts_with("45-"), "{name}");
    let purge = last["purge"].as_array().unwrap();
    assert!(purge.contains(&json!("guide:guide_44")), "{purge:?}");
    assert_eq!(purge.len(), 5 + 3);
}

#[annai_test]
async fn a_redirect_is_told_as_a_move_and_a_slug_that_waits_as_gone(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    listen(&world).await;
    let old = world.guide("a").await;
    world.release(old).await;
    let b = world.guide("b").await;
    world.release(b).await;
    let lead = async |name: &str, to: SavedRevision| {
        let slug = name.parse().unwrap();
        let led = world.run(&world.publisher, async |tx| {
            redirect_slug(tx, to.guide_id, &slug).await
        });
        led.await.unwrap();
    };
    news(&world).await;
    lead("x", b).await;
    let told = news(&world).await;
    assert_eq!(types(&told), ["guide.moved"]);
    let data = &told[0]["data"];
    assert_eq!(
        (&data["slug"], &data["previous_slug"]),
        (&json!("b"), &json!("x"))
    );
    assert_eq!(data["purge"], json!(["guide:x", "guides", "refs"]));

    let guide_id = old.guide_id;
    let gone = world.run(&world.publisher, async |tx| {
        unpublish(tx, guide_id, true).await
    });
    gone.await.unwrap();
    news(&world).await;
    let draft = world.guide("c").await;
    lead("a", draft).await;
    let told = news(&world).await;
    assert_eq!(types(&told), ["guide.unpublished"]);
    let data = &told[0]["data"];
    assert_eq!(data["guide_id"], json!(guide_id), "nothing of the draft");
    assert_eq!(
        (&data["slug"], &data["reason"]),
        (&json!("a"), &json!("redirect"))
    );
}
