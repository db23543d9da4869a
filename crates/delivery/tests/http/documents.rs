use http::StatusCode;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::world::World;

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn the_description_names_every_address_and_is_served(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let served = world.get("/v1/openapi.json").await;

    let document = served.json();
    assert_eq!(served.status, StatusCode::OK);
    assert_eq!(document["openapi"], "3.1.0");
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    for path in [
        "/v1/guides",
        "/v1/guides/{slug}",
        "/v1/guides/{slug}.md",
        "/v1/guides/{slug}.html",
        "/v1/guides/{slug}.txt",
        "/v1/@{ref}/guides",
        "/v1/@{ref}/guides/{slug}",
        "/v1/@{ref}/guides/{slug}.md",
        "/v1/@{ref}/guides/{slug}.html",
        "/v1/@{ref}/guides/{slug}.txt",
        "/v1/refs/current",
        "/v1/schemas/guide.json",
        "/v1/openapi.json",
    ] {
        assert!(paths.iter().any(|known| *known == path), "{path} {paths:?}");
    }
}

#[test]
fn everything_the_description_refers_to_is_in_it() {
    let text = annai_delivery::openapi().to_json().unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut references = 0;
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
        references += 1;
    }
    assert!(references > 50, "{references}");
}

#[test]
fn the_description_in_the_repository_is_the_one_that_is_served() {
    let written = include_str!("../../../../docs/openapi-delivery.json");
    let made = annai_delivery::openapi().to_pretty_json().unwrap();
    assert!(written.trim_end() == made, "run `cargo xtask openapi`");
}

#[sqlx::test(migrator = "annai_storage::MIGRATOR")]
async fn the_schema_of_a_guide_has_the_fields_of_the_front_matter(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let answer = world.get("/v1/schemas/guide.json").await;

    let schema = answer.json();
    assert_eq!(answer.header("content-type"), "application/schema+json");
    let fields = schema["properties"]["data"]["properties"]
        .as_object()
        .unwrap();
    for field in [
        "id",
        "slug",
        "title",
        "category",
        "related_jobs",
        "hero_image",
        "extra",
        "body",
    ] {
        assert!(fields.contains_key(field), "{field}");
    }
    assert!(schema["$defs"]["front_matter"]["properties"]["title"].is_object());
}
