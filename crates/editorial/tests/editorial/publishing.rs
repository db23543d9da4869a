//! Publishing and unpublishing: exactly the approved text, with a ledger entry, and reversible.

use annai_content::Schema;
use annai_domain::decide::{Forbidden, Refusal, StateConflict};
use annai_domain::{GuideStatus, ReviewState};
use annai_editorial::{CommandError, SavedRevision, break_glass, publish, submit};
use annai_storage::{ledger, reviews};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::readers::{read, status, words};
use crate::world::{World, every_guide, text};

#[annai_test]
async fn publishing_makes_the_approved_bytes_what_readers_see(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let review_id = world.submit(&world.author, saved).await;
    world.approve(&world.reviewer, saved).await;
    assert_eq!(read(&world, "a", 0).await, "unknown");

    let (guide_id, revision_id, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
    let published = world
        .done(&world.publisher, "guide.publish", async |tx| {
            publish(tx, &world.schema, guide_id, revision_id, hash).await
        })
        .await;

    assert_eq!(
        (
            published.publication_ref.number.get(),
            published.slug.as_str()
        ),
        (1, "a")
    );
    assert_eq!(published.affects, []);
    assert_eq!(read(&world, "a", 1).await, words(text("a", "一")));
    assert_eq!(
        read(&world, "a", 0).await,
        "unknown",
        "the site before it stays as it was"
    );
    let details = world.details().await;
    assert_eq!(
        (&details["authority"], &details["slug"]),
        (&"review".into(), &"a".into())
    );
    assert_eq!(details["ref"], published.publication_ref.to_string());
    let list = reviews::list_of_guide(&world.db.reader(), guide_id, 10)
        .await
        .unwrap();
    assert_eq!(
        (list[0].review_id, list[0].state),
        (review_id, ReviewState::Published)
    );
    assert_eq!(status(&world, saved).await, GuideStatus::Published);

    let again = world.publish(saved).await.unwrap_err();
    assert!(
        matches!(again, CommandError::Refused(Refusal::State(_))),
        "the approval is used up: {again:?}"
    );
}

#[annai_test]
async fn an_approval_binds_to_the_text_it_judged_and_not_to_what_is_saved_later(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.submit(&world.author, first).await;
    world.approve(&world.reviewer, first).await;
    let second = world.save(&world.author, first, text("a", "後から")).await;

    for wrong in [
        second,
        SavedRevision {
            revision_id: first.revision_id,
            ..second
        },
        SavedRevision {
            content_hash: first.content_hash,
            ..second
        },
    ] {
        let refused = world
            .refusal(&world.publisher, async |tx| {
                publish(
                    tx,
                    &world.schema,
                    first.guide_id,
                    wrong.revision_id,
                    wrong.content_hash,
                )
                .await
            })
            .await;
        assert_eq!(refused, Refusal::State(StateConflict::NotApproved));
    }
    world.publish(first).await.unwrap();
    assert_eq!(read(&world, "a", 1).await, words(text("a", "一")));
    assert_eq!(status(&world, second).await, GuideStatus::PublishedAhead);
}

#[annai_test]
async fn the_checks_hold_once_more_when_it_is_published(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.submit(&world.author, saved).await;
    world.approve(&world.reviewer, saved).await;
    let stricter = include_str!("../../../../content/schema.json").replacen(
        "\"required\": [\"title\",",
        "\"required\": [\"keywords\", \"title\",",
        1,
    );
    let stricter = Schema::parse(&stricter).unwrap();
    let error = world
        .refused(&world.publisher, async |tx| {
            publish(
                tx,
                &stricter,
                saved.guide_id,
                saved.revision_id,
                saved.content_hash,
            )
            .await
        })
        .await;
    assert!(matches!(error, CommandError::Invalid(_)), "{error:?}");
}

#[annai_test]
async fn an_approved_text_whose_slug_went_to_another_guide_meanwhile_is_refused(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.submit(&world.author, first).await;
    world.approve(&world.reviewer, first).await;
    world.save(&world.author, first, text("b", "二")).await;
    world.guide("a").await;
    let error = world
        .refused(&world.publisher, async |tx| {
            publish(
                tx,
                &world.schema,
                first.guide_id,
                first.revision_id,
                first.content_hash,
            )
            .await
        })
        .await;
    assert!(
        matches!(&error, CommandError::SlugTaken(slug) if slug.as_str() == "a"),
        "{error:?}"
    );
}

#[annai_test]
async fn break_glass_takes_an_administrator_and_a_reason_and_is_marked_for_ever(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let review_id = world.submit(&world.author, saved).await;
    let (guide_id, revision_id, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
    let force = async |tx: &mut _, reason: &str| {
        break_glass(tx, &world.schema, guide_id, revision_id, hash, reason).await
    };
    for (reason, code) in [
        ("", "too_short"),
        ("九文字しかない。ね", "too_short"),
        (&" ".repeat(20), "too_short"),
        (&"\u{1b}".repeat(20), "too_short"),
        (&"あ".repeat(2001), "too_long"),
    ] {
        let error = world
            .refused(&world.admin, async |tx| force(tx, reason).await)
            .await;
        let refused = matches!(error, CommandError::Field { field: "reason", fault } if fault.as_str() == code);
        assert!(refused, "{error:?}");
    }
    let publisher = world
        .refusal(&world.publisher, async |tx| {
            force(tx, "十文字ちょうどの理由。").await
        })
        .await;
    assert_eq!(publisher, Refusal::Forbidden(Forbidden::Role));

    let reason = "誤った電話番号が出ている";
    world
        .done(&world.admin, "guide.break_glass", async |tx| {
            force(tx, reason).await
        })
        .await;

    let entry = &ledger::list(&world.db.reader(), every_guide(), Some(guide_id), None, 10)
        .await
        .unwrap()[0];
    assert_eq!(
        (
            entry.authority.as_str(),
            entry.break_glass_reason.as_deref()
        ),
        ("break_glass", Some(reason))
    );
    assert_eq!(entry.published_by_name, "admin");
    let details = world.details().await;
    assert_eq!(
        (&details["reason"], &details["authority"]),
        (&reason.into(), &"break_glass".into())
    );
    let list = reviews::list_of_guide(&world.db.reader(), guide_id, 10)
        .await
        .unwrap();
    assert_eq!(
        (list[0].review_id, list[0].state),
        (review_id, ReviewState::Published)
    );
    assert_eq!(read(&world, "a", 1).await, words(text("a", "一")));
}

#[annai_test]
async fn break_glass_does_not_break_the_checks_nor_publish_an_older_text(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let broken = world
        .guide_of(&world.author, b"---json\n{\"slug\": \"b\"}\n---\n".to_vec())
        .await;
    let first = world.guide("a").await;
    world.save(&world.author, first, text("a", "二")).await;
    let force = async |saved: SavedRevision| {
        let reason = "とても急いでいるのです";
        world
            .refused(&world.admin, async |tx| {
                break_glass(
                    tx,
                    &world.schema,
                    saved.guide_id,
                    saved.revision_id,
                    saved.content_hash,
                    reason,
                )
                .await
            })
            .await
    };
    let error = force(broken).await;
    assert!(matches!(error, CommandError::Invalid(_)), "{error:?}");
    let error = force(first).await;
    assert!(
        matches!(error, CommandError::Refused(Refusal::Stale)),
        "{error:?}"
    );
}

#[annai_test]
async fn the_newest_text_that_is_public_already_cannot_be_submitted(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.release(saved).await;
    let refused = world
        .refusal(&world.author, async |tx| {
            submit(tx, &world.schema, saved.guide_id, saved.revision_id, "").await
        })
        .await;
    assert_eq!(refused, Refusal::State(StateConflict::AlreadyPublic));
}
