//! Published documents against the description of the API.

use annai_content::Schema;
use annai_test_macros::annai_test;
use http::StatusCode;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

use crate::world::{DATA, Page, SCHEMA, SRE, World};

/// A sent document, and its schema in the description.
struct Sent {
    address: String,
    document: Value,
    schema: Value,
}

/// The requested addresses by the path of their operation.
const ADDRESSES: [(&str, &[&str]); 15] = [
    ("/v1", &["/v1"]),
    (
        "/v1/guides",
        &[
            "/v1/guides",
            "/v1/guides?limit=1",
            "/v1/guides?include=related&body=html,markdown,text,toc",
            "/v1/guides?fields=title&tag=nothing",
            "/v1/guides?fields=title",
            "/v1/guides?fields=slug,body&body=text",
        ],
    ),
    ("/v1/@{ref}/guides", &["/v1/@{ref}/guides"]),
    (
        "/v1/guides/{slug}",
        &[
            "/v1/guides/platform_engineer",
            "/v1/guides/platform_engineer?fields=title&include=none",
            "/v1/guides/platform_engineer?fields=slug,extra",
            "/v1/guides/data_engineer?body=markdown",
        ],
    ),
    (
        "/v1/@{ref}/guides/{slug}",
        &["/v1/@{ref}/guides/platform_engineer"],
    ),
    (
        "/v1/guides/{slug}/related",
        &[
            "/v1/guides/platform_engineer/related",
            "/v1/guides/data_engineer/related",
        ],
    ),
    (
        "/v1/@{ref}/guides/{slug}/related",
        &["/v1/@{ref}/guides/platform_engineer/related"],
    ),
    (
        "/v1/search",
        &[
            "/v1/search?q=Engineer",
            "/v1/search?q=%E6%9C%AC%E6%96%87&limit=1",
            "/v1/search?q=nothing",
        ],
    ),
    ("/v1/taxonomy", &["/v1/taxonomy"]),
    ("/v1/redirects", &["/v1/redirects"]),
    (
        "/v1/changes",
        &["/v1/changes", "/v1/changes?body=none&limit=1"],
    ),
    ("/v1/refs", &["/v1/refs", "/v1/refs?limit=1"]),
    ("/v1/refs/current", &["/v1/refs/current"]),
    ("/v1/refs/{ref}", &["/v1/refs/{ref}", "/v1/refs/{empty}"]),
    ("/v1/export.ndjson", &["/v1/export.ndjson"]),
];

/// Makes a site with a renaming, an unpublication and an expiry.
async fn world(connect: PgConnectOptions) -> World {
    let mut world = World::with_three_guides(connect).await;
    let renamed = Page {
        slug: "sre",
        day: 4,
        ..SRE
    };
    world.publish(&renamed).await;
    for (number, slug) in [(0x20, "taken_down"), (0x21, "over")] {
        let page = Page {
            guide: number,
            slug,
            day: 5,
            ..DATA
        };
        world.publish(&page).await;
        let action = if slug == "over" {
            "expire"
        } else {
            "unpublish"
        };
        world.take_down(&page, action).await;
    }
    world
}

async fn sent(world: &World, description: &Value) -> Vec<Sent> {
    let mut all = vec![older(world).await];
    for (path, addresses) in ADDRESSES {
        for address in addresses {
            let address = address
                .replace("{ref}", &world.newest().to_string())
                .replace("{empty}", &world.names[0].to_string());
            let answer = world.get(&address).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", world.show(&answer));
            let content = &description["paths"][path]["get"]["responses"]["200"]["content"];
            let (kind, content) = content.as_object().unwrap().iter().next().unwrap();
            let text = String::from_utf8(answer.body).unwrap();
            let documents: Vec<&str> = if kind == "application/x-ndjson" {
                text.lines().collect()
            } else {
                vec![&text]
            };
            all.extend(documents.into_iter().map(|document| Sent {
                address: address.clone(),
                document: serde_json::from_str(document).unwrap(),
                schema: content["schema"].clone(),
            }));
        }
    }
    all
}

/// Returns a document as it was published before documents told their time.
async fn older(world: &World) -> Sent {
    let slugs = world.get("/v1/guides?limit=1").await.slugs();
    let address = format!("/v1/guides/{}", slugs[0]);
    let mut document = world.get(&address).await.json();
    let meta = document["meta"].as_object_mut().unwrap();
    meta.remove("updated_at").unwrap();
    Sent {
        address,
        document,
        schema: json!({"$ref": "#/components/schemas/GuideDocument"}),
    }
}

