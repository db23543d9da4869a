use annai_test_macros::annai_test;
use http::StatusCode;
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Answer, DATA, PLATFORM, Page, SRE, World};

const PATHS: [&str; 8] = [
    "guides/platform_engineer",
    "guides/platform_engineer.md",
    "guides/platform_engineer.html",
    "guides/platform_engineer?fields=slug,title&include=none",
    "guides/sre_engineer",
    "guides",
    "guides?category=cloud-infra&limit=1",
    "guides?sort=title&include=related&body=text",
];

#[annai_test]
async fn every_ref_can_be_read_again_byte_for_byte(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let mut then: Vec<Vec<Answer>> = vec![served(&world).await];
    let acts: [(&str, Page); 7] = [
        ("publish", PLATFORM),
        ("publish", SRE),
        (
            "publish",
            Page {
                title: "改訂しました",
                day: 4,
                ..PLATFORM
            },
        ),
        ("unpublish", SRE),
        ("publish", DATA),
        (
            "publish",
            Page {
                slug: "platform_2",
                day: 6,
                ..PLATFORM
            },
        ),
        ("publish", Page { day: 7, ..PLATFORM }),
    ];
    for (act, page) in acts {
        match act {
            "publish" => drop(world.publish(&page).await),
            _ => world.unpublish(&page).await,
        }
        then.push(served(&world).await);
    }

    for (number, answers) in then.iter().enumerate() {
        for (path, then) in PATHS.iter().zip(answers) {
            let again = world
                .get(&format!("/v1/@{}/{path}", world.names[number]))
                .await;
            assert_eq!(again.status, then.status, "@{number} {path}");
            if then.status == StatusCode::OK {
                assert_eq!(again.body, then.body, "@{number} {path}");
                assert_eq!(
                    again.header("etag"),
                    then.header("etag"),
                    "@{number} {path}"
                );
                assert_eq!(again.header("content-ref"), world.names[number].to_string());
                assert_eq!(
                    again.header("cache-control"),
                    "public, max-age=31536000, immutable"
                );
            }
        }
    }
}

async fn served(world: &World) -> Vec<Answer> {
    let mut answers = Vec::new();
    for path in PATHS {
        answers.push(world.get(&format!("/v1/{path}")).await);
    }
    answers
}

#[annai_test]
async fn a_redirect_of_then_leads_to_the_slug_of_then(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    world
        .publish(&Page {
            slug: "platform_2",
            ..PLATFORM
        })
        .await;
    let then = world.newest();
    world
        .publish(&Page {
            slug: "platform_3",
            ..PLATFORM
        })
        .await;

    let answer = world
        .get(&format!("/v1/@{then}/guides/platform_engineer.txt"))
        .await;

    assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(
        answer.header("location"),
        format!("/v1/@{then}/guides/platform_2.txt")
    );
    let early = world
        .get(&format!("/v1/@{}/guides/platform_3", world.names[1]))
        .await;
    assert_eq!(early.status, StatusCode::NOT_FOUND);
}

#[annai_test]
async fn a_ref_of_another_database_is_refused(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    for name in [
        "1-00000000",
        "0-00000000",
        "4-00000000",
        "9223372036854775807-00000000",
    ] {
        for path in ["guides", "guides/platform_engineer"] {
            let answer = world.get(&format!("/v1/@{name}/{path}")).await;
            assert_eq!(answer.status, StatusCode::GONE, "{name}");
            assert_eq!(answer.json()["type"], "/problems/token-expired");
            assert_eq!(answer.json()["restart"], "/v1/refs/current");
        }
    }
}

#[annai_test]
async fn the_current_ref_names_the_site_as_it_is_now(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let empty = world.get("/v1/refs/current").await;
    assert_eq!(
        empty.json()["data"]["published_at"],
        serde_json::Value::Null
    );
    assert_eq!(empty.json()["data"]["ref"], world.newest().to_string());
    world.publish(&PLATFORM).await;

    let answer = world.get("/v1/refs/current").await;

    assert_snapshot!(world.show(&answer));
    let pinned = answer.json()["links"]["guides"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(world.get(&pinned).await.slugs(), ["platform_engineer"]);
}
