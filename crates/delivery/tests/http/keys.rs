use annai_domain::token::{Token, TokenKind};
use annai_test_macros::annai_test;
use axum::body::Body;
use http::{Request, StatusCode};
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;
use uuid::Uuid;

use crate::world::{Answer, PLATFORM, World, send};

const PATH: &str = "/v1/guides/platform_engineer";

async fn world_with_a_guide(connect: PgConnectOptions) -> World {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    world
}

/// Stores the key like `create_key`: `over` and `revoked` are SQL instants.
pub(crate) async fn store(
    world: &World,
    token: &Token,
    scope: &str,
    over: Option<&str>,
    revoked: Option<&str>,
) {
    sqlx::query(
        "INSERT INTO api_keys (api_key_id, name, scope, key_hash, hint, created_by, created_at,
                               expires_at, revoked_at)
         VALUES (gen_random_uuid(), 'site', $1, $2, '…', $3, '2020-01-01Z', $4::timestamptz, $5::timestamptz)",
    )
    .bind(scope)
    .bind(token.hash().as_slice())
    .bind(Uuid::from_u128(1))
    .bind(over)
    .bind(revoked)
    .execute(&world.owner)
    .await
    .unwrap();
}

async fn ask(world: &World, authorization: Option<&str>) -> Answer {
    let mut request = Request::get(PATH);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    send(world.closed().await, request.body(Body::empty()).unwrap()).await
}

#[annai_test]
async fn a_valid_key_opens_a_closed_site(connect: PgConnectOptions) {
    let world = world_with_a_guide(connect).await;
    let (reader, preview) = (
        Token::generate(TokenKind::Reader),
        Token::generate(TokenKind::Preview),
    );
    store(&world, &reader, "reader", None, None).await;
    store(&world, &preview, "preview", Some("2999-01-01Z"), None).await;

    for token in [&reader, &preview] {
        let answer = ask(&world, Some(&format!("Bearer {}", token.expose()))).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(
            answer.header("cache-control").starts_with("private, "),
            "{answer:?}"
        );
    }
    let answer = ask(&world, Some(&format!("bearer {}", reader.expose()))).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[annai_test]
async fn every_key_that_does_not_open_gets_the_same_answer(connect: PgConnectOptions) {
    let world = world_with_a_guide(connect).await;
    let [over, revoked, unknown, mislabelled] =
        std::array::from_fn(|_| Token::generate(TokenKind::Reader));
    store(&world, &over, "reader", Some("2020-01-02Z"), None).await;
    store(&world, &revoked, "reader", None, Some("2020-01-02Z")).await;
    store(&world, &mislabelled, "preview", None, None).await;
    let setup = Token::generate(TokenKind::Setup);
    let refused = [
        format!("Bearer {}", over.expose()),
        format!("Bearer {}", revoked.expose()),
        format!("Bearer {}", unknown.expose()),
        format!("Bearer {}", mislabelled.expose()),
        format!("Bearer {}", setup.expose()),
        format!("Basic {}", unknown.expose()),
        "Bearer annai_r_short".to_owned(),
        "Bearer".to_owned(),
        String::new(),
    ];

    let first = ask(&world, Some(&refused[0])).await;

    assert_snapshot!(world.show(&first));
    for value in &refused {
        let answer = ask(&world, Some(value)).await;
        assert_eq!(world.show(&answer), world.show(&first), "{value}");
        // A wrong key is refused even where reading needs no key.
        let open = world.get_with(PATH, "authorization", value).await;
        assert_eq!(open.status, StatusCode::UNAUTHORIZED, "{value}");
    }
}

#[annai_test]
async fn a_closed_site_tells_nothing_without_a_key(connect: PgConnectOptions) {
    let world = world_with_a_guide(connect).await;
    let token = Token::generate(TokenKind::Reader);
    store(&world, &token, "reader", None, None).await;
    let in_query = format!("{PATH}?access_token={}", token.expose());
    for path in [
        PATH,
        "/v1/guides",
        "/v1/guides/nobody",
        "/v1/refs/current",
        "/v1/x",
        "/v1/guides?zzz=1",
        &in_query,
    ] {
        let answer = send(
            world.closed().await,
            Request::get(path).body(Body::empty()).unwrap(),
        )
        .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"annai\"");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let preflight = Request::options(PATH).body(Body::empty()).unwrap();
    assert_eq!(
        send(world.closed().await, preflight).await.status,
        StatusCode::NO_CONTENT
    );
}
