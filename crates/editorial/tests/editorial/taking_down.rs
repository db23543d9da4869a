//! Rollback, unpublish and archive, and the responses under old slugs.

use annai_content::Schema;
use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{GuideStatus, Ref, RefName, Slug};
use annai_editorial::{
    CommandError, SavedRevision, archive, rollback, unarchive, undo_publication, unpublish,
};
use annai_storage::WriteTx;
use annai_storage::published_versions::find_public_source;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::readers::{read, status, words};
use crate::world::{World, related_text, text};

#[annai_test]
async fn a_rollback_brings_the_exact_bytes_back_and_leaves_the_newest_text(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let published = world.release(first).await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    world.release(second).await;
    let (guide_id, back) = (first.guide_id, published.publication_ref.number);

    let undone = world
        .done(&world.publisher, "guide.rollback", async |tx| {
            rollback(tx, &world.schema, guide_id, back).await
        })
        .await;

    assert_eq!(undone.publication_ref.number.get(), 3);
    assert_eq!(read(&world, "a", 3).await, words(text("a", "一")));
    assert_eq!(read(&world, "a", 2).await, words(text("a", "二")));
    assert_eq!(status(&world, second).await, GuideStatus::PublishedAhead);
    let details = world.details().await;
    assert_eq!(
        (&details["restored_ref"], &details["authority"]),
        (&1.into(), &"rollback".into())
    );
    assert_eq!(world.number("SELECT count(*) FROM revisions").await, 2);
}

#[annai_test]
async fn undoing_a_publication_brings_back_what_was_public_before_it(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let published = world.release(first).await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    let again = world.release(second).await;
    let guide_id = first.guide_id;

    let undo = |name: RefName| {
        let schema = world.schema.clone();
        async move |tx: &mut WriteTx| {
            undo_publication(tx, &schema, guide_id, name.number, false).await
        }
    };
    let stale = world
        .refusal(&world.publisher, undo(published.publication_ref))
        .await;
    assert_eq!(stale, Refusal::State(StateConflict::PublishedSince));
    let undone = world
        .done(
            &world.publisher,
            "guide.rollback",
            undo(again.publication_ref),
        )
        .await;
    assert!(undone.is_public);
    assert_eq!(read(&world, "a", 3).await, words(text("a", "一")));
    assert_eq!(world.details().await["restored_ref"], 1);
}

#[annai_test]
async fn undoing_a_first_publication_unpublishes_the_guide(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let published = world.release(first).await.publication_ref.number;
    let guide_id = first.guide_id;
    let undone = world
        .done(&world.publisher, "guide.unpublish", async |tx| {
            undo_publication(tx, &world.schema, guide_id, published, false).await
        })
        .await;
    assert!(!undone.is_public);
    assert_eq!(status(&world, first).await, GuideStatus::Unpublished);
}

#[annai_test]
async fn a_rollback_names_a_ref_at_which_this_guide_became_public(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    world.release(first).await;
    world.release(other).await;
    let guide_id = first.guide_id;
    world
        .run(&world.publisher, async |tx| {
            unpublish(tx, guide_id, false).await
        })
        .await
        .unwrap();
    for (at, what) in [
        (0, "before the first"),
        (2, "another guide's"),
        (3, "a tombstone"),
        (9, "to come"),
    ] {
        let restored = Ref::new(at).unwrap();
        let refused = world
            .refusal(&world.publisher, async |tx| {
                rollback(tx, &world.schema, guide_id, restored).await
            })
            .await;
        assert_eq!(
            refused,
            Refusal::State(StateConflict::NeverPublic),
            "{what}"
        );
    }
    let back = Ref::new(1).unwrap();
    world
        .run(&world.publisher, async |tx| {
            rollback(tx, &world.schema, guide_id, back).await
        })
        .await
        .unwrap();
    assert_eq!(status(&world, first).await, GuideStatus::Published);
}

#[annai_test]
async fn a_rollback_is_not_held_up_by_rules_that_came_later(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    world.release(second).await;
    let stricter = include_str!("../../../../content/schema.json").replacen(
        "\"required\": [\"title\",",
        "\"required\": [\"keywords\", \"title\",",
        1,
    );
    let stricter = Schema::parse(&stricter).unwrap();
    let back = Ref::new(1).unwrap();
    world
        .run(&world.publisher, async |tx| {
            rollback(tx, &stricter, first.guide_id, back).await
        })
        .await
        .unwrap();
}

#[annai_test]
async fn what_was_unpublished_is_gone_and_keeps_its_slug(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.release(saved).await;
    let guide_id = saved.guide_id;
    let down = async |tx: &mut _| unpublish(tx, guide_id, false).await;

    let tombstone = world.done(&world.publisher, "guide.unpublish", down).await;

    assert_eq!(
        (
            tombstone.publication_ref.number.get(),
            tombstone.slug.as_str()
        ),
        (2, "a")
    );
    assert_eq!(read(&world, "a", 2).await, "gone");
    assert_eq!(read(&world, "a", 1).await, words(text("a", "一")));
    assert_eq!(status(&world, saved).await, GuideStatus::Unpublished);
    assert_eq!(
        find_public_source(&world.db.reader(), guide_id)
            .await
            .unwrap(),
        None
    );
    let twice = world.refusal(&world.publisher, down).await;
    assert_eq!(twice, Refusal::State(StateConflict::NotPublic));
    let other = world.guide_of(&world.author, text("c", "他")).await;
    let taken = annai_editorial::save_revision;
    let error = world
        .refused(&world.author, async |tx| {
            taken(
                tx,
                &world.schema,
                other.guide_id,
                other.revision_id,
                text("a", "他"),
                "",
            )
            .await
        })
        .await;
    assert!(matches!(error, CommandError::SlugTaken(_)), "{error:?}");
    world.release(saved).await;
    assert_eq!(read(&world, "a", 3).await, words(text("a", "一")));
}

