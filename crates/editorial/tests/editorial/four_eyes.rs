//! Four eyes: no role may approve a change that the person helped to write.

use annai_domain::decide::{Forbidden, Refusal};
use annai_domain::{Actor, ReviewState};
use annai_editorial::{
    SavedRevision, approve, break_glass, request_changes, restore, rollback, unpublish,
};
use annai_storage::reviews::list_queue;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide, text};

/// Asserts that `actor` may neither approve `saved` nor request changes.
async fn assert_shut_out(world: &World, actor: &Actor, saved: SavedRevision) {
    let (guide_id, revision_id, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
    let approved = world
        .refusal(actor, async |tx| {
            approve(tx, guide_id, revision_id, hash, "").await
        })
        .await;
    let sent_back = world
        .refusal(actor, async |tx| {
            request_changes(tx, guide_id, revision_id, hash, "理由").await
        })
        .await;
    assert_eq!(
        [approved, sent_back],
        [Refusal::Forbidden(Forbidden::OwnChange); 2]
    );
}

#[annai_test]
async fn who_wrote_the_text_cannot_approve_it_admins_included(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for (slug, actor) in [("a", &world.admin), ("b", &world.everything)] {
        let saved = world.guide_of(actor, text(slug, "一")).await;
        world.submit(&world.editor, saved).await;
        assert_shut_out(&world, actor, saved).await;
        world.approve(&world.reviewer, saved).await;
    }
}

#[annai_test]
async fn who_wrote_a_revision_in_between_cannot_approve_the_whole(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.everything, first, text("a", "二")).await;
    let third = world.save(&world.admin, second, text("a", "三")).await;
    let fourth = world.save(&world.author, third, text("a", "四")).await;
    world.submit(&world.author, fourth).await;
    assert_shut_out(&world, &world.everything, fourth).await;
    assert_shut_out(&world, &world.admin, fourth).await;
    world.approve(&world.reviewer, fourth).await;
}

#[annai_test]
async fn what_is_public_already_is_no_part_of_the_change(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide_of(&world.everything, text("a", "一")).await;
    world.release(first).await;
    let second = world.save(&world.editor, first, text("a", "二")).await;
    world.submit(&world.editor, second).await;
    world.approve(&world.everything, second).await;
}

#[annai_test]
async fn once_taken_down_or_rolled_back_the_older_writers_count_again(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let published = world.release(first).await;
    let second = world.save(&world.everything, first, text("a", "二")).await;
    world.release(second).await;
    let guide_id = first.guide_id;
    let back = published.publication_ref.number;
    world
        .run(&world.publisher, async |tx| {
            rollback(tx, &world.schema, guide_id, back).await
        })
        .await
        .unwrap();
    let third = world.save(&world.author, second, text("a", "三")).await;
    world.submit(&world.author, third).await;
    assert_shut_out(&world, &world.everything, third).await;

    world
        .run(&world.publisher, async |tx| {
            unpublish(tx, guide_id, false).await
        })
        .await
        .unwrap();
    assert_shut_out(&world, &world.everything, third).await;
    world.approve(&world.reviewer, third).await;
}

#[annai_test]
async fn who_brought_old_bytes_back_cannot_approve_them(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    world.release(second).await;
    let (guide_id, old, base) = (first.guide_id, first.revision_id, second.revision_id);
    let restored = world
        .run(&world.everything, async |tx| {
            restore(tx, &world.schema, guide_id, old, base).await
        })
        .await
        .unwrap();
    world.submit(&world.author, restored).await;
    assert_shut_out(&world, &world.everything, restored).await;
}

#[annai_test]
async fn who_wrote_bytes_that_somebody_else_brought_back_cannot_approve_them(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide_of(&world.everything, text("a", "一")).await;
    let second = world.save(&world.admin, first, text("a", "二")).await;
    world.release(second).await;
    let (guide_id, old, base) = (first.guide_id, first.revision_id, second.revision_id);
    let restored = world
        .run(&world.editor, async |tx| {
            restore(tx, &world.schema, guide_id, old, base).await
        })
        .await
        .unwrap();
    world.submit(&world.editor, restored).await;
    assert_shut_out(&world, &world.everything, restored).await;
    world.approve(&world.reviewer, restored).await;
}

#[annai_test]
async fn what_becomes_public_during_a_review_takes_nobody_out_of_the_change(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.everything, first, text("a", "二")).await;
    let third = world.save(&world.author, second, text("a", "三")).await;
    world.submit(&world.author, third).await;
    let fourth = world.save(&world.editor, third, text("a", "四")).await;
    let (guide_id, revision_id, hash) = (fourth.guide_id, fourth.revision_id, fourth.content_hash);
    let reason = "緊急の訂正のために公開します";
    world
        .run(&world.admin, async |tx| {
            break_glass(tx, &world.schema, guide_id, revision_id, hash, reason).await
        })
        .await
        .unwrap();
    assert_shut_out(&world, &world.everything, third).await;
}

#[annai_test]
async fn who_asked_for_the_review_cannot_decide_it(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.submit(&world.everything, saved).await;
    assert_shut_out(&world, &world.everything, saved).await;
    world.approve(&world.admin, saved).await;
}

#[annai_test]
async fn who_wrote_only_after_the_submission_may_decide_on_what_was_submitted(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.save(&world.admin, first, text("a", "二")).await;
    world.submit(&world.author, second).await;
    world.save(&world.everything, second, text("a", "三")).await;

    // The queue shows each person the verdict of the command in advance.
    for (actor, is_own) in [(&world.admin, true), (&world.everything, false)] {
        let reader = world.db.reader();
        let queue = list_queue(&reader, every_guide(), ReviewState::Open, actor.user_id, 10)
            .await
            .unwrap();
        assert_eq!(queue[0].is_own, is_own);
    }
    assert_shut_out(&world, &world.admin, second).await;
    world.approve(&world.everything, second).await;
}
