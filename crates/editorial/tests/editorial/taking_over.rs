//! Taking over what a disabled person left unsaved.

use annai_domain::decide::{Forbidden, Refusal};
use annai_domain::{Actor, UserId};
use annai_editorial::{CommandError, SavedRevision, approve, autosave, take_over};
use annai_storage::{revisions, users, working_copies};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, text};

async fn leave(world: &World, writer: &Actor, on: SavedRevision, source: Vec<u8>) {
    let (guide_id, base) = (on.guide_id, on.revision_id);
    world
        .run(writer, async |tx| {
            autosave(tx, guide_id, base, 1, source, None).await
        })
        .await
        .unwrap();
}

async fn set_disabled(world: &World, user_id: UserId, is_disabled: bool) {
    world
        .run(&world.admin, async |tx| {
            Ok(users::set_disabled(tx, user_id, is_disabled).await?)
        })
        .await
        .unwrap();
}

#[annai_test]
async fn a_left_text_becomes_a_revision_of_its_writer_and_four_eyes_follow(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let (guide_id, writer) = (first.guide_id, world.everything.user_id);
    leave(&world, &world.everything, first, text("a", "残した文。")).await;

    let take = async |actor: &Actor| {
        world
            .refusal(actor, async |tx| {
                take_over(tx, &world.schema, guide_id, writer).await
            })
            .await
    };
    assert_eq!(take(&world.editor).await, Refusal::NotFound, "not disabled");
    set_disabled(&world, writer, true).await;
    let role = Refusal::Forbidden(Forbidden::Role);
    assert_eq!(take(&world.author).await, role, "an author");
    let left = working_copies::list_left(&world.db.reader(), guide_id).await;
    assert_eq!(left.unwrap()[0].user_id, writer);

    let taken = world
        .done(&world.editor, "guide.take_over", async |tx| {
            take_over(tx, &world.schema, guide_id, writer).await
        })
        .await;
    assert_eq!(taken.revision_number, 2);
    let saved = revisions::find(&world.db.reader(), guide_id, taken.revision_id).await;
    let saved = saved.unwrap().unwrap();
    assert_eq!(saved.source, text("a", "残した文。"));
    assert_eq!(saved.created_by, writer);
    assert_eq!(
        take(&world.editor).await,
        Refusal::NotFound,
        "taken already"
    );

    world.submit(&world.editor, taken).await;
    set_disabled(&world, writer, false).await;
    let (revision_id, hash) = (taken.revision_id, taken.content_hash);
    let judged = world
        .refusal(&world.everything, async |tx| {
            approve(tx, guide_id, revision_id, hash, "").await
        })
        .await;
    assert_eq!(judged, Refusal::Forbidden(Forbidden::OwnChange));
}

#[annai_test]
async fn a_text_on_an_older_revision_is_merged_and_a_malformed_one_stays(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide_of(&world.editor, text("a", "一")).await;
    let (guide_id, writer) = (first.guide_id, world.everything.user_id);
    let with_more = |title| [text("a", title), "残した文。\n".into()].concat();
    leave(&world, &world.everything, first, with_more("一")).await;
    world.save(&world.editor, first, text("a", "壱")).await;
    set_disabled(&world, writer, true).await;
    let taken = world
        .done(&world.editor, "guide.take_over", async |tx| {
            take_over(tx, &world.schema, guide_id, writer).await
        })
        .await;
    let saved = revisions::find(&world.db.reader(), guide_id, taken.revision_id).await;
    let saved = saved.unwrap().unwrap();
    assert_eq!(saved.source, with_more("壱"));
    assert_eq!(saved.merge_parent_revision_id, Some(first.revision_id));

    set_disabled(&world, writer, false).await;
    leave(
        &world,
        &world.everything,
        taken,
        b"---json\n{\n---\n".to_vec(),
    )
    .await;
    set_disabled(&world, writer, true).await;
    let error = world
        .refused(&world.editor, async |tx| {
            take_over(tx, &world.schema, guide_id, writer).await
        })
        .await;
    assert!(matches!(error, CommandError::Source(_)), "{error:?}");
}
