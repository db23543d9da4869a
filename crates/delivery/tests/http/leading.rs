//! Slugs that lead from one guide to another, on nodes that follow, start, or look back.

use std::collections::BTreeMap;

use annai_test_macros::annai_test;
use http::StatusCode;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Answer, DATA, Node, PLATFORM, Page, SRE, World, get_from};

const SLUGS: [&str; 4] = ["a", "b", "c", "d"];
const GUIDES: [Page; 3] = [PLATFORM, SRE, DATA];
const ACTS: usize = 20;

/// The site as the rules say it should be.
#[derive(Debug, Clone, Default)]
struct Model {
    /// The guide to which each slug leads.
    holders: BTreeMap<&'static str, usize>,
    /// The slug under which each guide is public.
    addresses: BTreeMap<usize, &'static str>,
}

impl Model {
    /// Returns the status of a slug, and the slug to which it moved.
    fn answer(&self, slug: &str) -> (StatusCode, Option<&'static str>) {
        let holder = self.holders.get(slug);
        let address = holder.and_then(|guide| self.addresses.get(guide)).copied();
        match (holder, address) {
            (None, _) => (StatusCode::NOT_FOUND, None),
            (Some(_), None) => (StatusCode::GONE, None),
            (Some(_), Some(address)) if address == slug => (StatusCode::OK, None),
            (Some(_), Some(address)) => (StatusCode::MOVED_PERMANENTLY, Some(address)),
        }
    }

    fn is_address(&self, slug: &str) -> bool {
        self.addresses.values().any(|address| *address == slug)
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

fn got(answer: &Answer) -> (StatusCode, Option<String>) {
    let to = answer.header("location").rsplit('/').next();
    let to = to.filter(|to| !to.is_empty()).map(str::to_owned);
    (answer.status, to)
}

async fn same_as_model(node: &Node, before: &str, model: &Model) {
    for slug in SLUGS {
        let path = format!("{before}/guides/{slug}");
        let (status, to) = model.answer(slug);
        let expected = (status, to.map(str::to_owned));
        assert_eq!(
            got(&get_from(node.clone(), &path).await),
            expected,
            "{path} {model:?}"
        );
    }
}

/// Does an act that the rules allow, in the world and in the model.
async fn act(world: &mut World, model: &mut Model, dice: &mut Dice, day: u8) {
    loop {
        let (guide, slug) = (dice.roll(GUIDES.len()), SLUGS[dice.roll(SLUGS.len())]);
        let page = Page {
            slug,
            day,
            ..GUIDES[guide].clone()
        };
        let holder = model.holders.get(slug).copied();
        match dice.roll(5) {
            0 | 1 if holder.is_none_or(|holder| holder == guide) => {
                world.publish(&page).await;
                model.addresses.insert(guide, slug);
            }
            2 | 3 if !model.is_address(slug) && holder != Some(guide) => {
                world.redirect(slug, &page).await;
            }
            4 if model.addresses.contains_key(&guide) => {
                let slug = model.addresses.remove(&guide).unwrap();
                world.unpublish(&Page { slug, ..page }).await;
                return;
            }
            _ => continue,
        }
        model.holders.insert(slug, guide);
        return;
    }
}

#[annai_test]
async fn every_slug_leads_at_every_ref_where_the_ledger_led_it(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for guide in &GUIDES {
        world.draft(guide).await;
    }
    let (follower, follows) = world.another_node();
    follower.catch_up().await.unwrap();
    let (mut model, mut dice) = (Model::default(), Dice(7));
    let mut past = Vec::new();
    for day in 1..=ACTS {
        act(
            &mut world,
            &mut model,
            &mut dice,
            u8::try_from(day).unwrap(),
        )
        .await;
        past.push((world.newest(), model.clone()));
        // The node is behind by up to three entries.
        if dice.roll(3) == 0 {
            follower.catch_up().await.unwrap();
            same_as_model(&follows, "/v1", &model).await;
        }
    }
    follower.catch_up().await.unwrap();
    let (starter, starts) = world.another_node();
    starter.catch_up().await.unwrap();
    for node in [&follows, &starts] {
        same_as_model(node, "/v1", &model).await;
        for (name, then) in &past {
            same_as_model(node, &format!("/v1/@{name}"), then).await;
        }
    }
    let redirects = get_from(follows.clone(), "/v1/redirects").await;
    assert_eq!(
        redirects.body,
        get_from(starts.clone(), "/v1/redirects").await.body
    );
    let moved: Vec<_> = SLUGS
        .into_iter()
        .filter(|slug| !matches!(model.answer(slug).0, StatusCode::OK | StatusCode::NOT_FOUND))
        .collect();
    let listed = redirects.json();
    let listed = listed["data"].as_array().unwrap().iter();
    let listed: Vec<_> = listed.map(|one| one["from"].as_str().unwrap()).collect();
    assert_eq!(listed, moved);
    // Nobody can tell from the feed in which order nodes learnt of it.
    for (name, _) in past.iter().step_by(5) {
        let path = format!("/v1/changes?since={name}&body=none");
        let feed = get_from(follows.clone(), &path).await.json();
        for change in feed["data"].as_array().unwrap() {
            let slug = change["slug"].as_str().unwrap();
            let (status, to) = model.answer(slug);
            let is_there = change["op"] == "upsert";
            assert_eq!(is_there, status == StatusCode::OK, "{change} {model:?}");
            assert_eq!(change["moved_to"].as_str(), to, "{change} {model:?}");
        }
    }
}

#[annai_test]
async fn the_feed_tells_of_a_slug_that_was_led_elsewhere(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    let since = world.newest();
    world.redirect("sre", &SRE).await;
    let path = format!("/v1/changes?since={since}&body=none");
    let feed = world.get(&path).await.json();
    assert_eq!(feed["data"][0]["slug"], "sre");
    assert_eq!(feed["data"][0]["moved_to"], "sre_engineer");
    let refs = world.get("/v1/refs?limit=1").await.json();
    assert_eq!(refs["data"][0]["action"], "redirect");
    let redirects = world.get("/v1/redirects").await.json();
    let since = redirects["data"][0]["since"].as_str().unwrap();
    assert_eq!(since, "2026-01-02T09:00:00Z");
}

#[annai_test]
async fn a_node_that_starts_from_its_file_leads_slugs_as_before(connect: PgConnectOptions) {
    let mut world = World::with_three_guides(connect).await;
    world.redirect("sre", &SRE).await;
    let (site, _) = world.another_node();
    site.catch_up().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site");
    site.save(&path).await.unwrap();
    let (started, node) = world.another_node();
    started.restore(&path).await.unwrap();
    world.redirect("sre", &DATA).await;
    let moved = |answer: &Answer| got(answer).1;
    let before = get_from(node.clone(), "/v1/guides/sre").await;
    assert_eq!(moved(&before).as_deref(), Some("sre_engineer"));
    started.catch_up().await.unwrap();
    let after = get_from(node, "/v1/guides/sre").await;
    assert_eq!(moved(&after).as_deref(), Some("data_engineer"));
}
