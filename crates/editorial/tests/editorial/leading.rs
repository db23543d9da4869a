//! Slugs that lead elsewhere: redirects by hand, slugs handed over or given up, joined guides.

use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{Actor, Encoding, GuideId, GuideStatus, Ref, Slug};
use annai_editorial::{
    CommandError, Redirected, SavedRevision, archive, give_up_slug, join_guide, redirect_slug,
    undo_publication, unpublish,
};
use annai_storage::delivery::{
    Found, ListFilters, ListSort, Part, SlugState, find_guide, list_changes, list_guides,
};
use annai_storage::health::check_ledger;
use annai_test_macros::annai_test;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;

use crate::readers::{read, status, words};
use crate::world::{World, related_text, text};

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

async fn lead(world: &World, name: &str, to: SavedRevision) -> Result<Redirected, CommandError> {
    let publisher = &world.publisher;
    world
        .run(publisher, async |tx| {
            redirect_slug(tx, to.guide_id, &slug(name)).await
        })
        .await
}

async fn refused(world: &World, name: &str, to: SavedRevision) -> StateConflict {
    let refusal = world
        .refusal(&world.publisher, async |tx| {
            redirect_slug(tx, to.guide_id, &slug(name)).await
        })
        .await;
    match refusal {
        Refusal::State(why) => why,
        other => panic!("{other:?}"),
    }
}

async fn take_down(world: &World, saved: SavedRevision) {
    let guide_id = saved.guide_id;
    let publisher = &world.publisher;
    let done = world.run(publisher, async |tx| unpublish(tx, guide_id, true).await);
    done.await.unwrap();
}

/// Publishes a guide under `old` and then under `new`.
async fn renamed(world: &World, old: &str, new: &str) -> SavedRevision {
    let first = world.guide(old).await;
    world.release(first).await;
    let second = world.save(&world.author, first, text(new, "一")).await;
    world.release(second).await;
    second
}

/// Returns the slugs of the cards that a guide shows at a ref.
async fn cards(world: &World, name: &str, at: i64) -> Vec<String> {
    let found = find_guide(&world.db.delivery(), Ref::new(at).unwrap(), &slug(name)).await;
    let Found::Here(version) = found.unwrap() else {
        panic!("{name} is not public")
    };
    let part = Part::Answer(Encoding::Identity);
    let answer: Value = serde_json::from_slice(&world.delivered(&version, part).await).unwrap();
    let related = answer["included"]["related"].as_array().unwrap();
    let slug = |card: &Value| card["slug"].as_str().unwrap().to_owned();
    related.iter().map(slug).collect()
}

/// Returns the slugs of the guides that relate to `name` at a ref, by the list of delivery.
async fn linking(world: &World, name: &str, at: i64) -> Vec<String> {
    let filters = ListFilters {
        links_to: Some(name.to_owned()),
        ..ListFilters::default()
    };
    let order = (ListSort::Slug, None, 100);
    let found = list_guides(&world.db.delivery(), Ref::new(at).unwrap(), &filters, order).await;
    let found = found.unwrap().into_iter();
    found.map(|version| version.slug).collect()
}

#[annai_test]
async fn a_slug_that_nobody_holds_redirects_from_its_ref_on(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    assert_eq!(refused(&world, "x", saved).await, StateConflict::NotPublic);
    world.release(saved).await;
    let names = world
        .guide_of(&world.author, related_text("b", "二", &["x"]))
        .await;
    world.release(names).await;
    assert!(cards(&world, "b", 2).await.is_empty());

    let led = world
        .done(&world.publisher, "slug.redirect", async |tx| {
            redirect_slug(tx, saved.guide_id, &slug("x")).await
        })
        .await;

    assert_eq!((led.slug, led.to), (slug("x"), Some(slug("a"))));
    assert_eq!(led.affects, [slug("b")], "its card appears");
    assert!(led.purge.contains(&"guide:x".to_owned()), "{:?}", led.purge);
    assert_eq!(read(&world, "x", 2).await, "unknown", "the past stays");
    assert_eq!(read(&world, "x", 3).await, "→ a");
    assert_eq!(cards(&world, "b", 3).await, ["a"]);
    assert_eq!(linking(&world, "a", 3).await, ["b"]);
    assert!(linking(&world, "a", 2).await.is_empty());
    assert_eq!(status(&world, saved).await, GuideStatus::Published);
    let again = refused(&world, "x", saved).await;
    assert_eq!(again, StateConflict::SlugLeadsHere);
    assert_eq!(check_ledger(&world.db).await.unwrap().first_bad, None);
}

