//! A guide's document shows cards of other guides and changes with them, at the same ref.

use annai_domain::{Encoding, Ref, Slug};
use annai_editorial::{SavedRevision, rollback, unpublish};
use annai_storage::delivery::{Found, Part, find_guide};
use annai_test_macros::annai_test;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, related_text, text};

async fn answer(world: &World, slug: &str, at: i64) -> Value {
    let slug: Slug = slug.parse().unwrap();
    let found = find_guide(&world.db.delivery(), Ref::new(at).unwrap(), &slug)
        .await
        .unwrap();
    let Found::Here(version) = found else {
        panic!("{found:?}")
    };
    let part = Part::Answer(Encoding::Identity);
    serde_json::from_slice(&world.delivered(&version, part).await).unwrap()
}

/// Returns the titles of the cards under `slug`, the unresolved slugs, and the ref at which these
/// bytes last changed.
async fn cards(world: &World, slug: &str, at: i64) -> String {
    let answer = answer(world, slug, at).await;
    let included = &answer["included"];
    let titles: Vec<&str> = included["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|card| card["title"].as_str().unwrap())
        .collect();
    let lost: Vec<&str> = included["related_unresolved"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slug| slug.as_str().unwrap())
        .collect();
    let changed = answer["meta"]["ref"]
        .as_str()
        .unwrap()
        .split('-')
        .next()
        .unwrap()
        .to_owned();
    format!("{} | {} @{changed}", titles.join(" "), lost.join(" "))
}

async fn revise(
    world: &World,
    saved: SavedRevision,
    source: Vec<u8>,
) -> (SavedRevision, Vec<String>) {
    let next = world.save(&world.author, saved, source).await;
    let published = world.release(next).await;
    (
        next,
        published.affects.iter().map(Slug::to_string).collect(),
    )
}

#[annai_test]
async fn a_card_that_changes_rewrites_the_answers_that_show_it_at_the_same_ref(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let b = world
        .guide_of(&world.author, related_text("b", "乙", &["c", "a", "b"]))
        .await;
    world.release(b).await;
    assert_eq!(
        cards(&world, "b", 1).await,
        " | c a @1",
        "nobody is their own relation"
    );

    let a = world.guide("a").await;
    let published = world.release(a).await;
    assert_eq!(
        published
            .affects
            .iter()
            .map(Slug::as_str)
            .collect::<Vec<_>>(),
        ["b"]
    );
    assert_eq!(
        cards(&world, "b", 2).await,
        "一 | c @2",
        "the card appeared"
    );

    let (a, affects) = revise(&world, a, text("a", "二")).await;
    assert_eq!(affects, ["b"]);
    assert_eq!(cards(&world, "b", 3).await, "二 | c @3", "the card changed");
    assert_eq!(
        cards(&world, "b", 2).await,
        "一 | c @2",
        "the past stays as it was"
    );

    let longer = [text("a", "二"), "\n新しい段落。\n".into()].concat();
    let (a, affects) = revise(&world, a, longer).await;
    assert_eq!(
        affects,
        Vec::<String>::new(),
        "the body is no part of a card"
    );
    assert_eq!(cards(&world, "b", 4).await, "二 | c @3");

    let guide_id = a.guide_id;
    let gone = world
        .run(&world.publisher, async |tx| {
            unpublish(tx, guide_id, true).await
        })
        .await
        .unwrap();
    assert_eq!(gone.affects.len(), 1);
    assert_eq!(cards(&world, "b", 5).await, " | c a @5", "the card went");
    let back = Ref::new(2).unwrap();
    world
        .run(&world.publisher, async |tx| {
            rollback(tx, &world.schema, guide_id, back).await
        })
        .await
        .unwrap();
    assert_eq!(
        cards(&world, "b", 6).await,
        "一 | c @6",
        "and came back as it was"
    );

    // The revision, its dates and its publication stay; only the card's bytes change.
    let first = answer(&world, "b", 1).await;
    let last = answer(&world, "b", 6).await;
    assert_eq!(first["data"], last["data"]);
    let versions = "SELECT string_agg(from_ref || ':' || publication_ref, ' ' ORDER BY from_ref)
                      FROM published_versions WHERE slug = 'b'";
    assert_eq!(world.text(versions).await, "1:1 2:1 3:1 5:1 6:1");
    assert_eq!(
        world.number("SELECT count(*) FROM publications").await,
        6,
        "no entry of its own"
    );
}

#[annai_test]
async fn guides_that_show_each_other_do_not_rewrite_each_other_for_ever(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let a = world
        .guide_of(&world.author, related_text("a", "甲", &["b"]))
        .await;
    let b = world
        .guide_of(&world.author, related_text("b", "乙", &["a"]))
        .await;
    world.release(a).await;
    world.release(b).await;
    assert_eq!(cards(&world, "a", 2).await, "乙 |  @2");
    assert_eq!(cards(&world, "b", 2).await, "甲 |  @2");
    let (_, affects) = revise(&world, a, related_text("a", "甲の二", &["b"])).await;
    assert_eq!(affects, ["b"]);
    assert_eq!(cards(&world, "b", 3).await, "甲の二 |  @3");
    assert_eq!(
        world
            .number("SELECT count(*) FROM published_versions WHERE to_ref IS NULL")
            .await,
        2
    );
}

#[annai_test]
async fn a_renamed_guide_stays_in_the_cards_that_name_it_and_enters_others(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let a = world.guide("a").await;
    let old = world
        .guide_of(&world.author, related_text("old", "旧", &["a"]))
        .await;
    let new = world
        .guide_of(&world.author, related_text("new", "新", &["a2"]))
        .await;
    for saved in [a, old, new] {
        world.release(saved).await;
    }
    let (_, mut affects) = revise(&world, a, text("a2", "一")).await;
    affects.sort();
    assert_eq!(affects, ["new", "old"]);
    assert_eq!(cards(&world, "new", 4).await, "一 |  @4");
    assert_eq!(cards(&world, "old", 4).await, "一 |  @4");
    let card = &answer(&world, "old", 4).await["included"]["related"][0];
    assert_eq!(card["slug"], "a2", "the card leads to the address of now");
    assert_eq!(cards(&world, "old", 3).await, "一 |  @2");
}
