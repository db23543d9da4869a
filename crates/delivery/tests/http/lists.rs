use annai_test_macros::annai_test;
use http::StatusCode;
use insta::assert_snapshot;
use sqlx::postgres::PgConnectOptions;

use crate::world::{DATA, PLATFORM, Page, SRE, World};

#[annai_test]
async fn a_list_has_the_guides_without_their_bodies(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let answer = world.get("/v1/guides").await;
    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn an_empty_site_has_an_empty_list(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let answer = world.get("/v1/guides").await;
    assert_snapshot!(world.show(&answer));
}

#[annai_test]
async fn a_list_can_have_bodies_and_the_cards_of_related_guides(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let path = "/v1/guides?fields=slug&body=html,markdown,text,toc&include=related&limit=2";
    let document = world.get(path).await.json();
    let data = serde_json::to_string(&document["data"]).unwrap();
    assert_snapshot!(data, @r##"[{"slug":"data_engineer","body":{"html":"<h1 id=\"データエンジニアとは\">データエンジニアとは</h1>\n<p>本文です。</p>\n<h2 id=\"a\">A</h2>\n","markdown":"# データエンジニアとは\n\n本文です。\n\n## A\n","text":"データエンジニアとは\n\n本文です。\n\nA","toc":[{"depth":2,"slug":"a","text":"A"}]}},{"slug":"sre_engineer","body":{"html":"<h1 id=\"sreとは\">SREとは</h1>\n<p>本文です。</p>\n<h2 id=\"a\">A</h2>\n","markdown":"# SREとは\n\n本文です。\n\n## A\n","text":"SREとは\n\n本文です。\n\nA","toc":[{"depth":2,"slug":"a","text":"A"}]}}]"##);
    let included = serde_json::to_string(&document["included"]).unwrap();
    assert_snapshot!(included, @r#"{"related":[{"slug":"sre_engineer","title":"SREとは","category":"cloud-infra","thumbnail":null,"meta_description":"説明"}],"related_unresolved":["no_such_guide"]}"#);
}

#[annai_test]
async fn a_guide_must_satisfy_every_filter(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let cases: [(&str, &[&str]); 19] = [
        ("category=data", &["data_engineer"]),
        (
            "category=data&category=cloud-infra&sort=slug",
            &["data_engineer", "platform_engineer", "sre_engineer"],
        ),
        ("category=nothing", &[]),
        (
            "tag=Kubernetes&sort=slug",
            &["platform_engineer", "sre_engineer"],
        ),
        (
            "tag=SQL&tag=Terraform&sort=slug",
            &["data_engineer", "platform_engineer"],
        ),
        ("tag=kubernetes", &[]),
        (
            "tag_all=Kubernetes&tag_all=Terraform",
            &["platform_engineer"],
        ),
        (
            "keyword=DevOps&sort=slug",
            &["data_engineer", "platform_engineer"],
        ),
        (
            "keyword=DevOps&category=cloud-infra",
            &["platform_engineer"],
        ),
        (
            "slug=sre_engineer,no_such,platform_engineer&sort=slug",
            &["platform_engineer", "sre_engineer"],
        ),
        (
            "published_after=2026-01-02T09:00:00Z&sort=slug",
            &["data_engineer", "sre_engineer"],
        ),
        (
            "published_before=2026-01-02T09:00:00Z",
            &["platform_engineer"],
        ),
        (
            "published_after=2026-01-02T18:00:00%2B09:00&published_before=2026-01-03T00:00:00Z",
            &["sre_engineer"],
        ),
        ("updated_after=2026-01-03T00:00:00Z", &["data_engineer"]),
        (
            "sort=-published_at",
            &["data_engineer", "sre_engineer", "platform_engineer"],
        ),
        (
            "sort=published_at",
            &["platform_engineer", "sre_engineer", "data_engineer"],
        ),
        (
            "sort=-first_published_at",
            &["data_engineer", "sre_engineer", "platform_engineer"],
        ),
        ("sort=first_published_at&limit=1", &["platform_engineer"]),
        (
            "sort=title",
            &["platform_engineer", "sre_engineer", "data_engineer"],
        ),
    ];
    for (query, slugs) in cases {
        let answer = world.get(&format!("/v1/guides?{query}")).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{query} {}",
            world.show(&answer)
        );
        assert_eq!(answer.slugs(), slugs, "{query}");
    }
}

#[annai_test]
async fn pages_are_of_one_snapshot_whatever_is_published_meanwhile(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let five = [("g_0", 5), ("g_1", 5), ("g_2", 5), ("g_3", 6), ("g_4", 7)];
    for (guide, (slug, day)) in (0x20..).zip(five) {
        world
            .publish(&Page {
                guide,
                slug,
                day,
                title: "同じ題",
                ..PLATFORM
            })
            .await;
    }
    for (round, sort) in [
        "-published_at",
        "published_at",
        "-first_published_at",
        "first_published_at",
        "-updated_at",
        "slug",
        "title",
    ]
    .into_iter()
    .enumerate()
    {
        let whole = world.get(&format!("/v1/guides?sort={sort}")).await.slugs();
        let mut next = Some(format!(
            "/v1/guides?sort={sort}&limit=2&category=cloud-infra"
        ));
        let mut seen = Vec::new();
        while let Some(path) = next {
            let answer = world.get(&path).await;
            assert_eq!(
                answer.status,
                StatusCode::OK,
                "{path} {}",
                world.show(&answer)
            );
            seen.extend(answer.slugs());
            next = answer.json()["links"]["next"].as_str().map(str::to_owned);
            let day = 10 + u8::try_from(round).unwrap();
            world
                .publish(&Page {
                    guide: 0x24,
                    slug: "g_4",
                    day,
                    ..PLATFORM
                })
                .await;
            world.publish(&Page { day, ..SRE }).await;
            world.unpublish(&Page { day, ..SRE }).await;
        }
        assert_eq!(seen.len(), 5, "{sort}");
        assert_eq!(seen, whole, "{sort}");
    }
}

#[annai_test]
async fn a_cursor_is_good_for_its_own_list_only(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let first = world.get("/v1/guides?limit=1").await.json();
    let cursor = first["meta"]["next_cursor"].as_str().unwrap().to_owned();
    let old = world.newest();

    let other_limit = world
        .get(&format!("/v1/guides?limit=5&cursor={cursor}"))
        .await;
    assert_eq!(other_limit.slugs(), ["sre_engineer", "platform_engineer"]);
    let other_sort = world
        .get(&format!("/v1/guides?sort=slug&cursor={cursor}"))
        .await;
    assert_eq!(other_sort.json()["errors"][0]["code"], "other_list");
    let other_filter = world
        .get(&format!("/v1/guides?tag=SQL&cursor={cursor}"))
        .await;
    assert_eq!(other_filter.json()["errors"][0]["code"], "other_list");

    world
        .publish(&Page {
            title: "新",
            day: 9,
            ..DATA
        })
        .await;
    let later = world
        .get(&format!("/v1/@{}/guides?cursor={cursor}", world.newest()))
        .await;
    assert_eq!(later.json()["errors"][0]["code"], "other_ref");
    let then = world
        .get(&format!("/v1/@{old}/guides?cursor={cursor}"))
        .await;
    assert_eq!(then.slugs(), ["sre_engineer", "platform_engineer"]);
}

#[annai_test]
async fn a_cursor_of_another_database_is_over(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let first = world.get("/v1/guides?limit=1").await.json();
    let cursor = first["meta"]["next_cursor"].as_str().unwrap();
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, cursor);
    let text = String::from_utf8(bytes.unwrap()).unwrap();
    let foreign = text.replace(&world.newest().to_string(), "3-00000000");
    let foreign =
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, foreign);

    let answer = world.get(&format!("/v1/guides?cursor={foreign}")).await;

    assert_eq!(answer.status, StatusCode::GONE);
    assert_eq!(answer.json()["type"], "/problems/cursor-expired");
    assert_eq!(answer.json()["restart"], "/v1/guides");
}

