//! Natural queries with the guides that people expect first.
//!
//! The guides are those of `content/` and of `tests/search/guides.json`. `queries.json` names for
//! each query the guides that may come first, and those that may not come before them.

use annai_test_macros::annai_test;
use annai_test_support::{TestApp, guide_source, own_guides};
use serde::Deserialize;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;

use crate::search::publish;

/// The least number of good answers.
const GOOD: usize = 17;

#[derive(Deserialize)]
struct ShortGuide {
    slug: String,
    title: String,
    tags: Vec<String>,
    body: String,
}

#[derive(Deserialize)]
struct JudgedQuery {
    q: String,
    first: Vec<String>,
    #[serde(default)]
    not_before: Vec<String>,
}

impl JudgedQuery {
    /// Returns whether an expected guide comes first, and before the others.
    fn is_good(&self, found: &[String]) -> bool {
        let place = |slug: &String| found.iter().position(|found| found == slug);
        let is_first = self.first.iter().any(|slug| place(slug) == Some(0));
        // Those others are found, or the query judges nothing.
        is_first && self.not_before.iter().all(|slug| place(slug).is_some())
    }
}

#[annai_test]
async fn natural_queries_find_the_expected_guide_first(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    // The own guides are older, so newness never helps them.
    for (name, source) in own_guides() {
        let slug = name.trim_end_matches(".md");
        publish(&app, None, slug, &String::from_utf8(source).unwrap()).await;
    }
    let guides: Vec<ShortGuide> =
        serde_json::from_str(include_str!("../search/guides.json")).unwrap();
    for guide in &guides {
        let tags = serde_json::to_string(&guide.tags).unwrap();
        let source = guide_source(&guide.slug, &guide.title, &guide.body);
        let source = source.replace(r#""tags": ["試験"]"#, &format!(r#""tags": {tags}"#));
        publish(&app, None, &guide.slug, &source).await;
    }
    let queries: Vec<JudgedQuery> =
        serde_json::from_str(include_str!("../search/queries.json")).unwrap();
    assert!(queries.len() >= 20, "{} queries", queries.len());

    let mut bad = Vec::new();
    for query in &queries {
        let path = format!("/v1/search?q={}", query.q.replace(' ', "+"));
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, 200, "{} {answer}", query.q);
        let slug = |guide: &Value| guide["slug"].as_str().unwrap().to_owned();
        let found: Vec<_> = answer.json()["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(slug)
            .collect();
        if !query.is_good(&found) {
            bad.push(format!("{}: {found:?}", query.q));
        }
    }

    let good = queries.len() - bad.len();
    assert!(good >= GOOD, "{good} of {}: {bad:#?}", queries.len());
}