#[annai_test]
async fn neither_an_address_nor_the_slug_of_a_draft_is_taken(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (a, b) = (world.guide("a").await, world.guide("b").await);
    world.release(a).await;
    assert_eq!(refused(&world, "b", a).await, StateConflict::SlugClaimed);
    world.release(b).await;
    assert_eq!(refused(&world, "b", a).await, StateConflict::SlugPublic);
    assert_eq!(refused(&world, "a", a).await, StateConflict::SlugPublic);
}

#[annai_test]
async fn a_slug_that_is_handed_over_is_the_other_guides_from_then_on(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let a = renamed(&world, "a", "a2").await;
    let b = world.guide("b").await;
    world.release(b).await;
    let names = related_text("c", "三", &["a"]);
    let names = world.guide_of(&world.author, names).await;
    world.release(names).await;
    assert_eq!(cards(&world, "c", 4).await, ["a2"]);

    let led = lead(&world, "a", b).await.unwrap();

    assert_eq!(led.publication_ref.number.get(), 5);
    let details = world.details().await;
    assert_eq!(details["from_guide_id"], a.guide_id.to_string());
    assert_eq!(read(&world, "a", 4).await, "→ a2", "the past stays");
    assert_eq!(read(&world, "a", 5).await, "→ b");
    assert_eq!(cards(&world, "c", 4).await, ["a2"]);
    assert_eq!(cards(&world, "c", 5).await, ["b"]);
    assert_eq!(linking(&world, "a2", 4).await, ["c"]);
    assert!(linking(&world, "a2", 5).await.is_empty());
    assert_eq!(linking(&world, "b", 5).await, ["c"]);

    // The guide may take it for its address; the one that had it may not.
    let back = world.save(&world.author, b, text("a", "乙")).await;
    world.release(back).await;
    assert_eq!(read(&world, "a", 6).await, words(text("a", "乙")));
    assert_eq!(read(&world, "b", 6).await, "→ a");
    let thief = world
        .refused(&world.author, async |tx| {
            let (guide_id, base) = (a.guide_id, a.revision_id);
            let source = text("a", "一");
            annai_editorial::save_revision(tx, &world.schema, guide_id, base, source, "").await
        })
        .await;
    assert!(matches!(thief, CommandError::SlugTaken(_)), "{thief:?}");
    assert_eq!(check_ledger(&world.db).await.unwrap().first_bad, None);
}

#[annai_test]
async fn the_slug_of_a_guide_that_is_gone_waits_for_a_draft(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let old = world.guide("a").await;
    world.release(old).await;
    take_down(&world, old).await;
    let draft = world.guide("b").await;

    let led = lead(&world, "a", draft).await.unwrap();

    assert_eq!(led.to, None);
    assert_eq!(read(&world, "a", 3).await, "gone", "as before");
    assert_eq!(status(&world, draft).await, GuideStatus::Draft);
    let named = world.save(&world.author, draft, text("a", "新")).await;
    world.release(named).await;
    assert_eq!(read(&world, "a", 4).await, words(text("a", "新")));
    assert_eq!(read(&world, "a", 1).await, words(text("a", "一")));
    // A slug that leads readers somewhere is not led into the void.
    let a = renamed(&world, "c", "c2").await;
    let other = world.guide("d").await;
    assert_eq!(refused(&world, "c", other).await, StateConflict::NotPublic);
    assert_eq!(read(&world, "c", 6).await, "→ c2", "{a:?}");
}

