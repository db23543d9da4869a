use annai_test_macros::annai_test;
use http::StatusCode;
use sqlx::postgres::PgConnectOptions;

use crate::world::{SCHEMA, World};

fn openapi() -> serde_json::Value {
    let schema = annai_content::Schema::parse(SCHEMA).unwrap();
    annai_delivery::openapi(&schema).unwrap()
}

#[annai_test]
async fn the_description_names_every_address_and_is_served(connect: PgConnectOptions) {
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
        "/v1/guide.css",
    ] {
        assert!(paths.iter().any(|known| *known == path), "{path} {paths:?}");
    }
}

#[annai_test]
async fn the_way_in_is_an_index_for_programs_and_a_page_for_browsers(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let index = world.get("/v1").await;
    assert_eq!(index.status, StatusCode::OK);
    assert_eq!(index.json()["data"]["name"], "職種ガイド");
    assert_eq!(index.json()["links"]["guides"], "/v1/guides");
    let vary: Vec<_> = index.headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["Accept-Encoding", "Accept"]);
    let again = world
        .get_with("/v1", "if-none-match", index.header("etag"))
        .await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(world.get("/v1?x=1").await.status, StatusCode::BAD_REQUEST);

    let accept = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";
    let page = world.get_with("/v1", "accept", accept).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let developers = "https://annai.example.jp/admin/developers";
    assert_eq!(page.header("location"), developers);
    assert_eq!(page.header("cache-control"), "no-store");
}

#[test]
fn everything_the_description_refers_to_is_in_it() {
    let document = openapi();
    let text = document.to_string();
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
    let made = serde_json::to_string_pretty(&openapi()).unwrap();
    assert!(written.trim_end() == made, "run `cargo xtask openapi`");
}

#[annai_test]
async fn the_schema_of_a_guide_has_the_fields_of_the_front_matter(connect: PgConnectOptions) {
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

#[annai_test]
async fn the_served_description_names_the_fields_that_may_be_asked_for(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let document = world.get("/v1/openapi.json").await.json();

    for path in ["/v1/guides", "/v1/@{ref}/guides/{slug}"] {
        for method in ["get", "head"] {
            let parameters = document["paths"][path][method]["parameters"].as_array();
            let parameters = parameters.unwrap().iter();
            let fields = parameters
                .clone()
                .find(|one| one["name"] == "fields")
                .unwrap();
            assert_eq!(fields["explode"], false, "{path}: joined by commas");
            let names = fields["schema"]["items"]["enum"].as_array().unwrap();
            for name in ["title", "hero_image", "slug", "digest"] {
                let times = names.iter().filter(|one| *one == name).count();
                assert_eq!(times, 1, "{path}: {name}");
            }
        }
    }
}

#[test]
fn the_description_has_a_head_beside_every_get_and_says_the_headers() {
    let document = openapi();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{path}: {id} twice");
            let responses = operation["responses"].as_object().unwrap();
            for (status, response) in responses {
                let headers = &response["headers"];
                assert!(headers["X-Request-Id"].is_object(), "{path}: {status}");
                let has_content = response.get("content").is_some();
                assert!(method != "head" || !has_content, "{path}: {status}");
            }
            assert!(
                responses["429"]["headers"]["Retry-After"].is_object(),
                "{path}"
            );
        }
        let get = &item["get"]["responses"];
        assert_eq!(
            item["head"]["responses"]["200"]["headers"], get["200"]["headers"],
            "{path}"
        );
        let is_preview = path.starts_with("/v1/preview/");
        assert!(
            is_preview || get["304"]["headers"]["ETag"].is_object(),
            "{path}"
        );
    }
}

#[test]
fn every_response_is_described_and_every_path_parameter_required() {
    let document = openapi();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let description = response["description"].as_str().unwrap_or_default();
                assert!(!description.is_empty(), "{method} {path} {status}");
            }
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let is_path = parameter["in"] == "path";
                assert!(!is_path || parameter["required"] == true, "{method} {path}");
            }
        }
    }
}