#[annai_test]
async fn a_correction_keeps_the_place_of_a_guide_by_first_publication(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world
        .publish(&Page {
            day: 8,
            title: "改訂",
            ..PLATFORM
        })
        .await;
    let newest = world.get("/v1/guides?sort=-published_at").await;
    assert_eq!(newest.slugs()[0], "platform_engineer");
    for (path, first) in [
        ("/v1/guides?sort=-first_published_at", "data_engineer"),
        ("/v1/guides?sort=first_published_at", "platform_engineer"),
    ] {
        assert_eq!(world.get(path).await.slugs()[0], first, "{path}");
    }
    let feed = world.get("/feed.json").await.json();
    let items = feed["items"].as_array().unwrap();
    let oldest = items.last().unwrap();
    assert_eq!(oldest["title"], "改訂");
    assert_eq!(oldest["date_published"], "2026-01-01T09:00:00Z");
    assert_eq!(oldest["date_modified"], "2026-01-08T09:00:00Z");
}

#[annai_test]
async fn every_list_tells_when_its_bytes_appeared(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    for path in [
        "/v1/guides?slug=sre_engineer",
        "/v1/guides?slug=sre_engineer&fields=slug,updated_at",
        "/v1/guides?slug=sre_engineer&body=html",
    ] {
        let entry = &world.get(path).await.json()["data"][0];
        assert_eq!(entry["updated_at"], "2026-01-02T09:00:00Z", "{path}");
        assert_eq!(entry["slug"], "sre_engineer", "{path}");
    }
    let one = world.get("/v1/guides/sre_engineer?fields=updated_at").await;
    assert_eq!(
        one.json()["data"],
        serde_json::json!({"updated_at": "2026-01-02T09:00:00Z"})
    );
    let whole = world.get("/v1/guides/sre_engineer").await.json();
    assert!(whole["meta"]["updated_at"].is_string(), "{whole}");
    assert_eq!(whole["data"]["updated_at"], serde_json::Value::Null);
}

#[annai_test]
async fn a_negative_limit_is_told_what_is_allowed(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    for (path, allowed) in [
        ("/v1/guides?limit=-1", "1 to 1000"),
        ("/v1/refs?limit=0", "1 to 1000"),
        ("/v1/changes?limit=-9223372036854775808", "1 to 100"),
        ("/v1/search?q=%E8%A8%AD%E8%A8%88&limit=-1", "1 to 50"),
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        let text = answer.json().to_string();
        assert!(text.contains(allowed), "{path}: {text}");
    }
}
