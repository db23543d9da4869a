//! A client that only follows the change feed ends with exactly the published site.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use annai_test_macros::annai_test;
use annai_test_support::TestApp;
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::postgres::PgConnectOptions;

use crate::operator::{Written, publish, take_down};

/// The number of concurrent writers, and of the acts by each after publishing its guide.
const WRITERS: usize = 10;
const ACTS: usize = 11;

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    data: Vec<Item<'a>>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    token: String,
    has_more: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item<'a> {
    op: &'a str,
    slug: &'a str,
    #[serde(borrow)]
    guide: Option<&'a RawValue>,
    #[serde(rename = "ref")]
    name: Option<&'a str>,
    affects: Option<Vec<String>>,
    previous_slug: Option<String>,
    reason: Option<&'a str>,
    moved_to: Option<String>,
    revision: Option<u32>,
    digest: Option<&'a str>,
}

/// A site that reads only the feed.
#[derive(Default)]
struct Reader {
    token: Option<String>,
    guides: BTreeMap<String, String>,
    pages: usize,
}

impl Reader {
    /// Reads the next page of about `limit` changes. Returns whether it was empty.
    async fn take(&mut self, app: &TestApp, limit: usize) -> bool {
        let since = self.token.iter().map(|token| format!("&since={token}"));
        let path = format!("/v1/changes?limit={limit}{}", since.collect::<String>());
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.status, 200, "{answer}");
        let page: Page<'_> = serde_json::from_str(answer.text()).unwrap();
        for item in &page.data {
            match item.op {
                "upsert" => {
                    let guide = item.guide.unwrap().get().to_owned();
                    assert!(item.name.is_some() && item.affects.is_some());
                    assert!(item.revision.is_some() && item.digest.is_some());
                    self.guides.insert(item.slug.to_owned(), guide);
                }
                "delete" => {
                    let reason = item.reason.unwrap();
                    assert_eq!(item.moved_to.is_some(), reason == "moved");
                    assert!(item.previous_slug.is_none());
                    self.guides.remove(item.slug);
                }
                other => panic!("{other}"),
            }
        }
        let is_empty = page.data.is_empty();
        assert!(!(is_empty && page.meta.has_more));
        self.pages += 1;
        self.token = Some(page.meta.token);
        is_empty
    }
}

/// Changes a guide of its own repeatedly. Other guides show its card, and it shows theirs.
async fn write(app: &TestApp, writer: usize) {
    let slug = |writer: usize, name: usize| format!("guide_{}_{name}", writer % WRITERS);
    let related = [
        slug(writer + 1, 0),
        slug(writer + 2, 0),
        slug(writer + 3, 1),
    ];
    let mut written = Written {
        related: related.to_vec(),
        ..Written::new(&slug(writer, 0), &[])
    };
    let (guide_id, _) = publish(app, None, &written).await;
    for act in 0..ACTS {
        match (act + writer) % 6 {
            0 => written.title = format!("題{act}"),
            1 => written.body = format!("第{act}の本文。"),
            2 => written.slug = slug(writer, act % 2),
            3 => drop(take_down(app, guide_id, act % 2 == 0).await),
            4 => written.category = "data",
            _ => written.related.rotate_left(1),
        }
        // An unchanged guide would not be published again.
        written.body.push('。');
        publish(app, Some(guide_id), &written).await;
    }
}

#[annai_test]
async fn a_reader_of_the_feed_ends_with_the_very_bytes_of_an_export(connect: PgConnectOptions) {
    let app = TestApp::crowded(connect);
    let is_over = AtomicBool::new(false);
    let writing = async {
        join_all((0..WRITERS).map(|writer| write(&app, writer))).await;
        is_over.store(true, Ordering::Release);
    };
    let mut reader = Reader::default();
    let reading = async {
        let mut limit = 7;
        loop {
            let was_over = is_over.load(Ordering::Acquire);
            limit = (limit * 31 + 17) % 23; // sizes that look random, the same in every run
            if reader.take(&app, limit + 1).await && was_over {
                break;
            }
        }
    };
    futures_util::future::join(writing, reading).await;

    let mut late = Reader::default();
    while !late.take(&app, 3).await {}
    let export = app.anonymous().get("/v1/export.ndjson").await;
    let mut lines: Vec<&str> = export.text().lines().collect();
    let end: serde_json::Value = serde_json::from_str(lines.pop().unwrap()).unwrap();
    let exported: BTreeMap<String, String> = lines
        .into_iter()
        .map(|line| {
            let document: serde_json::Value = serde_json::from_str(line).unwrap();
            (
                document["data"]["slug"].as_str().unwrap().to_owned(),
                line.to_owned(),
            )
        })
        .collect();
    assert_eq!(exported.len(), WRITERS);
    assert_eq!(end["count"], WRITERS);
    assert_eq!(reader.guides, exported);
    assert_eq!(late.guides, exported);
    assert_eq!(reader.token.as_deref(), end["ref"].as_str());
    let number = end["ref"]
        .as_str()
        .unwrap()
        .split('-')
        .next()
        .unwrap()
        .parse::<usize>();
    assert!(number.unwrap() >= WRITERS * (ACTS + 1), "{end}");
    assert!(
        reader.pages > 5,
        "the reader was to read while others wrote: {}",
        reader.pages
    );
}
