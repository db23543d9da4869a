use annai_test_macros::annai_test;
use http::StatusCode;
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{DATA, PLATFORM, Page, SRE, World};

#[annai_test]
async fn a_ref_says_what_was_published_there(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world.take_down(&SRE, "archive").await;
    let newest = world.get(&format!("/v1/refs/{}", world.newest())).await;
    assert_snapshot!("a_ref", world.show(&newest));
    let empty = world.get(&format!("/v1/refs/{}", world.names[0])).await;
    assert_snapshot!("the_empty_ref", world.show(&empty));
    for foreign in ["1-00000000", "0-00000000", "9-00000000"] {
        let answer = world.get(&format!("/v1/refs/{foreign}")).await;
        assert_eq!(answer.status, StatusCode::GONE, "{foreign}");
        assert_eq!(answer.json()["type"], "/problems/token-expired");
    }
}

#[annai_test]
async fn refs_are_listed_the_newest_first(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world.take_down(&DATA, "expire").await;
    world
        .publish(&Page {
            slug: "platform",
            day: 5,
            ..PLATFORM
        })
        .await;
    let first = world.get("/v1/refs?limit=2").await;
    assert_snapshot!("refs", world.show(&first));

    let mut next = Some("/v1/refs?limit=2".to_owned());
    let mut seen = Vec::new();
    while let Some(path) = next {
        let page = world.get(&path).await.json();
        let entries = page["data"].as_array().unwrap().clone();
        seen.extend(
            entries
                .iter()
                .map(|entry| entry["ref"].as_str().unwrap().to_owned()),
        );
        next = page["links"]["next"].as_str().map(str::to_owned);
        // A publication in between does not change the pages behind the first.
        world.publish(&Page { day: 6, ..SRE }).await;
    }
    let expected: Vec<_> = world.names[1..=5]
        .iter()
        .rev()
        .map(ToString::to_string)
        .collect();
    assert_eq!(seen, expected);
    let foreign = world.get("/v1/refs?cursor=3-00000000").await;
    assert_eq!(foreign.status, StatusCode::GONE);
    assert_eq!(foreign.json()["type"], "/problems/cursor-expired");
}