/// Validates all documents at once, each against its schema.
fn errors(sent: &[Sent], components: &Value) -> Vec<String> {
    let schemas: Value = sent.iter().map(|sent| sent.schema.clone()).collect();
    let documents: Value = sent.iter().map(|sent| sent.document.clone()).collect();
    let validator = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&json!({"prefixItems": schemas, "components": components}))
        .unwrap();
    let errors = validator.iter_errors(&documents);
    let describe = |error: jsonschema::ValidationError<'_>| {
        let place = error.instance_path().to_string();
        let number = place.split('/').nth(1).and_then(|at| at.parse().ok());
        let sent: &Sent = &sent[number.unwrap_or(0)];
        format!("{} {place}: {error}", sent.address)
    };
    errors.map(describe).collect()
}

/// Closes every object that names its members.
fn closed(part: &Value) -> Value {
    match part {
        Value::Object(members) => {
            let mut members: serde_json::Map<_, _> = members
                .iter()
                .map(|(name, value)| (name.clone(), closed(value)))
                .collect();
            if members.contains_key("properties") && !members.contains_key("additionalProperties") {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            Value::Object(members)
        }
        Value::Array(items) => items.iter().map(closed).collect(),
        other => other.clone(),
    }
}

#[annai_test]
async fn every_published_document_is_as_described(connect: PgConnectOptions) {
    let world = world(connect).await;
    let description = world.get("/v1/openapi.json").await.json();
    let components = closed(&description["components"]);
    let sent = sent(&world, &description).await;

    let errors = errors(&sent, &components);

    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_document_that_has_a_schema_is_tried() {
    let schema = Schema::parse(SCHEMA).unwrap();
    let description = annai_delivery::openapi(&schema).unwrap();
    for (path, item) in description["paths"].as_object().unwrap() {
        let content = &item["get"]["responses"]["200"]["content"];
        let text = content.to_string();
        let is_tried = ADDRESSES.iter().any(|(tried, _)| tried == path);
        let is_preview = path.starts_with("/v1/preview/"); // the editors' side tries them
        assert!(
            is_tried || is_preview || !text.contains("#/components/schemas/"),
            "{path} {text}"
        );
    }
}

#[annai_test]
async fn a_member_that_is_always_there_is_required(connect: PgConnectOptions) {
    let world = world(connect).await;
    let description = world.get("/v1/openapi.json").await.json();
    let sent = sent(&world, &description).await;
    let schema = Schema::parse(SCHEMA).unwrap();
    let mut wrong = Vec::new();
    for (pointer, name) in optional_members(&description["components"], &schema) {
        let mut components = description["components"].clone();
        let object = components.pointer_mut(&pointer).unwrap();
        let required = object["required"].as_array().cloned().unwrap_or_default();
        object["required"] = required.into_iter().chain([json!(name)]).collect();
        if errors(&sent, &components).is_empty() {
            wrong.push(format!("{pointer}: {name}"));
        }
    }
    assert!(wrong.is_empty(), "always there: {wrong:#?}");
}

/// Lists the optional members of all objects, with the pointers of the objects.
fn optional_members(components: &Value, schema: &Schema) -> Vec<(String, String)> {
    let mut optional = Vec::new();
    for (component, described) in components["schemas"].as_object().unwrap() {
        let variants = described["oneOf"].as_array().into_iter().flatten();
        let variants = variants.enumerate();
        let variants = variants.map(|(at, variant)| (format!("/oneOf/{at}"), variant));
        for (place, object) in [(String::new(), described)].into_iter().chain(variants) {
            let required = object["required"].as_array().cloned().unwrap_or_default();
            let members = object["properties"].as_object().into_iter().flatten();
            for (name, _) in members {
                // Guides of an earlier schema may lack a field of today's.
                let is_field = component == "Guide" && schema.field(name).is_some();
                // None is sent here: the editors' side sends drafts.
                let is_elsewhere =
                    component.starts_with("Problem") || component.starts_with("Draft");
                if !is_field && !is_elsewhere && !required.contains(&json!(name)) {
                    optional.push((format!("/schemas/{component}{place}"), name.clone()));
                }
            }
        }
    }
    optional
}
