//! Answers about the whole published site.

use annai_test_macros::annai_test;
use http::StatusCode;
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{DATA, PLATFORM, Page, SRE, World};

#[annai_test]
async fn the_words_of_the_guides_are_counted(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let tags = &["Kubernetes", "Kubernetes", "運用"];
    world
        .publish(&Page {
            tags,
            day: 4,
            ..SRE
        })
        .await;

    let answer = world.get("/v1/taxonomy").await;

    assert_snapshot!(world.show(&answer));
    world
        .draft(&Page {
            guide: 0x77,
            slug: "secret",
            category: "secret",
            ..DATA
        })
        .await;
    world
        .publish(&Page {
            title: "改訂",
            day: 5,
            ..PLATFORM
        })
        .await;
    let later = world.get("/v1/taxonomy").await;
    assert_eq!(
        later.header("etag"),
        answer.header("etag"),
        "no word of it has changed"
    );
}

#[annai_test]
async fn every_slug_that_was_public_leads_somewhere_or_is_gone(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let renames = [("sre_2", 4), ("sre_3", 5)];
    for (slug, day) in renames {
        world.publish(&Page { slug, day, ..SRE }).await;
    }
    world
        .publish(&Page {
            slug: "data_2",
            day: 6,
            ..DATA
        })
        .await;
    world
        .unpublish(&Page {
            slug: "data_2",
            day: 7,
            ..DATA
        })
        .await;
    world
        .draft(&Page {
            guide: 0x77,
            slug: "secret",
            ..DATA
        })
        .await;

    let answer = world.get("/v1/redirects").await;

    assert_snapshot!(world.show(&answer));
    for redirect in answer.json()["data"].as_array().unwrap() {
        let from = redirect["from"].as_str().unwrap();
        let answered = world.get(&format!("/v1/guides/{from}")).await;
        assert_eq!(answered.status.as_u16(), redirect["status"], "{from}");
        let target = redirect["to"].as_str().map(|to| format!("/v1/guides/{to}"));
        assert_eq!(
            answered.header("location"),
            target.unwrap_or_default(),
            "{from}"
        );
    }
}

#[annai_test]
async fn an_empty_site_says_so_everywhere(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for path in [
        "/v1/taxonomy",
        "/v1/redirects",
        "/v1/export.ndjson",
        "/v1/refs",
        "/v1/changes",
        "/feed.json",
        "/feed.atom",
        "/sitemap.xml",
    ] {
        let answer = world.get(path).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{path} {}",
            world.show(&answer)
        );
        let again = world
            .get_with(path, "if-none-match", answer.header("etag"))
            .await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(again.body.is_empty(), "{path}");
    }
}
