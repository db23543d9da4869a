//! Four eyes: no role may approve a change that the person helped to write.

use annai_domain::decide::{Forbidden, Refusal, StateConflict};
use annai_domain::{Actor, ReviewState};
use annai_editorial::{
    CommandError, SavedRevision, approve, break_glass, copy_guide, request_changes, restore,
    rollback, undo_publication, unpublish,
};
use annai_storage::review_queue::{self, QueueFilter, QueuePage, QueuePart, QueueViewer};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide, open_queue, text};

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
        let queue = open_queue(&reader, actor.user_id).await;
        assert_eq!(queue[0].part == QueuePart::Own, is_own);
    }
    assert_shut_out(&world, &world.admin, second).await;
    world.approve(&world.everything, second).await;
}

/// Returns a guide whose body is long enough to be known again.
fn long_text(slug: &str) -> Vec<u8> {
    let mut source = text(slug, "一");
    source.extend("\n同じ本文は、書いた人を連れてくる。\n".repeat(20).bytes());
    source
}

#[annai_test]
async fn who_wrote_a_text_cannot_approve_its_copy_nor_a_copy_of_that(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide_of(&world.everything, text("a", "一")).await;
    let first = world.save(&world.admin, first, text("a", "二")).await;
    let mut source = first;
    for slug in ["b", "c"] {
        let copied = world
            .run(&world.editor, async |tx| {
                copy_guide(tx, &world.schema, source.guide_id).await
            })
            .await
            .unwrap();
        source = world.save(&world.editor, copied, text(slug, "三")).await;
        world.submit(&world.editor, source).await;
        assert_shut_out(&world, &world.everything, source).await;
        assert_shut_out(&world, &world.admin, source).await;
        world.approve(&world.reviewer, source).await;
    }
}

#[annai_test]
async fn text_that_is_public_in_its_own_guide_counts_for_nobody_in_a_copy(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide_of(&world.everything, long_text("a")).await;
    world.release(first).await;
    let copy = async || {
        world
            .run(&world.editor, async |tx| {
                copy_guide(tx, &world.schema, first.guide_id).await
            })
            .await
            .unwrap()
    };
    let copied = copy().await;
    let copied = world.save(&world.editor, copied, long_text("b")).await;
    world.submit(&world.editor, copied).await;
    world.approve(&world.everything, copied).await;

    // What was added there since is not public.
    let mut longer = long_text("a");
    longer.extend("追記。\n".bytes());
    world.save(&world.admin, first, longer).await;
    let copied = copy().await;
    let copied = world.save(&world.editor, copied, text("c", "三")).await;
    world.submit(&world.editor, copied).await;
    assert_shut_out(&world, &world.admin, copied).await;
    world.approve(&world.everything, copied).await;

    // After a take-down nothing there is public.
    let guide_id = first.guide_id;
    world
        .run(&world.publisher, async |tx| {
            unpublish(tx, guide_id, false).await
        })
        .await
        .unwrap();
    let copied = copy().await;
    let copied = world.save(&world.editor, copied, text("d", "四")).await;
    world.submit(&world.editor, copied).await;
    assert_shut_out(&world, &world.everything, copied).await;
    world.approve(&world.reviewer, copied).await;
}

#[annai_test]
async fn who_copied_a_text_may_approve_the_original(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide_of(&world.author, long_text("a")).await;
    world
        .run(&world.everything, async |tx| {
            copy_guide(tx, &world.schema, first.guide_id).await
        })
        .await
        .unwrap();
    world.submit(&world.author, first).await;
    world.approve(&world.everything, first).await;
}

#[annai_test]
async fn who_wrote_a_body_cannot_approve_it_in_another_guide(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.guide_of(&world.everything, long_text("a")).await;
    world.guide_of(&world.admin, text("b", "一")).await;

    let pasted = world.guide_of(&world.editor, long_text("c")).await;
    world.submit(&world.editor, pasted).await;
    assert_shut_out(&world, &world.everything, pasted).await;
    world.approve(&world.reviewer, pasted).await;

    // Its body is public then, so a change of the front matter concerns nobody else.
    world.publish(pasted).await.unwrap();
    let mut described = String::from_utf8(long_text("c")).unwrap();
    described = described.replace("一の説明", "二の説明");
    let described = world
        .save(&world.editor, pasted, described.into_bytes())
        .await;
    world.submit(&world.editor, described).await;
    world.approve(&world.everything, described).await;

    // Short bodies are alike by chance.
    let alike = world.guide_of(&world.editor, text("d", "一")).await;
    world.submit(&world.editor, alike).await;
    world.approve(&world.admin, alike).await;
}

