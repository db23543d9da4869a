//! Links between guides, as readers and site generators get them.

use annai_test_macros::annai_test;
use annai_test_support::TestApp;
use sqlx::postgres::PgConnectOptions;

use crate::operator::{Written, publish, take_down};

#[annai_test]
async fn markdown_for_generators_has_the_addresses_of_its_ref(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let linking = Written {
        body: "[乙](guide:beta#節)と[無](guide:nobody)".to_owned(),
        ..Written::new("alpha", &[])
    };
    let (_, first) = publish(&app, None, &linking).await;
    let (beta, second) = publish(&app, None, &Written::new("beta", &[])).await;
    let renamed = Written::new("beta_2", &[]);
    let (_, third) = publish(&app, Some(beta), &renamed).await;
    let fourth = take_down(&app, beta, false).await;

    let reader = app.anonymous();
    let refs = [first, second, third, fourth].map(|published| published.publication_ref);
    let fragment = "%E7%AF%80"; // 節
    let linked = |slug: &str| format!("[乙](/v1/guides/{slug}.html#{fragment})と無");
    let wanted = [
        "乙と無".to_owned(),
        linked("beta"),
        linked("beta_2"),
        "乙と無".to_owned(),
    ];
    for dialect in ["none", "yaml", "toml"] {
        for (name, wanted) in refs.iter().zip(&wanted) {
            let path = format!("/v1/@{name}/guides/alpha.md?frontmatter={dialect}");
            let answer = reader.get(&path).await;
            assert!(
                answer.text().trim_end().ends_with(wanted),
                "{path} {answer}"
            );
        }
    }
    let source = reader.get("/v1/guides/alpha.md").await;
    assert!(source.text().contains(&linking.body), "{source}");
    let page = reader.get("/v1/guides/alpha.html").await;
    assert!(page.text().contains("<p>乙と無</p>"), "{page}");
}

#[annai_test]
async fn a_reader_learns_of_a_rename_by_every_way_of_asking(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let linking = Written {
        body: "[乙](guide:beta)".to_owned(),
        ..Written::new("alpha", &[])
    };
    let (beta, _) = publish(&app, None, &Written::new("beta", &[])).await;
    let (_, before) = publish(&app, None, &linking).await;
    let reader = app.anonymous();
    let old = reader.get("/v1/guides/alpha").await;
    let tag = old.header("etag").to_owned();
    let (_, after) = publish(&app, Some(beta), &Written::new("beta_2", &[])).await;

    let conditional = reader.get("/v1/guides/alpha");
    let conditional = conditional.header("if-none-match", &tag).await;
    assert_eq!(conditional.status, 200);
    let now = reader.get("/v1/guides/alpha").await;
    assert_ne!(now.header("etag"), tag);
    assert!(now.text().contains("/v1/guides/beta_2.html"), "{now}");
    let (before, after) = (before.publication_ref, after.publication_ref);
    let pinned = reader.get(format!("/v1/@{before}/guides/alpha")).await;
    assert_eq!(
        (pinned.header("etag"), pinned.body.clone()),
        (tag.as_str(), old.body)
    );
    let changes = reader
        .get(format!("/v1/changes?since={before}&body=none"))
        .await;
    let changes = changes.json();
    let changed: Vec<_> = changes["data"].as_array().unwrap().iter().collect();
    assert!(
        changed.iter().any(|change| change["slug"] == "alpha"),
        "{changes}"
    );
    let moved = changed.iter().find(|change| change["slug"] == "beta_2");
    assert_eq!(moved.unwrap()["affects"], serde_json::json!(["alpha"]));
    assert_eq!(moved.unwrap()["ref"], after.to_string());
}
