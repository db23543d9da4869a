use axum::body::Body;
use http::{Request, StatusCode};
use sqlx::postgres::PgConnectOptions;

use crate::world::{api, send};

#[tokio::test]
async fn without_its_database_delivery_says_when_to_come_back() {
    // No server listens on port 1.
    let away = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(1)
        .username("nobody");
    let (site, router) = api(&away, true);
    assert!(site.catch_up().await.is_err());
    for path in [
        "/v1/guides",
        "/v1/guides/a",
        "/v1/@1-00000000/guides/a",
        "/v1/refs/current",
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = send(router.clone(), request).await;

        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header("retry-after"), "5");
        assert_eq!(answer.json()["type"], "/problems/unavailable");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let request = Request::get("/v1/openapi.json")
        .body(Body::empty())
        .unwrap();
    assert_eq!(send(router, request).await.status, StatusCode::OK);
}
