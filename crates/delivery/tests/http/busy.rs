//! The fast path answers like the router. An escaped letter in the address, or `HEAD`, reaches the
//! router.

use annai_test_macros::annai_test;
use axum::body::Body;
use http::{Method, Request, StatusCode};
use sqlx::postgres::PgConnectOptions;

use crate::world::{Answer, Node, PLATFORM, Page, SRE, World, api, send};

const HEADERS: [&[(&str, &str)]; 6] = [
    &[],
    &[("accept-encoding", "br, gzip")],
    &[("accept-encoding", "zstd;q=0.5, gzip;q=0.4")],
    &[("if-none-match", "*")],
    &[("authorization", "Bearer nonsense")],
    &[(
        "traceparent",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    )],
];

async fn ask(router: &Node, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(router.clone(), request.body(Body::empty()).unwrap()).await
}

/// Shows an answer without its request id and the spelling of its address.
fn alike(mut answer: Answer, escaped: &str, plain: &str) -> (StatusCode, String, String) {
    let request_id = answer.header("x-request-id").to_owned();
    let path = |address: &str| address.split('?').next().unwrap().to_owned();
    let own = |text: String| {
        let text = text.replace(&request_id, "[request-id]");
        let text = text.replace(&request_id[..16], "[span]");
        text.replace(&path(escaped), &path(plain))
    };
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    if answer.header("content-type") == "application/problem+json" {
        answer.headers.remove("content-length"); // the address is in the body
    }
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort_unstable();
    (answer.status, own(headers.join("\n")), own(body))
}

async fn world(connect: &PgConnectOptions) -> World {
    let mut world = World::with_three_guides(connect.clone()).await;
    world
        .publish(&Page {
            slug: "reliability_engineer",
            day: 4,
            ..SRE
        })
        .await;
    world.publish(&PLATFORM).await;
    let gone = Page {
        guide: 0x77,
        slug: "gone_engineer",
        day: 5,
        ..PLATFORM
    };
    world.publish(&gone).await;
    world.unpublish(&gone).await;
    world
}

#[annai_test]
async fn a_guide_is_answered_alike_however_its_address_is_spelt(connect: PgConnectOptions) {
    let world = world(&connect).await;
    let ref_ = world.newest();
    for anonymous in [true, false] {
        let (site, router) = api(&connect, anonymous);
        for is_loaded in [false, true] {
            if is_loaded {
                site.catch_up().await.unwrap();
            }
            for rest in [
                "platform_engineer",
                "platform_engineer.md",
                "platform_engineer.md?frontmatter=toml",
                "platform_engineer.html",
                "platform_engineer.txt",
                "platform_engineer?body=none&fields=title,slug",
                "platform_engineer?body=all",
                "platform_engineer?limit=1",
                &format!("platform_engineer?min_ref={ref_}"),
                "sre_engineer",
                "sre_engineer.md",
                "gone_engineer",
                "nobody_engineer",
            ] {
                let plain = format!("/v1/guides/{rest}");
                let (first, others) = rest.split_at(1);
                let escaped = format!("/v1/guides/%{:02x}{others}", first.as_bytes()[0]);
                for headers in HEADERS {
                    let front = ask(&router, Method::GET, &plain, headers).await;
                    let behind = ask(&router, Method::GET, &escaped, headers).await;
                    assert_eq!(
                        alike(front, &escaped, &plain),
                        alike(behind, &escaped, &plain),
                        "{plain} {headers:?}"
                    );
                }
            }
        }
    }
}

#[annai_test]
async fn a_list_or_the_end_of_changes_has_the_same_headers_however_it_is_asked_for(
    connect: PgConnectOptions,
) {
    let ref_ = world(&connect).await.newest();
    for anonymous in [true, false] {
        let (site, router) = api(&connect, anonymous);
        site.catch_up().await.unwrap();
        for path in [
            "/v1/guides",
            "/v1/guides?category=cloud-infra&tag=Kubernetes",
            "/v1/guides?limit=0",
            "/v1/guides?nowhere=1",
            &format!("/v1/changes?since={ref_}"),
            &format!("/v1/changes?since={ref_}&limit=3&body=none"),
            "/v1/changes?limit=0",
            "/v1/changes?since=nothing",
        ] {
            for headers in HEADERS {
                // The second request gets the kept answer.
                for _ in 0..2 {
                    let mut front = ask(&router, Method::GET, path, headers).await;
                    let mut behind = ask(&router, Method::HEAD, path, headers).await;
                    assert!(behind.body.is_empty());
                    front.body.clear();
                    behind.body.clear();
                    assert_eq!(
                        alike(front, path, path),
                        alike(behind, path, path),
                        "{path} {headers:?}"
                    );
                }
            }
        }
    }
}

#[annai_test]
async fn a_list_that_is_kept_is_not_answered_after_a_publication(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    for path in [
        "/v1/guides",
        "/v1/guides?category=cloud-infra",
        "/v1/guides?limit=1&sort=slug",
    ] {
        let before = world.get(path).await;
        assert_eq!(world.get(path).await.body, before.body);
        let pinned = format!("/v1/@{}/{}", world.newest(), &path[4..]);
        let then = world.get(&pinned).await;

        world
            .publish(&Page {
                title: "新しい題",
                day: 9,
                ..PLATFORM
            })
            .await;

        let after = world.get(path).await;
        assert_ne!(
            after.header("content-ref"),
            before.header("content-ref"),
            "{path}"
        );
        assert_eq!(world.get(&pinned).await.body, then.body, "{path}");
    }
}

#[annai_test]
async fn that_nothing_changed_is_not_said_after_a_publication(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let path = format!("/v1/changes?since={}", world.newest());
    for _ in 0..2 {
        assert_eq!(world.get(&path).await.json()["meta"]["count"], 0);
    }

    world.publish(&Page { day: 9, ..PLATFORM }).await;

    let changes = world.get(&path).await.json();
    assert_eq!(changes["data"][0]["slug"], "platform_engineer");
    assert_eq!(changes["meta"]["token"], world.newest().to_string());
}
