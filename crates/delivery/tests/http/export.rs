use annai_test_macros::annai_test;
use axum::body::Body;
use http::{Method, Request, StatusCode};
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Answer, DATA, Page, SRE, World, send};

fn lines(answer: &Answer) -> Vec<String> {
    let text = std::str::from_utf8(&answer.body).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(str::to_owned).collect()
}

#[annai_test]
async fn an_export_has_every_guide_and_an_end(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world.unpublish(&SRE).await;
    let answer = world.get("/v1/export.ndjson").await;
    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn its_lines_are_the_documents_byte_for_byte(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for (guide, slug) in (0x20..).zip(["b", "a_1", "c", "a", "b_2", "d", "e", "f", "g", "h"]) {
        world
            .publish(&Page {
                guide,
                slug,
                ..DATA
            })
            .await;
    }
    let answer = world.get("/v1/export.ndjson").await;
    let lines = lines(&answer);
    let (end, documents) = lines.split_last().unwrap();

    let name = world.newest();
    assert_eq!(
        *end,
        format!("{{\"end\":true,\"ref\":\"{name}\",\"count\":10}}")
    );
    let mut slugs = Vec::new();
    for line in documents {
        let document: serde_json::Value = serde_json::from_str(line).unwrap();
        let slug = document["data"]["slug"].as_str().unwrap().to_owned();
        let one = world.get(&format!("/v1/guides/{slug}")).await;
        assert_eq!(one.body, line.as_bytes(), "{slug}");
        slugs.push(slug);
    }
    assert!(slugs.is_sorted(), "{slugs:?}");
    // A node with almost no memory reads the guides from Postgres.
    let (site, router) = world.node_with_memory(1000);
    site.catch_up().await.unwrap();
    let request = Request::get("/v1/export.ndjson")
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(router, request).await.body, answer.body);
}

#[annai_test]
async fn its_head_can_be_asked_for_alone(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let whole = world.get("/v1/export.ndjson").await;
    let head = Request::builder()
        .method(Method::HEAD)
        .uri("/v1/export.ndjson");
    let head = world.send(head.body(Body::empty()).unwrap()).await;
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty());
    assert_eq!(head.header("etag"), whole.header("etag"));
    let held = world
        .get_with("/v1/export.ndjson", "if-none-match", whole.header("etag"))
        .await;
    assert_eq!(held.status, StatusCode::NOT_MODIFIED);
}
