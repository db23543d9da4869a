//! One guide in several encodings: one text, with bytes and a tag for each encoding.

use annai_content::decompress;
use annai_domain::Encoding;
use annai_test_macros::annai_test;
use http::StatusCode;
use sqlx::postgres::PgConnectOptions;

use crate::world::{PLATFORM, World};

const PATH: &str = "/v1/guides/platform_engineer";

#[annai_test]
async fn a_guide_comes_in_the_encoding_that_is_liked_best(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let document = world.publish(&PLATFORM).await;
    for (asked, encoding) in [
        ("gzip, deflate, br, zstd", Encoding::Brotli),
        ("gzip", Encoding::Gzip),
        ("zstd", Encoding::Zstd),
        ("identity", Encoding::Identity),
        ("", Encoding::Identity),
    ] {
        let answer = world.get_with(PATH, "accept-encoding", asked).await;

        assert_eq!(answer.status, StatusCode::OK);
        let named = answer.header("content-encoding");
        let expected = match encoding {
            Encoding::Identity => "",
            other => other.as_str(),
        };
        assert_eq!(named, expected, "{asked}");
        assert_eq!(decompress(encoding, &answer.body).unwrap(), document);
        assert_eq!(answer.header("vary"), "Accept-Encoding");
    }
}

#[annai_test]
async fn each_encoding_has_its_own_strong_tag(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.publish(&PLATFORM).await;
    let mut tags = Vec::new();
    for asked in ["br", "gzip", "zstd", "identity"] {
        let answer = world.get_with(PATH, "accept-encoding", asked).await;
        tags.push(answer.header("etag").to_owned());
    }
    let mut different = tags.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 4, "{tags:?}");

    // A cache that holds the gzip bytes does not get a 304 for the brotli bytes.
    let request = http::Request::get(PATH)
        .header("accept-encoding", "br")
        .header("if-none-match", &tags[1]);
    let answer = world
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[annai_test]
async fn long_lists_are_compressed_and_short_answers_are_not(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world
        .publish(&crate::world::Page {
            title: LONG,
            ..PLATFORM
        })
        .await;

    let list = world.get_with("/v1/guides", "accept-encoding", "br").await;
    let short = world
        .get_with("/v1/refs/current", "accept-encoding", "br")
        .await;

    assert_eq!(list.header("content-encoding"), "br");
    let plain = world.get("/v1/guides").await;
    assert_eq!(
        decompress(Encoding::Brotli, &list.body).unwrap(),
        plain.body
    );
    assert_eq!(short.header("content-encoding"), "");
}

const LONG: &str = "案内の長い題名を繰り返して一覧を大きくする。案内の長い題名を繰り返して一覧を大きくする。案内の長い題名を繰り返して一覧を大きくする。案内の長い題名を繰り返して一覧を大きくする。案内の長い題名を繰り返して一覧を大きくする。";
