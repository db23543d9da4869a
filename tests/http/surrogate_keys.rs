//! Surrogate keys: purging those of a change drops every response that changed.

use std::collections::{BTreeMap, BTreeSet};

use annai_domain::cache_tag;
use annai_editorial::Published;
use annai_test_macros::annai_test;
use annai_test_support::{Answer, TestApp};
use sqlx::postgres::PgConnectOptions;

use crate::operator::{Written, publish, take_down};

/// Every slug in these tests.
const SLUGS: [&str; 6] = ["alpha", "beta", "beta_2", "gamma", "delta", "epsilon"];
/// The paths of one guide.
const OF_GUIDE: [&str; 8] = [
    "",
    ".md",
    ".html",
    ".txt",
    "/related",
    "?fields=title&include=related",
    ".md?frontmatter=toml",
    "?body=text",
];
/// The paths of the site.
const OF_SITE: [&str; 20] = [
    "/v1/guides",
    "/v1/guides?category=cloud-infra",
    "/v1/guides?category=data",
    "/v1/guides?slug=beta,gamma",
    "/v1/guides?links_to=beta",
    "/v1/guides?tag=試験&sort=title",
    "/v1/guides?limit=1&include=related&body=html",
    "/v1/taxonomy",
    "/v1/redirects",
    "/v1/export.ndjson",
    "/v1/refs/current",
    "/v1/refs",
    "/v1/refs?limit=1",
    "/v1/changes",
    "/v1/changes?limit=1&body=none",
    "/feed.json",
    "/feed.atom",
    "/sitemap.xml",
    "/v1/schemas/guide.json",
    "/v1/guide.css",
];

fn addresses() -> Vec<String> {
    let of_guides = SLUGS.into_iter().flat_map(|slug| {
        let of_guide = OF_GUIDE.into_iter();
        of_guide.map(move |rest| format!("/v1/guides/{slug}{rest}"))
    });
    let of_site = OF_SITE.map(|path| path.replace("試験", "%E8%A9%A6%E9%A8%93"));
    of_guides.chain(of_site).collect()
}

async fn crawl(app: &TestApp) -> BTreeMap<String, Answer> {
    let mut answers = BTreeMap::new();
    for address in addresses() {
        let answer = app.anonymous().get(&address).await;
        assert!(
            matches!(answer.status, 200 | 301 | 404 | 410),
            "{address} {answer}"
        );
        answers.insert(address, answer);
    }
    answers
}

/// Returns the keys that a webhook tells a cache to drop.
fn purge(old: &Written, new: &Written, published: &Published) -> BTreeSet<String> {
    let mut keys = BTreeSet::from(["guides".to_owned(), "refs".to_owned()]);
    for written in [old, new] {
        keys.insert(cache_tag("guide", &written.slug));
        keys.insert(cache_tag("category", written.category));
    }
    let affected = published.affects.iter();
    keys.extend(affected.map(|slug| cache_tag("guide", slug.as_str())));
    keys
}

fn keys(answer: &Answer) -> BTreeSet<String> {
    let keys = answer.header("surrogate-key").split(' ');
    let keys: BTreeSet<_> = keys
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect();
    let tags = answer.header("cache-tag").split(',');
    let tags: BTreeSet<_> = tags
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(keys, tags);
    keys
}

/// Returns the addresses whose responses changed. A cache that drops `purged` keeps no old
/// response.
fn changed(
    before: &BTreeMap<String, Answer>,
    after: &BTreeMap<String, Answer>,
    purged: &BTreeSet<String>,
) -> Vec<String> {
    let mut changed = Vec::new();
    for (address, old) in before {
        let new = &after[address];
        let is_same = old.status == new.status && (old.status != 200 || old.body == new.body);
        if is_same {
            continue;
        }
        changed.push(address.clone());
        if old.header("cache-control").contains("no-store") {
            continue; // no cache has it
        }
        let keys = keys(old);
        assert!(
            !keys.is_disjoint(purged),
            "{address} changed; it carried {keys:?} and these are dropped: {purged:?}"
        );
    }
    changed
}

#[annai_test]
async fn every_answer_that_changed_carried_a_key_that_is_dropped(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    publish(&app, None, &Written::new("alpha", &["beta", "beta_2"])).await;
    let first = Written::new("beta", &["gamma"]);
    let (beta, _) = publish(&app, None, &first).await;
    let mut gamma = Written {
        category: "data",
        ..Written::new("gamma", &[])
    };
    publish(
        &app,
        None,
        &Written {
            category: "design",
            ..Written::new("delta", &[])
        },
    )
    .await;

    // It links to beta in its body only.
    let epsilon = Written {
        category: "data",
        body: "[乙](guide:beta)".to_owned(),
        ..Written::new("epsilon", &[])
    };
    publish(&app, None, &epsilon).await;

    let edited = Written {
        body: "直した。".to_owned(),
        ..first.clone()
    };
    let card = Written {
        title: "新しい題".to_owned(),
        ..edited.clone()
    };
    let moved = Written {
        category: "data",
        ..card.clone()
    };
    let renamed = Written {
        slug: "beta_2".to_owned(),
        ..moved.clone()
    };
    let linking = Written {
        related: vec!["delta".to_owned()],
        ..renamed.clone()
    };
    let mut old = first;
    let steps = [
        ("edit", edited, "/v1/guides/beta"),
        ("card", card, "/v1/guides/alpha"),
        ("category", moved, "/v1/taxonomy"),
        ("rename", renamed, "/v1/redirects"),
        ("links", linking.clone(), "/v1/guides/delta/related"),
        ("unpublish", linking.clone(), "/v1/guides/alpha"),
        ("republish", linking, "/v1/guides/epsilon"),
    ];
    for (step, new, witness) in steps {
        let before = crawl(&app).await;
        let published = match step {
            "unpublish" => take_down(&app, beta, false).await,
            _ => publish(&app, Some(beta), &new).await.1,
        };
        let after = crawl(&app).await;
        let purged = purge(&old, &new, &published);
        let changed = changed(&before, &after, &purged);
        assert!(
            changed.iter().any(|address| address == witness),
            "{step}: {changed:?}"
        );
        // An unrelated guide stays in the cache.
        let other = keys(&before["/v1/guides/delta"]);
        assert!(other.is_disjoint(&purged), "{step}: {other:?}");
        old = new;
    }
    // The new guide has a slug that other guides already name.
    let before = crawl(&app).await;
    let (id, published) = publish(&app, None, &gamma).await;
    let after = crawl(&app).await;
    changed(&before, &after, &purge(&gamma, &gamma, &published));
    let before = after;
    gamma.title = "改題".to_owned();
    let (_, published) = publish(&app, Some(id), &gamma).await;
    changed(
        &before,
        &crawl(&app).await,
        &purge(&gamma, &gamma, &published),
    );
}
