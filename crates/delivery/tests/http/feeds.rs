use annai_test_macros::annai_test;
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{DATA, Page, World};

async fn world(connect: PgConnectOptions) -> World {
    let mut world = World::with_three_guides(connect).await;
    let title = "<script>& \u{1} ]]> \\\"引用\\\"";
    world
        .publish(&Page {
            title,
            tags: &["a&b"],
            day: 4,
            ..DATA
        })
        .await;
    world
}

#[annai_test]
async fn feed_readers_get_the_newest_guides_as_json(connect: PgConnectOptions) {
    let world = world(connect).await;
    assert_snapshot!(world.show(&world.get("/feed.json").await));
}

#[annai_test]
async fn feed_readers_get_the_newest_guides_as_atom(connect: PgConnectOptions) {
    let world = world(connect).await;
    assert_snapshot!(world.show(&world.get("/feed.atom").await));
}

#[annai_test]
async fn search_engines_get_every_guide(connect: PgConnectOptions) {
    let world = world(connect).await;
    let answer = world.get("/sitemap.xml").await;
    assert_snapshot!(world.show(&answer));
    assert_eq!(world.get("/sitemap.xml?page=1").await.body, answer.body);
    let beyond = world.get("/sitemap.xml?page=2").await;
    assert_eq!(beyond.status, http::StatusCode::NOT_FOUND);
}
