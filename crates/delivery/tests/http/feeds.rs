use insta::assert_snapshot;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

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

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn feed_readers_get_the_newest_guides_as_json(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = world(connect).await;
    assert_snapshot!(world.show(&world.get("/feed.json").await));
}

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn feed_readers_get_the_newest_guides_as_atom(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = world(connect).await;
    assert_snapshot!(world.show(&world.get("/feed.atom").await));
}

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn search_engines_get_every_guide(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = world(connect).await;
    let answer = world.get("/sitemap.xml").await;
    assert_snapshot!(world.show(&answer));
    assert_eq!(world.get("/sitemap.xml?page=1").await.body, answer.body);
    let beyond = world.get("/sitemap.xml?page=2").await;
    assert_eq!(beyond.status, http::StatusCode::NOT_FOUND);
}