#[annai_test]
async fn slugs_led_in_a_circle_make_neither_a_chain_nor_a_loop(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let a = renamed(&world, "a", "a2").await;
    let b = renamed(&world, "b", "b2").await;
    lead(&world, "a", b).await.unwrap();
    lead(&world, "b", a).await.unwrap();
    assert_eq!(read(&world, "a", 6).await, "→ b2");
    assert_eq!(read(&world, "b", 6).await, "→ a2");
    // Each takes the other's first slug for its address.
    let a3 = world.save(&world.author, a, text("b", "一")).await;
    world.release(a3).await;
    let b3 = world.save(&world.author, b, text("a", "一")).await;
    world.release(b3).await;
    assert_eq!(read(&world, "b", 8).await, words(text("b", "一")));
    assert_eq!(read(&world, "a2", 8).await, "→ b");
    assert_eq!(read(&world, "b2", 8).await, "→ a");
}

#[annai_test]
async fn a_redirect_is_no_publication_of_the_guide_that_could_be_undone(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    let published = world.release(second).await.publication_ref.number;
    lead(&world, "x", second).await.unwrap();
    let guide_id = first.guide_id;
    let undone = world.run(&world.publisher, async |tx| {
        undo_publication(tx, &world.schema, guide_id, published, false).await
    });
    assert!(undone.await.unwrap().is_public);
    assert_eq!(read(&world, "x", 4).await, "→ a");
    assert_eq!(read(&world, "a", 4).await, words(text("a", "一")));
}

#[annai_test]
async fn the_change_feed_names_a_slug_that_leads_elsewhere(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let a = renamed(&world, "a", "a2").await;
    let b = world.guide("b").await;
    world.release(b).await;
    lead(&world, "a", b).await.unwrap();
    lead(&world, "x", a).await.unwrap();
    let refs = (Ref::new(3).unwrap(), Ref::new(5).unwrap());
    let changes = list_changes(&world.db.delivery(), refs, 10).await.unwrap();
    let shown: Vec<_> = changes
        .into_iter()
        .map(|change| (change.slug, change.guide_id, change.state))
        .collect();
    let moved = |name: &str, guide: GuideId, to: &str| {
        (name.to_owned(), guide, SlugState::Moved(to.to_owned()))
    };
    assert_eq!(
        shown,
        [moved("a", b.guide_id, "b"), moved("x", a.guide_id, "a2")]
    );
}

#[annai_test]
async fn a_slug_that_was_never_public_is_given_up_by_an_archived_guide(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (draft, other) = (world.guide("a").await, world.guide("b").await);
    let drop_slug = async |actor: &Actor, saved: SavedRevision, name: &str| {
        world
            .refusal(actor, async |tx| {
                give_up_slug(tx, saved.guide_id, &slug(name)).await
            })
            .await
    };
    assert_eq!(
        drop_slug(&world.author, draft, "a").await,
        Refusal::State(StateConflict::NotArchived)
    );
    for saved in [draft, other] {
        let away = world.run(&world.publisher, async |tx| {
            archive(tx, saved.guide_id, false).await
        });
        away.await.unwrap();
    }
    let unused = Refusal::State(StateConflict::SlugNotUnused);
    assert_eq!(drop_slug(&world.author, draft, "b").await, unused);
    assert_eq!(drop_slug(&world.author, draft, "z").await, unused);
    assert_eq!(
        drop_slug(&world.stranger, draft, "a").await,
        Refusal::NotFound
    );

    world
        .done(&world.author, "slug.give_up", async |tx| {
            give_up_slug(tx, draft.guide_id, &slug("a")).await
        })
        .await;

    let heir = world.guide("a").await;
    world.release(heir).await;
    assert_eq!(read(&world, "a", 1).await, words(text("a", "一")));
    let gone = world.guide("c").await;
    world.release(gone).await;
    let away = world.run(&world.publisher, async |tx| {
        archive(tx, gone.guide_id, false).await
    });
    away.await.unwrap();
    assert_eq!(drop_slug(&world.author, gone, "c").await, unused);
}

