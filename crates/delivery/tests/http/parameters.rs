use annai_test_macros::annai_test;
use http::StatusCode;
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

/// Path and query, the kind of problem, and its first error.
const REFUSED: [(&str, &str, &str); 67] = [
    (
        "/v1/guides?categroy=x",
        "unknown-parameter",
        "categroy: unknown, category?",
    ),
    (
        "/v1/guides?tags=x",
        "unknown-parameter",
        "tags: unknown, tag?",
    ),
    (
        "/v1/guides?zzzzzz=x",
        "unknown-parameter",
        "zzzzzz: unknown",
    ),
    (
        "/v1/guides?min_ref=1",
        "invalid-parameter",
        "min_ref: invalid",
    ),
    (
        "/v1/guides?links_to=A",
        "invalid-parameter",
        "links_to: invalid",
    ),
    (
        "/v1/guides?access_token=annai_r_x",
        "unknown-parameter",
        "access_token: unknown",
    ),
    (
        "/v1/guides?limit=0",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/guides?limit=1001",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/guides?limit=101&body=html",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/guides?limit=101&fields=body",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/guides?limit=1000000000000",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/guides?limit=-1",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/guides?limit=1e3",
        "invalid-parameter",
        "limit: wrong_type",
    ),
    (
        "/v1/guides?limit=",
        "invalid-parameter",
        "limit: wrong_type",
    ),
    (
        "/v1/guides?limit=1&limit=2",
        "invalid-parameter",
        "limit: repeated",
    ),
    (
        "/v1/guides?sort=titel",
        "invalid-parameter",
        "sort: not_one_of, title?",
    ),
    (
        "/v1/guides?sort=-title",
        "invalid-parameter",
        "sort: not_one_of, title?",
    ),
    (
        "/v1/guides?sort=title&sort=slug",
        "invalid-parameter",
        "sort: repeated",
    ),
    (
        "/v1/guides?body=htlm",
        "invalid-parameter",
        "body: not_one_of, html?",
    ),
    ("/v1/guides?body=", "invalid-parameter", "body: not_one_of"),
    (
        "/v1/guides?body=none,html",
        "invalid-parameter",
        "body: not_one_of, none?",
    ),
    (
        "/v1/guides?include=all",
        "invalid-parameter",
        "include: not_one_of",
    ),
    (
        "/v1/guides?fields=titel",
        "invalid-parameter",
        "fields: not_one_of, title?",
    ),
    ("/v1/guides?fields=", "invalid-parameter", "fields: invalid"),
    (
        "/v1/guides?fields=slug,,title",
        "invalid-parameter",
        "fields: invalid",
    ),
    ("/v1/guides?slug=A", "invalid-parameter", "slug: invalid"),
    (
        "/v1/guides?slug=a&slug=b",
        "invalid-parameter",
        "slug: repeated",
    ),
    (
        "/v1/guides?category=",
        "invalid-parameter",
        "category: invalid",
    ),
    ("/v1/guides?tag=a%00b", "invalid-parameter", "tag: invalid"),
    (
        "/v1/guides?tag=%ff",
        "invalid-parameter",
        "tag: bad_encoding",
    ),
    (
        "/v1/guides?tag=%2",
        "invalid-parameter",
        "tag: bad_encoding",
    ),
    (
        "/v1/guides?published_after=yesterday",
        "invalid-parameter",
        "published_after: invalid",
    ),
    (
        "/v1/guides?published_after=2026-01-01",
        "invalid-parameter",
        "published_after: invalid",
    ),
    (
        "/v1/guides?updated_after=-009998-01-01T00:00:00Z",
        "invalid-parameter",
        "updated_after: out_of_range",
    ),
    (
        "/v1/guides?cursor=x",
        "invalid-parameter",
        "cursor: malformed",
    ),
    (
        "/v1/guides?cursor=",
        "invalid-parameter",
        "cursor: malformed",
    ),
    (
        "/v1/guides?cursor=e30",
        "invalid-parameter",
        "cursor: malformed",
    ),
    (
        "/v1/guides/a?body=htlm",
        "invalid-parameter",
        "body: not_one_of, html?",
    ),
    (
        "/v1/guides/a?limit=1",
        "unknown-parameter",
        "limit: unknown",
    ),
    (
        "/v1/guides/a?feilds=slug",
        "unknown-parameter",
        "feilds: unknown, fields?",
    ),
    (
        "/v1/guides/a.md?frontmatter=yml",
        "invalid-parameter",
        "frontmatter: not_one_of, yaml?",
    ),
    (
        "/v1/guides/a.md?fields=slug",
        "unknown-parameter",
        "fields: unknown",
    ),
    (
        "/v1/guides/a.html?fields=slug",
        "unknown-parameter",
        "fields: unknown",
    ),
    (
        "/v1/guides/a.html?stylesheet=yes",
        "invalid-parameter",
        "stylesheet: not_one_of",
    ),
    ("/v1/guide.css?x=1", "unknown-parameter", "x: unknown"),
    ("/v1/guides/a.txt?x", "unknown-parameter", "x: unknown"),
    ("/v1/refs/current?x=1", "unknown-parameter", "x: unknown"),
    ("/v1/openapi.json?x=1", "unknown-parameter", "x: unknown"),
    (
        "/v1/schemas/guide.json?x=1",
        "unknown-parameter",
        "x: unknown",
    ),
    (
        "/v1/guides/a/related?limit=1",
        "unknown-parameter",
        "limit: unknown",
    ),
    (
        "/v1/guides/a/related?min_ref=1",
        "invalid-parameter",
        "min_ref: invalid",
    ),
    ("/v1/taxonomy?x=1", "unknown-parameter", "x: unknown"),
    ("/v1/redirects?x=1", "unknown-parameter", "x: unknown"),
    ("/v1/export.ndjson?x=1", "unknown-parameter", "x: unknown"),
    ("/feed.json?x=1", "unknown-parameter", "x: unknown"),
    ("/feed.atom?x=1", "unknown-parameter", "x: unknown"),
    (
        "/sitemap.xml?page=0",
        "invalid-parameter",
        "page: out_of_range",
    ),
    (
        "/sitemap.xml?pages=1",
        "unknown-parameter",
        "pages: unknown, page?",
    ),
    (
        "/v1/refs?limit=0",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/refs?limit=1001",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    ("/v1/refs?cursor=x", "invalid-parameter", "cursor: invalid"),
    ("/v1/changes?since=5", "invalid-parameter", "since: invalid"),
    (
        "/v1/changes?sinse=x",
        "unknown-parameter",
        "sinse: unknown, since?",
    ),
    (
        "/v1/changes?limit=101",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/changes?limit=1001&body=none",
        "invalid-parameter",
        "limit: out_of_range",
    ),
    (
        "/v1/changes?wait=26",
        "invalid-parameter",
        "wait: out_of_range",
    ),
    (
        "/v1/changes?body=html",
        "invalid-parameter",
        "body: not_one_of",
    ),
];

#[annai_test]
async fn what_is_wrong_or_unknown_is_refused_by_name(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for (path, kind, says) in REFUSED {
        let answer = world.get(path).await;

        let problem = answer.json();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {problem}");
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{path}");
        let error = &problem["errors"][0];
        let suggestion = error["suggestion"].as_str();
        let said = format!(
            "{}: {}{}",
            error["parameter"].as_str().unwrap(),
            error["code"].as_str().unwrap(),
            suggestion
                .map(|word| format!(", {word}?"))
                .unwrap_or_default()
        );
        assert_eq!(said, says, "{path} {problem}");
    }
}

#[annai_test]
async fn a_refusal_is_a_problem_document(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let answer = world.get("/v1/guides?categroy=data").await;
    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn hostile_addresses_name_nothing(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for path in [
        "/v1/",
        "/v1/guide",
        "/v1/guides/",
        "/v1/guides/a%2Fb",
        "/v1/guides/..%2f..%2fetc%2fpasswd",
        "/v1/guides/%00",
        "/v1/guides/%ff",
        "/v1/guides/a%27--",
        "/v1/guides/Platform",
        "/v1/guides/a.json",
        "/v1/@/guides",
        "/v1/@latest/guides",
        "/v1/@01-00000000/guides",
        "/v1/@99999999999999999999-00000000/guides",
        "/v1/refs/1",
        "/v1/refs/current/x",
        "/v1/guides/A/related",
        "/v1/guides/a.md/related",
        "/v1/export.json",
    ] {
        let answer = world.get(path).await;
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{path} {}",
            world.show(&answer)
        );
        assert_eq!(answer.json()["type"], "/problems/not-found", "{path}");
    }
}
