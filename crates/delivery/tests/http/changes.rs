use std::time::Duration;

use annai_domain::token::{Token, TokenKind};
use annai_test_macros::annai_test;
use annai_web::ClientAddress;
use axum::body::Body;
use futures_util::StreamExt as _;
use http::{Request, StatusCode};
use insta::assert_snapshot;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::keys;
use crate::world::{DATA, PLATFORM, Page, SRE, World, send};

#[annai_test]
async fn the_feed_has_the_last_state_of_every_slug(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world
        .publish(&Page {
            title: "改訂",
            day: 4,
            ..PLATFORM
        })
        .await;
    world
        .publish(&Page {
            slug: "sre",
            day: 5,
            ..SRE
        })
        .await;
    world.take_down(&DATA, "expire").await;
    let answer = world.get("/v1/changes").await;
    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn a_slug_that_is_gone_says_why_for_ever(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let since = world.newest();
    world
        .publish(&Page {
            slug: "sre_2",
            day: 4,
            ..SRE
        })
        .await;
    world
        .publish(&Page {
            slug: "sre_3",
            day: 5,
            ..SRE
        })
        .await;
    world.take_down(&DATA, "expire").await;
    world.take_down(&PLATFORM, "archive").await;
    let thin = |item: &Value| {
        json!([
            item["op"],
            item["slug"],
            item["reason"],
            item["moved_to"],
            item["previous_slug"]
        ])
    };
    let changes = async |path: &str| {
        let document = world.get(path).await.json();
        document["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(thin)
            .collect::<Vec<_>>()
    };
    let expected = [
        json!(["delete", "sre_engineer", "moved", "sre_3", null]),
        json!(["delete", "sre_2", "moved", "sre_3", null]),
        json!(["upsert", "sre_3", null, null, "sre_2"]),
        json!(["delete", "data_engineer", "expired", null, null]),
        json!(["delete", "platform_engineer", "unpublished", null, null]),
    ];
    assert_eq!(changes("/v1/changes").await, expected);
    assert_eq!(
        changes(&format!("/v1/changes?since={since}&body=none")).await,
        expected
    );
}

#[annai_test]
async fn pages_follow_each_other_without_a_gap(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world
        .publish(&Page {
            slug: "sre",
            day: 5,
            ..SRE
        })
        .await;
    let mut path = "/v1/changes?limit=1&body=none".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = world.get(&path).await.json();
        let items = page["data"].as_array().unwrap().clone();
        seen.push(
            items
                .iter()
                .map(|item| item["slug"].clone())
                .collect::<Vec<_>>(),
        );
        path = page["links"]["next"].as_str().unwrap().to_owned();
        if page["meta"]["has_more"] == false {
            assert_eq!(page["meta"]["token"], world.newest().to_string());
            break;
        }
    }
    // The changes of one publication stay on one page, beyond the limit.
    let rename = vec![json!("sre"), json!("sre_engineer")];
    assert_eq!(
        seen,
        [
            vec![json!("platform_engineer")],
            vec![json!("data_engineer")],
            rename
        ]
    );
    let end = world.get(&path).await.json();
    assert_eq!(end["data"], json!([]));
    assert_eq!(end["links"]["next"], path);
}

#[annai_test]
async fn at_the_head_there_is_nothing_and_postgres_is_not_asked(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let (site, router) = world.another_node();
    site.catch_up().await.unwrap();
    // A query to Postgres now waits for the lock until the test is over.
    let mut tx = world.owner.begin().await.unwrap();
    sqlx::query("LOCK TABLE published_versions, publications, slugs IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *tx)
        .await
        .unwrap();
    let path = format!("/v1/changes?since={}", world.newest());
    let ask = |held: &str| {
        let request = Request::get(&path).header("if-none-match", held);
        send(router.clone(), request.body(Body::empty()).unwrap())
    };
    let answer = tokio::time::timeout(Duration::from_secs(5), ask("\"\""))
        .await
        .unwrap();
    assert_eq!(answer.json()["data"], json!([]));
    assert_eq!(answer.json()["meta"]["token"], world.newest().to_string());
    let again = tokio::time::timeout(Duration::from_secs(5), ask(answer.header("etag"))).await;
    assert_eq!(again.unwrap().status, StatusCode::NOT_MODIFIED);
}

#[annai_test]
async fn a_token_of_another_database_is_over(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    for token in [
        "0-00000000",
        "2-00000000",
        "3-00000000",
        "9223372036854775807-00000000",
    ] {
        for (name, value) in [("x-none", ""), ("accept", "text/event-stream")] {
            let path = format!("/v1/changes?since={token}");
            let answer = world.get_with(&path, name, value).await;
            assert_eq!(answer.status, StatusCode::GONE, "{token}");
            assert_eq!(answer.json()["type"], "/problems/token-expired");
            assert_eq!(answer.json()["restart"], "/v1/changes");
        }
    }
}

/// Lets every task go on until it waits. A clock that stands still moves only when there is nothing left to do.
async fn all_wait() {
    tokio::time::pause();
    tokio::time::sleep(Duration::from_millis(1)).await;
    tokio::time::resume();
}

#[annai_test]
async fn a_reader_that_waits_is_told_at_once(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let (site, router) = world.another_node();
    site.catch_up().await.unwrap();
    let path = |seconds| format!("/v1/changes?since={}&wait={seconds}", world.newest());
    let ask = |path: String| {
        send(
            router.clone(),
            Request::get(path).body(Body::empty()).unwrap(),
        )
    };

    // A second wait must not end early because the first found nothing.
    tokio::time::pause();
    for _ in 0..2 {
        let began = Instant::now();
        let nothing = ask(path(1)).await;
        assert_eq!(nothing.json()["data"], json!([]));
        assert!(began.elapsed() >= Duration::from_secs(1));
    }
    tokio::time::resume();

    let began = Instant::now();
    let waiting = tokio::spawn(ask(path(25)));
    all_wait().await;
    assert!(!waiting.is_finished());
    world
        .publish(&Page {
            title: "新",
            day: 4,
            ..DATA
        })
        .await;
    site.catch_up().await.unwrap();
    let told = waiting.await.unwrap().json();
    assert_eq!(told["data"][0]["slug"], "data_engineer");
    assert_eq!(told["meta"]["token"], world.newest().to_string());
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[annai_test]
async fn a_stream_tells_of_changes_as_they_happen(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let (site, router) = world.another_node();
    site.catch_up().await.unwrap();
    let open = async |since: &str, header: &str, value: String| {
        let request = Request::get(format!("/v1/changes?body=none{since}"))
            .header("accept", "text/event-stream")
            .header(header, value);
        let answer = router
            .clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        answer.into_body().into_data_stream()
    };
    // Reads until an event is whole.
    let next = async |stream: &mut axum::body::BodyDataStream| {
        let mut text = String::new();
        while !text.contains("data: ") || !text.ends_with("\n\n") {
            let chunk = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
            text.push_str(std::str::from_utf8(&chunk.unwrap().unwrap().unwrap()).unwrap());
        }
        text
    };
    let mut stream = open("", "x-none", String::new()).await;
    let first = next(&mut stream).await;
    assert!(first.starts_with(": annai\nretry: 5000\n\n"), "{first}");
    assert!(first.contains(&format!("id: {}\nevent: changes\ndata: {{", world.newest())));
    assert_eq!(first.matches("\"upsert\"").count(), 3);

    let token = world.newest().to_string();
    world.unpublish(&DATA).await;
    site.catch_up().await.unwrap();
    let second = next(&mut stream).await;
    assert!(
        second.starts_with(&format!("id: {}\n", world.newest())),
        "{second}"
    );
    assert!(
        second.contains("\"delete\",\"slug\":\"data_engineer\""),
        "{second}"
    );
    // A resumed stream begins behind its last event; `since` in the address does not count.
    let mut resumed = open(
        &format!("&since={}", world.names[1]),
        "last-event-id",
        token,
    )
    .await;
    assert_eq!(
        next(&mut resumed).await.split_once("id: ").unwrap().1,
        &second[4..]
    );
    let odd = world.get_with("/v1/changes", "last-event-id", "150").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let newest = world.newest().to_string();
    let page = world
        .get_with("/v1/changes", "last-event-id", &newest)
        .await;
    assert_ne!(
        page.json()["data"].as_array().unwrap().len(),
        0,
        "only streams go on from it"
    );
    let request = Request::get("/v1/changes").header("accept", "text/event-stream");
    let odd = world
        .send(
            request
                .header("last-event-id", "150")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(odd.json()["errors"][0]["parameter"], "Last-Event-ID");
}

#[annai_test]
async fn streams_are_bounded_and_a_place_is_free_again_when_its_reader_has_gone(
    connect: PgConnectOptions,
) {
    let world = World::with_three_guides(connect).await;
    let (site, router) = world.another_node();
    site.catch_up().await.unwrap();
    let path = format!("/v1/changes?since={}", world.newest());
    let open = |network: u8| {
        let client = ClientAddress::new([192, 0, 2, network].into());
        let request = Request::get(&path)
            .header("accept", "text/event-stream")
            .extension(client);
        router.clone().oneshot(request.body(Body::empty()).unwrap())
    };
    let mut streams = Vec::new();
    let mut fill = async |network| loop {
        let answer = open(network).await.unwrap();
        if answer.status() != StatusCode::OK {
            break answer;
        }
        streams.push(answer);
        assert!(streams.len() < 1000, "there is no end of them");
    };
    let own = fill(1).await;
    assert_eq!(own.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(own.headers()["retry-after"], "30");
    let mut networks = 2..=u8::MAX;
    let refused = loop {
        let refused = fill(networks.next().unwrap()).await;
        if refused.status() != StatusCode::TOO_MANY_REQUESTS {
            break refused;
        }
    };
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "30");
    drop(streams);
    for _ in 0..500 {
        if open(1).await.unwrap().status() == StatusCode::OK {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the places are not free again after 5 s");
}

#[annai_test]
async fn an_expired_key_gets_nothing_more_from_what_it_opened(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let (site, router) = world.another_closed_node();
    site.catch_up().await.unwrap();
    let token = Token::generate(TokenKind::Reader);
    let ends: String = sqlx::query_scalar("SELECT (now() + interval '4 seconds')::text")
        .fetch_one(&world.owner)
        .await
        .unwrap();
    keys::store(&world, &token, "reader", Some(&ends), None).await;
    let path = format!("/v1/changes?since={}", world.newest());
    let open = |path: &str, accept: &str| {
        let request = Request::get(path)
            .header("authorization", format!("Bearer {}", token.expose()))
            .header("accept", accept);
        send(router.clone(), request.body(Body::empty()).unwrap())
    };
    let stream = tokio::spawn(open(&path, "text/event-stream"));
    let poll = tokio::spawn(open(&format!("{path}&wait=25"), "*/*"));
    sqlx::query("SELECT pg_sleep_until($1::timestamptz)")
        .bind(&ends)
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(!stream.is_finished() && !poll.is_finished());

    world.unpublish(&DATA).await;
    site.catch_up().await.unwrap();

    let told = tokio::time::timeout(Duration::from_secs(30), stream).await;
    let told = told.expect("the stream ends with its key").unwrap();
    assert_eq!(told.status, StatusCode::OK);
    let text = String::from_utf8(told.body).unwrap();
    assert!(!text.contains("data_engineer"), "{text}");
    assert_eq!(poll.await.unwrap().status, StatusCode::UNAUTHORIZED);
}

#[annai_test]
async fn whoever_waits_is_let_go_when_the_program_ends(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let (site, router) = world.another_node();
    site.catch_up().await.unwrap();
    tokio::spawn({
        let site = site.clone();
        async move { site.follow().await }
    });
    let path = format!("/v1/changes?since={}", world.newest());
    let stream = Request::get(&path).header("accept", "text/event-stream");
    let stream = tokio::spawn(send(router.clone(), stream.body(Body::empty()).unwrap()));
    let poll = Request::get(format!("{path}&wait=25"))
        .body(Body::empty())
        .unwrap();
    let poll = tokio::spawn(send(router.clone(), poll));
    all_wait().await;
    assert!(!stream.is_finished() && !poll.is_finished());

    site.leave();

    for waiting in [stream, poll] {
        let answer = tokio::time::timeout(Duration::from_secs(5), waiting).await;
        assert_eq!(answer.unwrap().unwrap().status, StatusCode::OK);
    }
}