#[annai_test]
async fn white_space_hides_nobodys_words(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.guide_of(&world.everything, long_text("a")).await;
    for (slug, from, to) in [
        ("b", "\n", "\r\n"),
        ("c", "本文は、", "本文は、\u{3000}"),
        ("d", "\n\n", "\n\n\n"),
        ("e", "来る。\n", "来る。 \n"),
    ] {
        let changed = String::from_utf8(long_text(slug)).unwrap();
        let (matter, body) = changed.split_at(changed.rfind("---\n").unwrap());
        let changed = matter.to_owned() + &body.replace(from, to);
        let pasted = world.guide_of(&world.editor, changed.into_bytes()).await;
        world.submit(&world.editor, pasted).await;
        assert_shut_out(&world, &world.everything, pasted).await;
    }
}

#[annai_test]
async fn text_that_was_published_without_a_review_counts_for_its_writers(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide_of(&world.everything, long_text("a")).await;
    let (guide_id, revision_id, hash) = (first.guide_id, first.revision_id, first.content_hash);
    let reason = "緊急の訂正のために公開します";
    world
        .run(&world.admin, async |tx| {
            break_glass(tx, &world.schema, guide_id, revision_id, hash, reason).await
        })
        .await
        .unwrap();
    let pasted = world.guide_of(&world.editor, long_text("b")).await;
    world.submit(&world.editor, pasted).await;
    assert_shut_out(&world, &world.everything, pasted).await;
    world.approve(&world.reviewer, pasted).await;
}

#[annai_test]
async fn an_approval_lapses_when_the_text_below_it_is_taken_back(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.everything, first, text("a", "二")).await;
    let released = world.release(second).await.publication_ref.number;
    let third = world.save(&world.editor, second, text("a", "三")).await;
    world.submit(&world.editor, third).await;
    world.approve(&world.everything, third).await;
    let guide_id = first.guide_id;
    let lapsed = Refusal::State(StateConflict::ApprovalLapsed);
    let refusal = async || match world.publish(third).await.unwrap_err() {
        CommandError::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    };

    // Their words became public by somebody else's approval, which was undone.
    let undone = world
        .run(&world.publisher, async |tx| {
            undo_publication(tx, &world.schema, guide_id, released, false).await
        })
        .await
        .unwrap();
    assert_eq!(refusal().await, lapsed);

    // Undoing the undo brings the approval back.
    let undo_again = undone.published.publication_ref.number;
    world
        .run(&world.publisher, async |tx| {
            undo_publication(tx, &world.schema, guide_id, undo_again, false).await
        })
        .await
        .unwrap();
    world.publish(third).await.unwrap();
}

#[annai_test]
async fn another_review_leads_on_from_a_lapsed_approval(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.everything, first, text("a", "二")).await;
    world.release(second).await;
    let third = world.save(&world.editor, second, text("a", "三")).await;
    world.submit(&world.editor, third).await;
    world.approve(&world.everything, third).await;
    let guide_id = first.guide_id;
    world
        .run(&world.publisher, async |tx| {
            unpublish(tx, guide_id, false).await
        })
        .await
        .unwrap();
    let refused = world.publish(third).await.unwrap_err();
    let lapsed = Refusal::State(StateConflict::ApprovalLapsed);
    assert!(
        matches!(refused, CommandError::Refused(refusal) if refusal == lapsed),
        "{refused:?}"
    );
    let reader = world.db.reader();
    let viewer = QueueViewer {
        scope: every_guide(),
        user_id: world.reviewer.user_id,
    };
    let page = QueuePage {
        by_part: true,
        limit: 10,
        offset: 0,
    };
    let listed = review_queue::list(
        &reader,
        viewer,
        ReviewState::Approved,
        &QueueFilter::ALL,
        page,
    );
    assert!(listed.await.unwrap()[0].has_lapsed_approval);

    world.submit(&world.editor, third).await;
    assert!(!open_queue(&reader, world.reviewer.user_id).await[0].has_lapsed_approval);
    assert_shut_out(&world, &world.everything, third).await;
    world.approve(&world.reviewer, third).await;
    world.publish(third).await.unwrap();
}

#[annai_test]
async fn a_break_glass_publication_needs_no_approval_that_holds(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.release(first).await;
    let second = world.save(&world.everything, first, text("a", "二")).await;
    let released = world.release(second).await.publication_ref.number;
    let third = world.save(&world.editor, second, text("a", "三")).await;
    world.submit(&world.editor, third).await;
    world.approve(&world.everything, third).await;
    let (guide_id, revision_id, hash) = (third.guide_id, third.revision_id, third.content_hash);
    world
        .run(&world.publisher, async |tx| {
            undo_publication(tx, &world.schema, guide_id, released, false).await
        })
        .await
        .unwrap();
    let reason = "緊急の訂正のために公開します";
    world
        .run(&world.admin, async |tx| {
            break_glass(tx, &world.schema, guide_id, revision_id, hash, reason).await
        })
        .await
        .unwrap();
}
