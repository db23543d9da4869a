//! A text that was begun on an older revision, merged with the newest.

use annai_domain::Actor;
use annai_domain::decide::Refusal;
use annai_editorial::{CommandError, MergedFrom, SavedRevision, save_merge};
use annai_storage::revisions;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, text};

async fn merge(
    world: &World,
    actor: &Actor,
    begun_on: SavedRevision,
    theirs: SavedRevision,
    source: Vec<u8>,
) -> Result<SavedRevision, CommandError> {
    let from = MergedFrom {
        begun_on: begun_on.revision_id,
        theirs: theirs.revision_id,
    };
    world
        .run(actor, async |tx| {
            save_merge(tx, &world.schema, theirs.guide_id, from, source, "").await
        })
        .await
}

#[annai_test]
async fn a_merge_has_two_parents_and_one_audit_entry(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.editor, first, text("a", "二")).await;
    let from = MergedFrom {
        begun_on: first.revision_id,
        theirs: second.revision_id,
    };
    let guide_id = first.guide_id;
    let merged = world
        .done(&world.author, "guide.merge", async |tx| {
            save_merge(tx, &world.schema, guide_id, from, text("a", "三"), "").await
        })
        .await;
    let stored = revisions::find(&world.db.reader(), guide_id, merged.revision_id).await;
    let stored = stored.unwrap().unwrap();
    assert_eq!(stored.parent_revision_id, Some(second.revision_id));
    assert_eq!(stored.merge_parent_revision_id, Some(first.revision_id));
    assert_eq!(stored.source, text("a", "三"));
}

#[annai_test]
async fn a_merge_with_what_is_the_newest_no_more_is_stale_over_what_it_was_made_with(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.editor, first, text("a", "二")).await;
    let third = world.save(&world.editor, second, text("a", "三")).await;
    let refused = merge(&world, &world.author, first, second, text("a", "合")).await;
    let Err(CommandError::Stale(texts)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(texts.base.unwrap().revision_id, second.revision_id);
    assert_eq!(texts.theirs.revision_id, third.revision_id);
    assert_eq!(texts.mine, text("a", "合"));
}

#[annai_test]
async fn a_merge_comes_from_an_older_revision_of_the_same_guide(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    let itself = merge(&world, &world.author, first, first, text("a", "合")).await;
    assert!(
        matches!(itself, Err(CommandError::Field { .. })),
        "{itself:?}"
    );
    let foreign = merge(&world, &world.author, other, first, text("a", "合")).await;
    let Err(CommandError::Refused(Refusal::NotFound)) = foreign else {
        panic!("{foreign:?}");
    };
}

/// A merge restores text of its older parent, so that text's authors count as writers. They are the
/// author of the older parent and of the unpublished revisions before it.
#[annai_test]
async fn whose_text_a_merge_brings_back_wrote_a_part_of_it(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.admin, first, text("a", "二")).await;
    let third = world.save(&world.everything, second, text("a", "三")).await;
    // The fourth revision removes their texts and becomes public.
    let fourth = world.save(&world.editor, third, text("a", "四")).await;
    world.release(fourth).await;
    let merged = merge(&world, &world.author, third, fourth, text("a", "三四")).await;
    let merged = merged.unwrap();
    world.submit(&world.author, merged).await;
    for writer in [&world.admin, &world.everything] {
        let (guide_id, revision_id) = (merged.guide_id, merged.revision_id);
        let refusal = world
            .refusal(writer, async |tx| {
                annai_editorial::approve(tx, guide_id, revision_id, merged.content_hash, "").await
            })
            .await;
        assert!(matches!(refusal, Refusal::Forbidden(_)), "{refusal:?}");
    }
    world.approve(&world.reviewer, merged).await;
}
