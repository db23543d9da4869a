//! The API's description of itself.

use std::collections::BTreeSet;

use annai_test_macros::annai_test;
use annai_test_support::TestApp;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn every_operation_is_described_under_a_name_of_its_own(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let answer = app.anonymous().get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, 200, "{answer}");
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(
                name.contains('_') && names.insert(name.to_owned()),
                "{method} {path}: {name}"
            );
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(!summary.is_empty(), "{method} {path} has no summary");
        }
    }
    insta::assert_snapshot!(names.into_iter().collect::<Vec<_>>().join("\n"));
}

#[annai_test]
async fn a_client_can_be_made_from_the_description(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let document = app.anonymous().get("/api/v1/openapi.json").await.json();
    for part in document.to_string().split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
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
