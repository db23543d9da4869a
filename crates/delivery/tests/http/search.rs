use annai_test_macros::annai_test;
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Answer, Page, SRE, World, send};

fn titles(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let data = answer.json()["data"].clone();
    let title = |guide: &Value| guide["title"].as_str().unwrap().to_owned();
    data.as_array().unwrap().iter().map(title).collect()
}

#[annai_test]
async fn a_search_shows_the_site_of_the_ref_that_its_header_names(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let (behind, router) = world.another_node();
    behind.catch_up().await.unwrap();
    let third = world.newest();
    let renamed = Page {
        title: "信頼性の仕事",
        ..SRE
    };
    world.publish(&renamed).await;
    let ask = async |query: &str| {
        let request = Request::get(format!("/v1/search?q={query}"));
        send(router.clone(), request.body(Body::empty()).unwrap()).await
    };

    let answer = ask("SREとは").await;
    assert_eq!(titles(&answer), ["SREとは"]);
    assert_eq!(answer.header("content-ref"), third.to_string());
    assert!(titles(&ask("信頼性").await).is_empty(), "not at this ref");

    behind.catch_up().await.unwrap();
    let answer = ask("信頼性").await;
    assert_eq!(titles(&answer), ["信頼性の仕事"]);
    assert_eq!(answer.header("content-ref"), world.newest().to_string());
    assert!(titles(&ask("SREとは").await).is_empty());
}

#[annai_test]
async fn the_next_page_is_found_however_the_cursor_is_spelt(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    for path in ["/v1/search?q=本文&limit=1", "/v1/guides?limit=1"] {
        let first = world.get(path).await.json();
        let cursor = first["meta"]["next_cursor"].as_str().unwrap();
        let second = world.get(&format!("{path}&%63ursor={cursor}")).await;
        let next = second.json()["links"]["next"].as_str().unwrap().to_owned();

        let third = world.get(&next).await;

        assert_eq!(titles(&third).len(), 1, "{next}");
        assert_eq!(third.json()["links"]["next"], Value::Null);
    }
}
