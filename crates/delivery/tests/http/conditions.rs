use annai_test_macros::annai_test;
use axum::body::Body;
use http::{Request, StatusCode};
use sqlx::postgres::PgConnectOptions;

use crate::world::{PLATFORM, SRE, World, get_from};

#[annai_test]
async fn every_form_of_if_none_match_is_understood(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let path = "/v1/guides/platform_engineer";
    let tag = world.get(path).await.header("etag").to_owned();
    let cases = [
        (tag.clone(), 304),
        (format!("W/{tag}"), 304),
        (format!("\"x\", W/\"y\" , {tag}"), 304),
        ("*".to_owned(), 304),
        ("\"x\"".to_owned(), 200),
        (tag.trim_matches('"').to_owned(), 200),
        (String::new(), 200),
    ];
    for (value, status) in cases {
        let answer = world.get_with(path, "if-none-match", &value).await;
        assert_eq!(answer.status.as_u16(), status, "{value}");
        assert_eq!(answer.header("etag"), tag);
        assert_eq!(answer.body.is_empty(), status == 304);
    }
}

#[annai_test]
async fn a_reader_who_wants_another_version_gets_412(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    for path in [
        "/v1/guides/platform_engineer",
        "/v1/guides",
        "/v1/changes",
        "/feed.json",
    ] {
        let tag = world.get(path).await.header("etag").to_owned();
        let cases = [
            (tag.clone(), 200),
            (format!("\"x\", {tag}"), 200),
            ("*".to_owned(), 200),
            ("\"x\"".to_owned(), 412),
            // A weak tag names no bytes.
            (format!("W/{tag}"), 412),
            ("malformed".to_owned(), 412),
        ];
        for (value, status) in cases {
            let answer = world.get_with(path, "if-match", &value).await;
            assert_eq!(answer.status.as_u16(), status, "{path} {value}");
            assert_eq!(answer.header("etag"), tag, "{path} {value}");
        }
    }
    let absent = world
        .get_with("/v1/guides/unknown", "if-match", "\"x\"")
        .await;
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
}

#[annai_test]
async fn what_is_not_modified_is_told_with_what_guides_caches_and_no_more(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let path = "/v1/guides/platform_engineer";
    let whole = world.get(path).await;

    let short = world.get_with(path, "if-none-match", "*").await;

    assert_eq!(short.status, StatusCode::NOT_MODIFIED);
    for name in ["etag", "cache-control", "vary", "content-ref"] {
        assert!(!short.header(name).is_empty(), "{name}");
        assert_eq!(short.header(name), whole.header(name));
    }
    for name in ["surrogate-key", "link", "content-type"] {
        assert!(whole.headers.contains_key(name), "{name}");
        assert!(!short.headers.contains_key(name), "{name}");
    }
}

#[annai_test]
async fn every_representation_has_an_entity_tag_of_its_own(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let mut tags = Vec::new();
    for ending in [
        "",
        ".md",
        ".html",
        ".txt",
        "?body=none",
        "?fields=slug",
        ".md?frontmatter=none",
        ".md?frontmatter=yaml",
        ".md?frontmatter=toml",
        "/related",
    ] {
        let answer = world
            .get(&format!("/v1/guides/platform_engineer{ending}"))
            .await;
        tags.push(answer.header("etag").to_owned());
    }
    let all = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), all);
}

#[annai_test]
async fn a_publication_elsewhere_leaves_bytes_and_entity_tag_alone(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let paths = [
        "/v1/guides/platform_engineer",
        "/v1/guides?slug=platform_engineer",
        "/v1/guides?keyword=DevOps&limit=1",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(world.get(path).await);
    }

    world.publish(&SRE).await;

    for (path, before) in paths.into_iter().zip(before) {
        let after = world.get(path).await;
        assert_eq!(after.body, before.body, "{path}");
        assert_eq!(after.header("etag"), before.header("etag"));
        assert_ne!(after.header("content-ref"), before.header("content-ref"));
    }
}

#[annai_test]
async fn every_address_has_a_head_and_says_what_can_be_done(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    for path in [
        "/v1/guides/sre_engineer/related",
        "/v1/taxonomy",
        "/v1/redirects",
        "/v1/refs",
        "/v1/changes",
        "/v1/export.ndjson",
        "/feed.json",
        "/feed.atom",
        "/sitemap.xml",
    ] {
        let ask = |method: &str| {
            let request = Request::builder().method(method).uri(path);
            world.send(request.body(Body::empty()).unwrap())
        };
        let (get, head) = (ask("GET").await, ask("HEAD").await);
        assert_eq!(
            (head.status, head.body.len()),
            (StatusCode::OK, 0),
            "{path}"
        );
        for name in [
            "etag",
            "content-type",
            "content-length",
            "surrogate-key",
            "cache-control",
        ] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        let options = ask("OPTIONS").await;
        assert_eq!(options.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(options.header("allow"), "GET, HEAD, OPTIONS", "{path}");
        let post = ask("POST").await;
        assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[annai_test]
async fn a_cache_in_front_keeps_for_a_year_only_what_is_purged(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let name = "cdn-cache-control";
    let guide = "/v1/guides/platform_engineer";
    let frozen = format!("/v1/@{}/guides", world.newest());
    assert!(!world.get(guide).await.headers.contains_key(name));

    let purged = world.purged(true).await;
    for path in [
        guide,
        "/v1/guides/platform_engineer.md",
        "/v1/guides?limit=1",
    ] {
        let answer = get_from(purged.clone(), path).await;
        assert_eq!(answer.header(name), "public, max-age=31536000", "{path}");
        assert!(!answer.header("surrogate-key").is_empty(), "{path}");
    }
    for path in [
        &frozen,
        "/v1/refs/current",
        "/v1/openapi.json",
        "/v1/guides/x",
    ] {
        let answer = get_from(purged.clone(), path).await;
        assert!(!answer.headers.contains_key(name), "{path}");
    }
    let closed = get_from(world.purged(false).await, guide).await;
    assert!(
        !closed.headers.contains_key(name),
        "with a key it is private"
    );
}
