//! The API's description of itself.

use std::collections::BTreeSet;

use annai_storage::MIGRATOR;
use annai_test_support::TestApp;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

#[sqlx::test(migrator = "MIGRATOR")]
async fn every_operation_is_described_under_a_name_of_its_own(
    _pool: PgPoolOptions,
    connect: PgConnectOptions,
) {
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
