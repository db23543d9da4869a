use annai_test_macros::annai_test;
use http::StatusCode;
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{DATA, PLATFORM, Page, SRE, World};

#[annai_test]
async fn the_guides_around_a_guide_are_those_it_names_and_those_that_name_it(
    connect: PgConnectOptions,
) {
    let world = World::with_three_guides(connect).await;
    let answer = world.get("/v1/guides/sre_engineer/related").await;
    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn they_stay_as_they_were_at_every_ref(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&SRE).await;
    world.publish(&PLATFORM).await;
    let path = |name| format!("/v1/@{name}/guides/sre_engineer/related");
    let then = world.get("/v1/guides/sre_engineer/related").await;
    let name = world.newest();
    world.publish(&DATA).await;
    world
        .publish(&Page {
            title: "改訂",
            day: 4,
            ..PLATFORM
        })
        .await;

    let again = world.get(&path(name)).await;

    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.body, then.body);
    assert_eq!(again.header("etag"), then.header("etag"));
    assert_eq!(
        again.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let incoming = |answer: &crate::world::Answer| {
        let document = answer.json();
        let cards = document["data"]["incoming"].as_array().unwrap().clone();
        cards
            .iter()
            .map(|card| card["slug"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(incoming(&again), ["platform_engineer"]);
    let now = world.get("/v1/guides/sre_engineer/related").await;
    assert_eq!(incoming(&now), ["data_engineer", "platform_engineer"]);
    assert_eq!(now.json()["data"]["incoming"][1]["title"], "改訂");
}

#[annai_test]
async fn a_slug_leads_there_where_its_guide_is(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world
        .publish(&Page {
            slug: "sre",
            day: 4,
            ..SRE
        })
        .await;
    world.unpublish(&DATA).await;
    world
        .draft(&Page {
            guide: 0x77,
            slug: "secret",
            ..DATA
        })
        .await;

    let moved = world.get("/v1/guides/sre_engineer/related").await;
    assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(moved.header("location"), "/v1/guides/sre/related");
    let gone = world.get("/v1/guides/data_engineer/related").await;
    assert_eq!(gone.status, StatusCode::GONE);
    for slug in ["secret", "nobody"] {
        let unknown = world.get(&format!("/v1/guides/{slug}/related")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    }
}

#[annai_test]
async fn a_renamed_guide_keeps_the_guides_that_name_it(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let before = world.newest();
    world
        .publish(&Page {
            slug: "sre",
            day: 4,
            ..SRE
        })
        .await;

    let slugs = |answer: &crate::world::Answer, pointer: &str| {
        let document = answer.json();
        let guides = document
            .pointer(pointer)
            .unwrap()
            .as_array()
            .unwrap()
            .clone();
        let slugs = guides
            .iter()
            .map(|guide| guide["slug"].as_str().unwrap().to_owned());
        slugs.collect::<Vec<_>>()
    };
    let naming = ["data_engineer", "platform_engineer"];
    let related = world.get("/v1/guides/sre/related").await;
    assert_eq!(slugs(&related, "/data/incoming"), naming);
    // The guide names itself too.
    let with_itself = ["data_engineer", "platform_engineer", "sre"];
    for name in ["sre", "sre_engineer"] {
        let path = format!("/v1/guides?sort=slug&links_to={name}");
        assert_eq!(slugs(&world.get(&path).await, "/data"), with_itself);
    }
    // At the time of that ref nobody knew the later name.
    let before_the_move = ["data_engineer", "platform_engineer", "sre_engineer"];
    for (name, wanted) in [
        ("sre", &before_the_move[..0]),
        ("sre_engineer", &before_the_move[..]),
    ] {
        let path = format!("/v1/@{before}/guides?sort=slug&links_to={name}");
        assert_eq!(slugs(&world.get(&path).await, "/data"), wanted);
    }
}
