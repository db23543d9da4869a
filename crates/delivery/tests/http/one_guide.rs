use annai_test_macros::annai_test;
use axum::body::Body;
use http::{Request, StatusCode};
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{PLATFORM, Page, SRE, World};

#[annai_test]
async fn a_guide_is_answered_with_the_stored_bytes(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let stored = world.publish(&PLATFORM).await;

    let answer = world.get("/v1/guides/platform_engineer").await;

    assert_eq!(answer.body, stored);
    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn the_other_forms_of_a_guide(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;

    let source = world.get("/v1/guides/platform_engineer.md").await;
    assert_eq!(source.body, PLATFORM.source().into_bytes());
    assert_snapshot!("source", world.show(&source));
    let body = world
        .get("/v1/guides/platform_engineer.md?frontmatter=none")
        .await;
    assert_snapshot!("source_without_front_matter", world.show(&body));
    let html = world.get("/v1/guides/platform_engineer.html").await;
    assert_snapshot!("html", world.show(&html));
    let text = world.get("/v1/guides/platform_engineer.txt").await;
    assert_snapshot!("text", world.show(&text));
}

#[annai_test]
async fn the_rendered_body_links_a_stylesheet_only_when_asked(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let address = "/v1/guides/platform_engineer.html";
    let fragment = String::from_utf8(world.get(address).await.body).unwrap();
    assert!(!fragment.contains("<link"), "{fragment}");

    let page = world.get(&format!("{address}?stylesheet=link")).await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("content-security-policy"), "sandbox");
    assert_snapshot!("page", world.show(&page));
    let page = String::from_utf8(page.body).unwrap();
    assert!(
        page.contains(&format!("<main>\n{fragment}</main>")),
        "{page}"
    );
    let link = "<link rel=\"stylesheet\" href=\"";
    let (_, linked) = page.split_once(link).unwrap();
    let style = world.get(linked.split_once('"').unwrap().0).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(!style.body.is_empty());
}

#[annai_test]
async fn the_source_can_be_had_with_the_front_matter_of_other_tools(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let mut shown = String::new();
    for dialect in ["yaml-json", "yaml", "toml", "hugo-json"] {
        let path = format!("/v1/guides/platform_engineer.md?frontmatter={dialect}");
        let answer = world.get(&path).await;
        assert_eq!(
            answer.header("content-type"),
            "text/markdown; charset=utf-8"
        );
        shown.push_str(&world.show(&answer));
        shown.push('\n');
        let pinned = world
            .get(&path.replace("/v1", &format!("/v1/@{}", world.newest())))
            .await;
        assert_eq!((pinned.status, pinned.body), (StatusCode::OK, answer.body));
    }
    assert_snapshot!("front_matter_of_other_tools", shown);
}

#[annai_test]
async fn parts_of_a_guide_keep_their_order_and_their_spelling(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let body = async |query: &str| {
        let answer = world
            .get(&format!("/v1/guides/platform_engineer?{query}"))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{}", world.show(&answer));
        let text = String::from_utf8(answer.body).unwrap();
        let (shown, rest) = text.split_once(",\"meta\":{\"ref\":").unwrap();
        assert!(rest.contains("\"links\":{\"self\":"), "{text}");
        shown.to_owned()
    };

    assert_snapshot!(body("fields=title,slug&include=none").await, @r#"{"data":{"slug":"platform_engineer","title":"Platform Engineerとは"}"#);
    assert_snapshot!(body("fields=extra&include=none").await, @r#"{"data":{"extra":{"b":1.5,"a":2}}"#);
    assert_snapshot!(body("fields=slug,body").await, @r#"{"data":{"slug":"platform_engineer","body":{"html":"<h1 id=\"platform-engineerとは\">Platform Engineerとは</h1>\n<p>本文です。</p>\n<h2 id=\"a\">A</h2>\n","toc":[{"depth":2,"slug":"a","text":"A"}]}},"included":{"related":[{"slug":"sre_engineer","title":"SREとは","category":"cloud-infra","thumbnail":null,"meta_description":"説明"}],"related_unresolved":["no_such_guide"]}"#);
    assert_snapshot!(body("fields=slug&body=text,markdown&include=none").await, @r##"{"data":{"slug":"platform_engineer","body":{"markdown":"# Platform Engineerとは\n\n本文です。\n\n## A\n","text":"Platform Engineerとは\n\n本文です。\n\nA"}}"##);
    assert!(!body("body=none").await.contains("\"body\""));
}

#[annai_test]
async fn a_renamed_guide_redirects_from_every_old_slug(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    world
        .publish(&Page {
            slug: "platform_2",
            ..PLATFORM
        })
        .await;
    world
        .publish(&Page {
            slug: "platform_3",
            ..PLATFORM
        })
        .await;

    let first = world
        .get("/v1/guides/platform_engineer.md?frontmatter=none")
        .await;
    let second = world.get("/v1/guides/platform_2?fields=title").await;

    assert_eq!(
        second.header("location"),
        "/v1/guides/platform_3?fields=title"
    );
    assert_snapshot!(world.show(&first));
}

#[annai_test]
async fn a_slug_taken_back_does_not_redirect_in_a_circle(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    world
        .publish(&Page {
            slug: "platform_2",
            ..PLATFORM
        })
        .await;
    world.publish(&PLATFORM).await;

    assert_eq!(
        world.get("/v1/guides/platform_engineer").await.status,
        StatusCode::OK
    );
    let old = world.get("/v1/guides/platform_2").await;
    assert_eq!(old.header("location"), "/v1/guides/platform_engineer");
}

#[annai_test]
async fn a_guide_that_was_taken_down_is_gone(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world.unpublish(&SRE).await;

    let answer = world.get("/v1/guides/sre_engineer").await;

    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn head_says_what_get_says_without_the_body(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    for path in [
        "/v1/guides/platform_engineer",
        "/v1/guides",
        "/v1/refs/current",
    ] {
        let mut get = world.get(path).await;
        let mut head = world
            .send(Request::head(path).body(Body::empty()).unwrap())
            .await;

        assert!(head.body.is_empty());
        get.headers.remove("x-request-id");
        head.headers.remove("x-request-id");
        assert_eq!(
            (head.status, head.headers),
            (get.status, get.headers),
            "{path}"
        );
    }
}

#[annai_test]
async fn every_address_answers_options_and_refuses_to_be_written(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for path in [
        "/v1/guides",
        "/v1/guides/a",
        "/v1/@0-00000000/guides",
        "/v1/refs/current",
    ] {
        let options = world
            .send(Request::options(path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(options.status, StatusCode::NO_CONTENT);
        assert_eq!(options.header("allow"), "GET, HEAD, OPTIONS");
        assert_eq!(options.header("access-control-allow-origin"), "*");
        assert_eq!(
            options.header("access-control-allow-methods"),
            "GET, HEAD, OPTIONS"
        );
        for method in ["POST", "PUT", "PATCH", "DELETE", "BREW"] {
            let request = Request::builder().method(method).uri(path);
            let answer = world.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
            assert_eq!(answer.json()["type"], "/problems/method-not-allowed");
        }
    }
}
