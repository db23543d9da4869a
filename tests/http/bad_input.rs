//! Bodies and parameters that are invalid.

use annai_test_macros::annai_test;
use annai_test_support::{TestApp, guide_source};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn a_body_that_cannot_be_read_is_refused_with_its_place(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let post = |body: &str| editor.post("/api/v1/guides").body("application/json", body);

    let malformed = post("{\"source\": \"x\",\n}").await;
    assert_eq!(
        (malformed.status, malformed.problem().as_str()),
        (400, "malformed-body")
    );
    assert_eq!(malformed.json()["errors"][0]["line"], 2, "{malformed}");

    let repeated = post("{\"source\": \"x\", \"source\": \"y\"}").await;
    assert_eq!(repeated.status, 400, "{repeated}");

    let unknown = post("{\"source\": \"x\", \"messages\": \"\"}").await;
    assert_eq!(
        (unknown.status, unknown.problem().as_str()),
        (422, "validation")
    );
    assert_eq!(
        unknown.json()["errors"][0]["suggestion"],
        "message",
        "{unknown}"
    );

    let missing = post("{}").await;
    assert_eq!(
        (missing.status, missing.problem().as_str()),
        (422, "validation"),
        "{missing}"
    );
}

#[annai_test]
async fn what_is_too_large_is_refused(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let limit = 512 * 1024;
    let short = guide_source("first", "記事", "");
    let source = |bytes: usize| format!("{short}{}", "a".repeat(bytes - short.len()));
    let post = |source: String| {
        editor
            .post("/api/v1/guides")
            .json(&json!({ "source": source }))
    };

    let fits = post(source(limit)).await;
    assert_eq!(fits.status, 201, "{fits}");
    let large = post(source(limit + 1)).await;
    assert_eq!(
        (large.status, large.problem().as_str()),
        (413, "payload-too-large")
    );
    let huge = post("a".repeat(1024 * 1024)).await;
    assert_eq!(
        (huge.status, huge.problem().as_str()),
        (413, "payload-too-large")
    );

    let guide = fits.string("/guide_id");
    let large = json!({ "source": source(limit + 1) });
    let save = editor.post(format!("/api/v1/guides/{guide}/revisions"));
    assert_eq!(
        save.if_match(fits.string("/revision_id"))
            .json(&large)
            .await
            .status,
        413
    );
    assert_eq!(
        editor.post("/api/v1/preview").json(&large).await.status,
        413
    );
    let copy = json!({
        "base_revision_id": fits.string("/revision_id"), "sequence": 1, "source": source(limit + 1),
    });
    let copy = editor
        .put(format!("/api/v1/guides/{guide}/working-copy"))
        .json(&copy)
        .await;
    assert_eq!(copy.status, 413, "{copy}");
}

#[annai_test]
async fn an_unknown_parameter_is_refused_with_a_suggestion(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let unknown = editor.get("/api/v1/guides?statsu=draft").await;
    assert_eq!(
        (unknown.status, unknown.problem().as_str()),
        (400, "unknown-parameter")
    );
    assert_eq!(unknown.string("/suggestion"), "status");
    for query in [
        "limit=0",
        "limit=201",
        "offset=-1",
        "status=great",
        "sort=random",
        "owner_id=me",
    ] {
        let odd = editor.get(format!("/api/v1/guides?{query}")).await;
        assert_eq!(
            (odd.status, odd.problem().as_str()),
            (400, "invalid-parameter"),
            "{query}"
        );
    }
    let long = editor
        .get(format!("/api/v1/guides?q={}", "a".repeat(201)))
        .await;
    assert_eq!(long.status, 400, "{long}");
}

#[annai_test]
async fn what_is_not_there_is_a_problem_too(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    for path in [
        "/api/v1/guides/nonsense",
        "/api/v1/guides/018f0000-0000-7000-8000-000000000000",
        "/api/v1/nothing",
        "/api/v1/guides/018f0000-0000-7000-8000-000000000000/revisions/nonsense",
    ] {
        let missing = editor.get(path).await;
        assert_eq!(
            (missing.status, missing.problem().as_str()),
            (404, "not-found"),
            "{path}"
        );
    }
    let method = editor.put("/api/v1/guides").json(&json!({})).await;
    assert_eq!(
        (method.status, method.problem().as_str()),
        (405, "method-not-allowed")
    );
    assert_eq!(method.header("allow"), "GET,HEAD,POST");
}

#[annai_test]
async fn a_text_that_readers_must_not_get_is_refused_at_submission(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, editor) = app.editor().await;
    let source = "---json\n{\n  \"title\": \"\",\n  \"slug\": \"first\",\n  \"category\": \"nowhere\"\n}\n---\n# 題\n";
    let created = editor
        .post("/api/v1/guides")
        .json(&json!({ "source": source }))
        .await;
    assert_eq!(created.status, 201, "{created}");
    let submit = format!("/api/v1/guides/{}/submit", created.string("/guide_id"));
    let body = json!({ "revision_id": created.string("/revision_id") });

    let refused = editor.post(submit).json(&body).await;

    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (422, "validation"),
        "{refused}"
    );
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    for field in ["title", "category"] {
        let error = errors.iter().find(|error| error["field"] == field);
        let error = error.unwrap_or_else(|| panic!("nothing about {field}: {refused}"));
        assert!(error["line"].is_u64(), "{refused}");
    }
}

/// An id that does not exist.
const SOME_ID: &str = "018f0000-0000-7000-8000-000000000000";

#[annai_test]
async fn no_operation_takes_a_parameter_that_it_does_not_know(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let document = admin.get("/api/v1/openapi.json").await.json();
    let mut wrong = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let parts = path
            .split('/')
            .map(|part| if part.starts_with('{') { SOME_ID } else { part });
        let path = format!("{}?surprise=1", parts.collect::<Vec<_>>().join("/"));
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase().parse().unwrap();
            let answer = admin.call(method, &path).json(&json!({})).await;
            if answer.status != 400 || answer.problem() != "unknown-parameter" {
                wrong.push(format!("{path}: {answer}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let description = admin.get("/api/v1/openapi.json?surprise=1").await;
    assert_eq!(description.problem(), "unknown-parameter");
    let stranger = app.anonymous().get("/api/v1/users?surprise=1").await;
    assert_eq!(stranger.status, 401, "who asks comes first");
}
