//! Memory and Postgres give the same answers. A node works on without Postgres and never goes back.

use std::time::Duration;

use annai_delivery::{Site, SiteFileError};
use annai_test_macros::annai_test;
use axum::body::Body;
use http::{Request, StatusCode};
use sqlx::postgres::PgConnectOptions;

use crate::world::{Answer, DATA, Node, PLATFORM, Page, SRE, World, api, send};

async fn get(router: &Node, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).unwrap();
    send(router.clone(), request).await
}

/// Lists with every order and filter, for memory and for the ledger.
const LISTS: [&str; 22] = [
    "",
    "sort=published_at",
    "sort=first_published_at",
    "sort=-first_published_at&limit=2",
    "sort=-updated_at",
    "sort=slug",
    "sort=title",
    "sort=title&limit=1",
    "category=cloud-infra",
    "category=cloud-infra&category=data&sort=slug",
    "category=nothing",
    "tag=Kubernetes&tag=SQL",
    "tag_all=Kubernetes&tag_all=Terraform",
    "keyword=DevOps&sort=slug",
    "slug=sre_engineer,data_engineer",
    "links_to=sre_engineer&category=data",
    "links_to=nobody",
    "links_to=data_2&sort=slug",
    "links_to=data_engineer&sort=slug",
    "published_after=2026-01-02T09:00:00Z",
    "published_before=2026-01-03T09:00:00Z&include=related",
    "updated_after=2026-01-03T00:00:00Z&body=html,text,markdown",
];

#[annai_test]
async fn lists_from_memory_are_those_of_the_ledger(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world
        .publish(&Page {
            day: 4,
            title: "改訂",
            ..PLATFORM
        })
        .await;
    world
        .publish(&Page {
            slug: "data_2",
            day: 5,
            ..DATA
        })
        .await;
    world.unpublish(&SRE).await;
    world.publish(&Page { day: 6, ..SRE }).await;
    let mut from_memory = Vec::new();
    for query in LISTS {
        from_memory.push(pages(&world, &format!("/v1/guides?{query}")).await);
    }
    let then = world.newest();
    // From here on that site is older, so it is read from the ledger.
    world
        .publish(&Page {
            slug: "other",
            guide: 0x99,
            day: 7,
            ..DATA
        })
        .await;

    for (query, from_memory) in LISTS.iter().zip(from_memory) {
        let from_ledger = pages(&world, &format!("/v1/@{then}/guides?{query}")).await;
        assert_eq!(from_memory, from_ledger, "{query}");
        assert!(!from_memory.is_empty());
    }
}

/// Reads the bodies of a list, page by page.
async fn pages(world: &World, path: &str) -> Vec<String> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = world.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let link = answer.json()["links"]["next"].clone();
        next = link.as_str().map(str::to_owned);
        pages.push(String::from_utf8(answer.body).unwrap());
    }
    pages
}

#[annai_test]
async fn a_node_that_follows_ends_where_one_that_starts_does(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (follower, follows) = world.another_node();
    follower.catch_up().await.unwrap();
    let acts: [(bool, Page); 8] = [
        (true, PLATFORM),
        (true, SRE),
        (
            true,
            Page {
                title: "改訂",
                day: 4,
                ..PLATFORM
            },
        ),
        (false, SRE),
        (
            true,
            Page {
                slug: "platform_2",
                day: 5,
                ..PLATFORM
            },
        ),
        (true, DATA),
        (true, Page { day: 6, ..SRE }),
        (false, DATA),
    ];
    for (number, (publishes, page)) in acts.into_iter().enumerate() {
        if publishes {
            world.publish(&page).await;
        } else {
            world.unpublish(&page).await;
        }
        if number % 3 == 2 {
            follower.catch_up().await.unwrap();
        }
    }
    follower.catch_up().await.unwrap();
    let (starter, starts) = world.another_node();
    starter.catch_up().await.unwrap();

    for path in [
        "/v1/guides",
        "/v1/guides?tag=Kubernetes",
        "/v1/guides?category=data",
        "/v1/guides?slug=sre_engineer",
        "/v1/guides?sort=title",
        "/v1/guides/platform_engineer",
        "/v1/guides/platform_2",
        "/v1/guides/sre_engineer",
        "/v1/guides/data_engineer",
        "/v1/guides/platform_2/related",
        "/v1/taxonomy",
        "/v1/redirects",
        "/v1/export.ndjson",
        "/v1/changes?limit=2",
        "/v1/refs?limit=2",
        "/feed.json",
        "/feed.atom",
        "/sitemap.xml",
        "/v1/refs/current",
    ] {
        let (one, other) = (get(&follows, path).await, get(&starts, path).await);
        assert_eq!(one.status, other.status, "{path}");
        assert_eq!(one.header("etag"), other.header("etag"), "{path}");
        assert_eq!(one.header("content-ref"), other.header("content-ref"));
        if one.status == StatusCode::OK {
            assert_eq!(one.body, other.body, "{path}");
        }
    }
}