#[annai_test]
async fn a_joined_guide_leads_all_its_readers_to_the_other_and_keeps_its_history(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let a = renamed(&world, "a", "a2").await;
    let b = world.guide("b").await;
    world.release(b).await;
    let names = related_text("c", "三", &["a", "a2"]);
    let names = world.guide_of(&world.author, names).await;
    world.release(names).await;
    let into = b.guide_id;

    let joined = world.run(&world.publisher, async |tx| {
        join_guide(tx, a.guide_id, into).await
    });
    let joined = joined.await.unwrap();

    assert_eq!(joined.taken_down.unwrap().publication_ref.number.get(), 5);
    let slugs: Vec<_> = joined
        .redirects
        .iter()
        .map(|one| one.slug.as_str())
        .collect();
    assert_eq!(slugs, ["a", "a2"]);
    assert_eq!(read(&world, "a", 7).await, "→ b");
    assert_eq!(read(&world, "a2", 7).await, "→ b");
    assert_eq!(read(&world, "a2", 4).await, words(text("a2", "一")));
    assert_eq!(cards(&world, "c", 7).await, ["b"], "once");
    assert_eq!(status(&world, a).await, GuideStatus::Archived);
    let kept = format!(
        "SELECT revision_count::bigint FROM guides WHERE guide_id = '{}'",
        a.guide_id
    );
    assert_eq!(world.number(kept).await, 2);
    let audit = world.audit().await;
    let actions: Vec<_> = audit
        .iter()
        .take(4)
        .map(|one| one.action.as_str())
        .collect();
    assert_eq!(
        actions,
        [
            "guide.join",
            "slug.redirect",
            "slug.redirect",
            "guide.archive"
        ]
    );
    assert_eq!(check_ledger(&world.db).await.unwrap().first_bad, None);
}

#[annai_test]
async fn a_guide_joins_another_that_is_public_and_no_draft_ends_so(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (a, b) = (world.guide("a").await, world.guide("b").await);
    let join = async |one: SavedRevision, other: SavedRevision| {
        let refusal = world.refusal(&world.publisher, async |tx| {
            join_guide(tx, one.guide_id, other.guide_id).await
        });
        refusal.await
    };
    assert_eq!(join(a, b).await, Refusal::State(StateConflict::NeverPublic));
    world.release(a).await;
    assert_eq!(join(a, b).await, Refusal::State(StateConflict::NotPublic));
    assert_eq!(join(a, a).await, Refusal::State(StateConflict::SameGuide));
}

#[annai_test]
async fn two_guides_that_are_joined_to_each_other_at_once_do_not_both_end(
    connect: PgConnectOptions,
) {
    let world = World::with_connections(connect, 4).await;
    let (a, b) = (world.guide("a").await, world.guide("b").await);
    world.release(a).await;
    world.release(b).await;
    let join = |one: SavedRevision, other: SavedRevision| {
        let (db, actor) = (world.db.clone(), world.publisher.clone());
        async move {
            let mut tx = db.begin(actor).await?;
            join_guide(&mut tx, one.guide_id, other.guide_id).await?;
            Ok::<_, CommandError>(tx.commit().await?)
        }
    };
    let (one, other) = tokio::join!(join(a, b), join(b, a));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let public = "SELECT count(*) FROM published_versions WHERE to_ref IS NULL";
    assert_eq!(world.number(public).await, 1);
}

#[annai_test]
async fn a_slug_led_away_while_it_is_published_has_one_holder(connect: PgConnectOptions) {
    let world = World::with_connections(connect, 4).await;
    let a = renamed(&world, "a", "a2").await;
    let b = world.guide("b").await;
    world.release(b).await;
    let back = world.save(&world.author, a, text("a", "三")).await;
    world.submit(&world.editor, back).await;
    world.approve(&world.reviewer, back).await;
    let (published, led) = tokio::join!(world.publish(back), lead(&world, "a", b));
    match (&published, &led) {
        (Ok(_), Err(CommandError::Refused(Refusal::State(StateConflict::SlugPublic)))) => {
            assert_eq!(read(&world, "a", 4).await, words(text("a", "三")));
        }
        (Err(CommandError::SlugTaken(_)), Ok(_)) => {
            assert_eq!(read(&world, "a", 4).await, "→ b");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(check_ledger(&world.db).await.unwrap().first_bad, None);
}