#[annai_test]
async fn taking_down_what_other_guides_lead_to_needs_to_be_acknowledged(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let target = world.guide("a").await;
    world.release(target).await;
    for slug in ["b", "c"] {
        let referrer = world
            .guide_of(&world.author, related_text(slug, "関連", &["a"]))
            .await;
        world.release(referrer).await;
    }
    let draft = world
        .guide_of(&world.author, related_text("d", "下書き", &["a"]))
        .await;
    world.submit(&world.author, draft).await;
    let guide_id = target.guide_id;

    let taken_down = world
        .refused(&world.publisher, async |tx| {
            unpublish(tx, guide_id, false).await
        })
        .await;
    let put_away = world
        .refused(&world.publisher, async |tx| {
            archive(tx, guide_id, false).await
        })
        .await;
    for error in [taken_down, put_away] {
        let CommandError::Referrers(slugs) = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            slugs.iter().map(Slug::as_str).collect::<Vec<_>>(),
            ["b", "c"],
            "no draft is named"
        );
    }
    let published = world
        .done(&world.publisher, "guide.unpublish", async |tx| {
            unpublish(tx, guide_id, true).await
        })
        .await;
    let mut affects: Vec<&str> = published.affects.iter().map(Slug::as_str).collect();
    affects.sort_unstable();
    assert_eq!(affects, ["b", "c"]);
}

#[annai_test]
async fn putting_a_guide_away_takes_it_down_once_and_fetching_it_back_publishes_nothing(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let (saved, draft) = (world.guide("a").await, world.guide("b").await);
    world.release(saved).await;
    let away = async |saved: SavedRevision| {
        world
            .done(&world.publisher, "guide.archive", async |tx| {
                archive(tx, saved.guide_id, false).await
            })
            .await
    };
    assert_eq!(away(saved).await.unwrap().publication_ref.number.get(), 2);
    assert_eq!(away(draft).await, None, "there was nothing to take down");
    assert_eq!(read(&world, "a", 2).await, "gone");
    assert_eq!(status(&world, saved).await, GuideStatus::Archived);
    let twice = world
        .refusal(&world.publisher, async |tx| {
            archive(tx, saved.guide_id, false).await
        })
        .await;
    assert_eq!(twice, Refusal::State(StateConflict::Archived));

    let back = async |tx: &mut _| unarchive(tx, saved.guide_id).await;
    world.done(&world.publisher, "guide.unarchive", back).await;
    assert_eq!(status(&world, saved).await, GuideStatus::Unpublished);
    assert_eq!(world.number("SELECT count(*) FROM publications").await, 2);
    let twice = world.refusal(&world.publisher, back).await;
    assert_eq!(twice, Refusal::State(StateConflict::NotArchived));
    assert_eq!(
        world
            .text("SELECT string_agg(slug, ' ' ORDER BY slug) FROM slugs")
            .await,
        "a b"
    );
}

#[annai_test]
async fn a_renamed_guide_redirects_and_comes_back_without_a_loop(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.author, first, text("b", "二")).await;
    assert_eq!(
        read(&world, "b", 1).await,
        "unknown",
        "a draft's slug is nothing to readers"
    );
    let renamed = world.release(second).await;
    assert_eq!(renamed.slug.as_str(), "b");
    assert_eq!(read(&world, "a", 2).await, "→ b");
    assert_eq!(read(&world, "b", 2).await, words(text("b", "二")));
    let third = world.save(&world.author, second, text("c", "三")).await;
    world.release(third).await;
    assert_eq!(read(&world, "a", 3).await, "→ c", "no chain");
    assert_eq!(read(&world, "b", 3).await, "→ c");
    let fourth = world.save(&world.author, third, text("a", "四")).await;
    world.release(fourth).await;
    assert_eq!(
        read(&world, "a", 4).await,
        words(text("a", "四")),
        "no loop"
    );
    assert_eq!(read(&world, "b", 4).await, "→ a");
    assert_eq!(
        read(&world, "a", 3).await,
        "→ c",
        "the past stays as it was"
    );

    let held = "SELECT string_agg(slug || ' ' || first_public_ref, ', ' ORDER BY slug) FROM slugs";
    assert_eq!(world.text(held).await, "a 1, b 2, c 3");
    let thief = world.guide("z").await;
    let error = world
        .refused(&world.author, async |tx| {
            annai_editorial::save_revision(
                tx,
                &world.schema,
                thief.guide_id,
                thief.revision_id,
                text("b", "他"),
                "",
            )
            .await
        })
        .await;
    assert!(
        matches!(error, CommandError::SlugTaken(_)),
        "a redirect is never taken: {error:?}"
    );
}

#[annai_test]
async fn undoing_a_first_publication_asks_about_referrers(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let published = world.release(first).await.publication_ref.number;
    let related = world
        .guide_of(&world.author, related_text("b", "二", &["a"]))
        .await;
    world.release(related).await;
    let guide_id = first.guide_id;
    let refused = world
        .refused(&world.publisher, async |tx| {
            undo_publication(tx, &world.schema, guide_id, published, false).await
        })
        .await;
    assert!(matches!(refused, CommandError::Referrers(_)), "{refused:?}");
    let undone = world
        .run(&world.publisher, async |tx| {
            undo_publication(tx, &world.schema, guide_id, published, true).await
        })
        .await;
    assert!(!undone.unwrap().is_public);
}
