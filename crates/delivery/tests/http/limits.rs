use std::num::NonZeroU32;

use annai_delivery::RateLimits;
use annai_domain::token::{Token, TokenKind};
use annai_test_macros::annai_test;
use annai_web::ClientAddress;
use axum::body::Body;
use http::{Request, StatusCode};
use sqlx::postgres::PgConnectOptions;

use crate::keys::store;
use crate::world::{Answer, Node, PLATFORM, World, send};

const PATH: &str = "/v1/guides/platform_engineer";

fn limits(per_key: Option<u32>, per_address: Option<u32>) -> RateLimits {
    RateLimits {
        per_key: per_key.and_then(NonZeroU32::new),
        per_address: per_address.and_then(NonZeroU32::new),
    }
}

/// Sends a request from that address, with or without a key.
async fn ask(api: &Node, address: &str, key: Option<&Token>) -> Answer {
    let address: ClientAddress = address.parse().unwrap();
    let mut request = Request::get(PATH).extension(address);
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {}", key.expose()));
    }
    send(api.clone(), request.body(Body::empty()).unwrap()).await
}

#[annai_test]
async fn a_network_that_asks_too_often_is_told_when_to_come_back(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let api = world.limited(limits(None, Some(3))).await;

    for remaining in ["2", "1", "0"] {
        let answer = ask(&api, "2001:db8::1", None).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("ratelimit-policy"), "\"address\";q=3;w=60");
        let left = answer.header("ratelimit").to_owned();
        assert!(
            left.starts_with(&format!("\"address\";r={remaining};t=")),
            "{left}"
        );
    }
    let refused = ask(&api, "2001:db8::ffff", None).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.json()["type"], "/problems/rate-limited");
    assert_eq!(refused.header("cache-control"), "no-store");
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!(
        (1..=20).contains(&wait),
        "one comes back every 20 s: {wait}"
    );
    assert_eq!(
        refused.header("ratelimit"),
        format!("\"address\";r=0;t={wait}")
    );

    let elsewhere = ask(&api, "2001:db8:0:1::1", None).await;
    assert_eq!(elsewhere.status, StatusCode::OK, "another /64");
    assert_eq!(ask(&api, "192.0.2.1", None).await.status, StatusCode::OK);
}

#[annai_test]
async fn a_key_has_a_quota_of_its_own_wherever_it_comes_from(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let [busy, other] = std::array::from_fn(|_| Token::generate(TokenKind::Reader));
    store(&world, &busy, "reader", None, None).await;
    store(&world, &other, "reader", None, None).await;
    let api = world.limited(limits(Some(4), Some(3))).await;

    for host in 1..=4 {
        let answer = ask(&api, &format!("192.0.2.{host}"), Some(&busy)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("ratelimit-policy"), "\"key\";q=4;w=60");
    }
    let refused = ask(&api, "192.0.2.9", Some(&busy)).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.header("ratelimit").starts_with("\"key\";r=0;t="));
    assert_eq!(
        ask(&api, "192.0.2.9", Some(&other)).await.status,
        StatusCode::OK
    );

    // A request with a known key does not count for its address, and other keys keep their quota.
    for _ in 0..3 {
        let answer = ask(&api, "192.0.2.9", Some(&other)).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[annai_test]
async fn guessing_keys_counts_for_the_network(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let api = world.limited(limits(None, Some(3))).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let guess = Token::generate(TokenKind::Reader);
        let answer = ask(&api, "192.0.2.1", Some(&guess)).await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 429]);
}

#[annai_test]
async fn without_a_limit_there_are_no_headers_of_one(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let api = world.limited(RateLimits::default()).await;
    for _ in 0..50 {
        let answer = ask(&api, "192.0.2.1", None).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(!answer.headers.contains_key("ratelimit"));
    }
}