#[annai_test]
async fn while_postgres_is_away_everything_that_was_public_is_answered(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world.unpublish(&DATA).await;
    let (site, router) = world.another_node();
    site.catch_up().await.unwrap();
    let following = follow(&site);
    until(|| site.health().ready_bytes > 0).await;
    following.abort();

    // The database is as good as away, because the delivery role may read nothing, even on new
    // connections.
    sqlx::raw_sql("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM annai_delivery")
        .execute(&world.owner)
        .await
        .unwrap();
    assert!(site.catch_up().await.is_err());

    let head = format!("/v1/changes?since={}", world.newest());
    for path in [
        "/v1/guides/platform_engineer",
        "/v1/guides/platform_engineer.md",
        "/v1/guides/platform_engineer.md?frontmatter=yaml",
        "/v1/guides/platform_engineer/related",
        "/v1/taxonomy",
        "/v1/redirects",
        "/v1/export.ndjson",
        "/feed.json",
        "/feed.atom",
        "/sitemap.xml",
        &head,
        "/v1/guides/platform_engineer.html",
        "/v1/guides/platform_engineer.txt",
        "/v1/guides/platform_engineer?fields=title&body=markdown,text",
        "/v1/guides",
        "/v1/guides?include=related&body=html&sort=title",
        "/v1/refs/current",
    ] {
        for encoding in ["br", "zstd", "gzip", "identity"] {
            let request = Request::get(path).header("accept-encoding", encoding);
            let answer = send(router.clone(), request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {encoding}");
            assert!(!answer.body.is_empty(), "{path} {encoding}");
        }
    }
    assert_eq!(
        get(&router, "/v1/guides/data_engineer").await.status,
        StatusCode::GONE
    );
    assert_eq!(
        get(&router, "/v1/guides/nobody").await.status,
        StatusCode::NOT_FOUND
    );
}

#[annai_test]
async fn a_publication_rings_and_the_node_has_it(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (site, router) = world.another_node();
    let following = follow(&site);
    until(|| site.health().served.is_some()).await;

    world.publish(&PLATFORM).await;

    let path = format!("/v1/guides/platform_engineer?min_ref={}", world.newest());
    let answer = get(&router, &path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-ref"), world.newest().to_string());
    following.abort();
}

#[annai_test]
async fn a_ref_that_never_comes_is_waited_for_a_while_only(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;

    let early = world.get("/v1/guides?min_ref=9-00000000").await;
    let other = world.get("/v1/guides?min_ref=3-00000000").await;
    let reached = world
        .get(&format!("/v1/guides?min_ref={}", world.names[1]))
        .await;
    let older_of_another = world.get("/v1/guides?min_ref=1-00000000").await;
    let next = world.get("/v1/guides?limit=1").await.json()["meta"]["next_cursor"].clone();
    let both = format!(
        "/v1/guides?limit=1&min_ref={}&cursor={}",
        world.newest(),
        next.as_str().unwrap()
    );

    assert_eq!(early.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(early.header("retry-after"), "1");
    assert_eq!(other.status, StatusCode::GONE);
    assert_eq!(reached.status, StatusCode::OK);
    assert_eq!(older_of_another.status, StatusCode::GONE);
    assert_eq!(world.get(&both).await.status, StatusCode::BAD_REQUEST);
}

#[annai_test]
async fn a_page_leads_to_itself_and_on_whatever_it_filters_by(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    // One version with each of two words, in different categories, later than one with both.
    let terraform = &["Terraform"];
    world
        .publish(&Page {
            tags: terraform,
            day: 4,
            ..DATA
        })
        .await;
    world.publish(&Page { day: 5, ..SRE }).await;
    let words = [
        "category=cloud-infra",
        "category=data",
        "tag=Terraform",
        "tag=Kubernetes",
        "tag_all=Kubernetes&tag_all=Terraform",
        "keyword=DevOps",
        "keyword=SLO",
        "slug=sre_engineer,platform_engineer",
    ];
    for one in words {
        for other in words {
            let path = format!("/v1/guides?{one}&{other}&limit=1");
            if one == other || one.split('=').next() == Some("slug") && other.starts_with("slug") {
                continue;
            }
            let page = world.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            let links = page.json()["links"].clone();
            let pinned = world.get(links["pinned"].as_str().unwrap()).await;
            assert_eq!(pinned.body, page.body, "{path}");
            assert_eq!(pinned.header("etag"), page.header("etag"), "{path}");
            if let Some(next) = links["next"].as_str() {
                assert_eq!(world.get(next).await.status, StatusCode::OK, "{path}");
            }
        }
    }
}

#[annai_test]
async fn a_ledger_with_another_history_is_loaded_anew(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect.clone()).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.snapshot");
    let (running, runs) = world.another_node();
    running.catch_up().await.unwrap();
    world
        .publish(&Page {
            title: "取り消される",
            day: 4,
            ..SRE
        })
        .await;
    running.catch_up().await.unwrap();
    running.save(&path).await.unwrap();
    let search = "/v1/search?q=%E5%8F%96%E3%82%8A%E6%B6%88%E3%81%95%E3%82%8C%E3%82%8B";
    assert_eq!(get(&runs, search).await.slugs(), ["sre_engineer"]);
    for encoding in ["br", "gzip"] {
        let request = Request::get("/v1/guides/sre_engineer").header("accept-encoding", encoding);
        send(runs.clone(), request.body(Body::empty()).unwrap()).await;
    }

    // Restores a backup of ref 3 and publishes again.
    world.forget_newest_publication().await;
    running.catch_up().await.unwrap();
    let kept = running.health();
    assert!(kept.is_ahead);
    assert_eq!(kept.served.unwrap().number.get(), 4);
    let (starter, starts) = world.another_node();
    let in_file = starter.restore(&path).await.unwrap().unwrap();
    starter.catch_up().await.unwrap();
    assert_eq!(starter.health().served.unwrap().number.get(), 3);
    world
        .publish(&Page {
            title: "別の歴史",
            day: 5,
            ..PLATFORM
        })
        .await;
    running.catch_up().await.unwrap();
    starter.catch_up().await.unwrap();
    assert!(!running.health().is_ahead && !starter.health().is_ahead);
    let served = starter.health().served.unwrap();
    assert_eq!(served.number, in_file.number);
    assert_ne!(served, in_file, "by its name the file is known to be old");

    for (router, node) in [(&runs, "running"), (&starts, "started from a file")] {
        let sre = get(router, "/v1/guides/sre_engineer").await;
        assert_eq!(sre.json()["data"]["title"], SRE.title, "{node}");
        assert!(get(router, search).await.slugs().is_empty(), "{node}");
        for encoding in ["br", "gzip", "zstd"] {
            let request =
                Request::get("/v1/guides/platform_engineer").header("accept-encoding", encoding);
            let answer = send(router.clone(), request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{node} {encoding}");
        }
        let platform = get(router, "/v1/guides/platform_engineer").await;
        assert_eq!(platform.json()["data"]["title"], "別の歴史", "{node}");
        assert_eq!(
            platform.header("content-ref"),
            world.newest().to_string(),
            "{node}"
        );
    }
}

#[annai_test]
async fn a_take_down_counts_at_once_where_the_ledger_lost_publications(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let (site, router) = world.another_node();
    site.catch_up().await.unwrap();
    world.forget_newest_publication().await;
    world.forget_newest_publication().await;
    site.catch_up().await.unwrap();
    assert!(site.health().is_ahead);
    let path = format!("/v1/guides/{}", PLATFORM.slug);
    assert_eq!(get(&router, &path).await.status, StatusCode::OK);

    // Its ref is still below the served one.
    world.unpublish(&PLATFORM).await;
    site.catch_up().await.unwrap();

    assert_eq!(get(&router, &path).await.status, StatusCode::GONE);
    assert_eq!(site.health().served.unwrap(), world.newest());
    assert!(!site.health().is_ahead);
}

#[annai_test]
async fn a_node_without_room_answers_all_the_same(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    let (site, router) = world.node_with_memory(1);
    site.catch_up().await.unwrap();

    let answer = get(&router, "/v1/guides/platform_engineer").await;

    assert_eq!(answer.status, StatusCode::OK);
    let roomy = world.get("/v1/guides/platform_engineer").await;
    assert_eq!(answer.body, roomy.body);
    assert_eq!(site.health().ready_bytes, 0);
}

#[annai_test]
async fn a_node_starts_from_its_file_while_postgres_is_away(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world.unpublish(&DATA).await;
    world
        .publish(&Page {
            slug: "sre_2",
            day: 5,
            ..SRE
        })
        .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.snapshot");
    let paths = [
        "/v1/guides/platform_engineer",
        "/v1/guides",
        "/v1/guides?category=cloud-infra&tag=Kubernetes",
        "/v1/refs/current",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(world.get(path).await);
    }
    assert_eq!(world.site.save(&path).await.unwrap(), world.newest());

    let away = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(1);
    let (site, router) = api(&away, true);
    assert_eq!(site.restore(&path).await.unwrap(), Some(world.newest()));

    // Both forms of both guides were in the file, so none was compressed again.
    let ready = site.health().ready_bytes;
    let mut sizes = 0;
    for slug in ["platform_engineer", "sre_2"] {
        let path = format!("/v1/guides/{slug}");
        for encoding in ["br", "gzip"] {
            let there = world.get_with(&path, "accept-encoding", encoding).await;
            let request = Request::get(&path).header("accept-encoding", encoding);
            let here = send(router.clone(), request.body(Body::empty()).unwrap()).await;
            assert_eq!(here.header("content-encoding"), encoding);
            assert_eq!(here.body, there.body, "{path} {encoding}");
            sizes += here.body.len();
        }
    }
    assert_eq!(ready, sizes);
    for (path, before) in paths.iter().zip(before) {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.body, before.body, "{path}");
        assert_eq!(answer.header("etag"), before.header("etag"));
        assert_eq!(answer.header("content-ref"), before.header("content-ref"));
    }
    assert_eq!(
        get(&router, "/v1/guides/data_engineer").await.status,
        StatusCode::GONE
    );
    let moved = get(&router, "/v1/guides/sre_engineer").await;
    assert_eq!(moved.header("location"), "/v1/guides/sre_2");
}

#[annai_test]
async fn a_damaged_file_is_never_served(connect: PgConnectOptions) {
    let world = World::with_three_guides(connect).await;
    world.site.catch_up().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.snapshot");
    world.site.save(&path).await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    let (fresh, _) = world.another_node();
    assert_eq!(
        fresh.restore(&folder.path().join("nothing")).await.unwrap(),
        None
    );

    let middle = whole.len() / 2;
    let mut changed = whole.clone();
    changed[middle] ^= 1;
    let damaged = [
        &whole[..middle],
        &whole[..whole.len() - 1],
        &changed,
        b"",
        &whole[1..],
    ];
    for bytes in damaged {
        std::fs::write(&path, bytes).unwrap();
        let refused = fresh.restore(&path).await;
        assert!(
            matches!(refused, Err(SiteFileError::Damaged)),
            "{refused:?}"
        );
    }
    assert_eq!(fresh.health().served, None);
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(fresh.restore(&path).await.unwrap(), Some(world.newest()));
}

fn follow(site: &Site) -> tokio::task::JoinHandle<()> {
    let site = site.clone();
    tokio::spawn(async move { site.follow().await })
}

async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come about within 30 s");
}
