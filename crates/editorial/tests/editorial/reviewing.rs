//! Reviews: each judges one exact revision and its content, and is decided once.

use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{Actor, ReviewState};
use annai_editorial::{
    CommandError, approve, archive, request_changes, submit, unarchive, withdraw,
};
use annai_storage::review_queue::{self, QueuePart, QueueViewer};
use annai_storage::{guides, reviews};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, every_guide, open_queue, text};

#[annai_test]
async fn submitting_opens_a_review_of_that_very_text(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let (guide_id, revision_id) = (saved.guide_id, saved.revision_id);
    let review_id = world
        .done(&world.author, "guide.submit", async |tx| {
            submit(tx, &world.schema, guide_id, revision_id, "お願いします").await
        })
        .await;

    let facts = guides::find_facts(&world.db.reader(), guide_id)
        .await
        .unwrap()
        .unwrap();
    let review = facts.review.unwrap();
    assert_eq!(
        (review.review_id, review.revision_id),
        (review_id, revision_id)
    );
    assert_eq!(
        (review.content_hash, review.state),
        (saved.content_hash, ReviewState::Open)
    );
    let reader = world.db.reader();
    let queue = open_queue(&reader, world.author.user_id).await;
    assert_eq!(
        (
            queue[0].review_id,
            queue[0].part == QueuePart::Own,
            queue[0].is_stale
        ),
        (review_id, true, false)
    );
    assert_eq!(queue[0].message, "お願いします");

    let twice = world
        .refusal(&world.author, async |tx| {
            submit(tx, &world.schema, guide_id, revision_id, "").await
        })
        .await;
    assert_eq!(twice, Refusal::State(StateConflict::AlreadyInReview));
}

#[annai_test]
async fn what_could_not_be_published_cannot_be_submitted(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let without_slug = String::from_utf8(text("a", "一"))
        .unwrap()
        .replace("\"slug\"", "\"slag\"");
    for source in [
        without_slug.into_bytes(),
        b"---json\n{\"slug\": \"b\"}\n---\n".to_vec(),
        text("Not A Slug", "一"),
    ] {
        let saved = world.guide_of(&world.author, source).await;
        let error = world
            .refused(&world.author, async |tx| {
                submit(tx, &world.schema, saved.guide_id, saved.revision_id, "").await
            })
            .await;
        let CommandError::Invalid(findings) = &error else {
            panic!("{error:?}")
        };
        assert!(
            findings.iter().any(annai_checks::Finding::is_error),
            "{findings:?}"
        );
    }
}

#[annai_test]
async fn only_the_newest_revision_can_be_submitted(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.save(&world.author, first, text("a", "二")).await;
    let old = world
        .refusal(&world.author, async |tx| {
            submit(tx, &world.schema, first.guide_id, first.revision_id, "").await
        })
        .await;
    assert_eq!(old, Refusal::Stale);
}

#[annai_test]
async fn a_later_save_leaves_the_review_where_it_is_and_a_new_one_supersedes_it(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let older = world.submit(&world.author, first).await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    let reader = world.db.reader();
    let queue = open_queue(&reader, world.reviewer.user_id).await;
    assert_eq!(
        (
            queue[0].revision_id,
            queue[0].is_stale,
            queue[0].part == QueuePart::Own
        ),
        (first.revision_id, true, false)
    );

    let newer = world.submit(&world.author, second).await;

    let list = reviews::list_of_guide(&reader, first.guide_id, 10)
        .await
        .unwrap();
    let mut states: Vec<_> = list
        .iter()
        .map(|review| (review.review_id, review.state))
        .collect();
    states.sort_by_key(|(review_id, _)| *review_id);
    assert_eq!(
        states,
        [(older, ReviewState::Superseded), (newer, ReviewState::Open)]
    );
    let linked = format!(
        "SELECT (previous_review_id = '{older}')::text FROM reviews WHERE review_id = '{newer}'"
    );
    assert_eq!(world.text(linked).await, "true");
    assert_eq!(world.details().await["supersedes"], older.to_string());
}

#[annai_test]
async fn a_withdrawn_review_is_over_and_the_text_can_be_submitted_again(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let guide_id = saved.guide_id;
    let review_id = world.submit(&world.author, saved).await;
    let withdrawn = world
        .done(&world.author, "guide.withdraw", async |tx| {
            withdraw(tx, guide_id).await
        })
        .await;
    assert_eq!(withdrawn, review_id);
    let nothing = world
        .refusal(&world.author, async |tx| withdraw(tx, guide_id).await)
        .await;
    assert_eq!(nothing, Refusal::State(StateConflict::NoReview));
    world.submit(&world.author, saved).await;
}

#[annai_test]
async fn an_approval_completes_a_review_of_one_step(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let review_id = world.submit(&world.author, saved).await;
    let (guide_id, revision_id, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
    let approved = world
        .done(&world.reviewer, "guide.approve", async |tx| {
            approve(tx, guide_id, revision_id, hash, "よい").await
        })
        .await;
    assert_eq!((approved.review_id, approved.completed), (review_id, true));
    let details = world.details().await;
    assert_eq!(
        (&details["content_hash"], &details["completed"]),
        (&hash.to_string().into(), &true.into())
    );

    let list = reviews::list_of_guide(&world.db.reader(), guide_id, 10)
        .await
        .unwrap();
    assert_eq!(list[0].state, ReviewState::Approved);
    assert_eq!(
        (
            list[0].decisions[0].verdict.as_str(),
            list[0].decisions[0].comment.as_str()
        ),
        ("approve", "よい")
    );
    let again = world
        .refusal(&world.admin, async |tx| {
            approve(tx, guide_id, revision_id, hash, "").await
        })
        .await;
    assert_eq!(again, Refusal::State(StateConflict::ReviewClosed));
}

#[annai_test]
async fn a_decision_names_the_revision_and_content_under_review(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.submit(&world.author, first).await;
    let second = world.save(&world.author, first, text("a", "二")).await;
    let guide_id = first.guide_id;
    for (revision_id, hash) in [
        (second.revision_id, second.content_hash),
        (first.revision_id, second.content_hash),
        (second.revision_id, first.content_hash),
    ] {
        let approved = world
            .refusal(&world.reviewer, async |tx| {
                approve(tx, guide_id, revision_id, hash, "").await
            })
            .await;
        let sent_back = world
            .refusal(&world.reviewer, async |tx| {
                request_changes(tx, guide_id, revision_id, hash, "x").await
            })
            .await;
        assert_eq!(
            [approved, sent_back],
            [Refusal::State(StateConflict::OtherContent); 2]
        );
    }
    world.approve(&world.reviewer, first).await;
}

#[annai_test]
async fn sending_back_takes_a_reason_and_its_text_can_be_submitted_anew(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let older = world.submit(&world.author, saved).await;
    let (guide_id, revision_id, hash) = (saved.guide_id, saved.revision_id, saved.content_hash);
    for (reason, code) in [
        ("", "required"),
        (" \u{3000}\n", "required"),
        (&"あ".repeat(2001), "too_long"),
    ] {
        let error = world
            .refused(&world.reviewer, async |tx| {
                request_changes(tx, guide_id, revision_id, hash, reason).await
            })
            .await;
        let refused = matches!(error, CommandError::Field { field: "comment", fault } if fault.as_str() == code);
        assert!(refused, "{error:?}");
    }
    let review_id = world
        .done(&world.reviewer, "guide.request_changes", async |tx| {
            request_changes(tx, guide_id, revision_id, hash, "数字の出典を").await
        })
        .await;
    assert_eq!(review_id, older);

    let newer = world.submit(&world.author, saved).await;
    let list = reviews::list_of_guide(&world.db.reader(), guide_id, 10)
        .await
        .unwrap();
    let back = list
        .iter()
        .find(|review| review.review_id == older)
        .unwrap();
    assert_eq!(
        back.decisions[0].comment, "数字の出典を",
        "the reason stays readable"
    );
    let open = list
        .iter()
        .find(|review| review.review_id == newer)
        .unwrap();
    assert_eq!(
        (open.state, open.decisions.len()),
        (ReviewState::Open, 0),
        "and no longer counts"
    );
}

#[annai_test]
async fn a_review_waits_while_its_guide_is_put_away(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.submit(&world.author, saved).await;
    let guide_id = saved.guide_id;
    world
        .done(&world.publisher, "guide.archive", async |tx| {
            archive(tx, guide_id, false).await
        })
        .await;
    let reader = world.db.reader();
    let queue = open_queue(&reader, world.reviewer.user_id).await;
    assert!(queue.is_empty());
    let archived = world
        .refusal(&world.reviewer, async |tx| {
            approve(tx, guide_id, saved.revision_id, saved.content_hash, "").await
        })
        .await;
    assert_eq!(archived, Refusal::State(StateConflict::Archived));
    world
        .done(&world.publisher, "guide.unarchive", async |tx| {
            unarchive(tx, guide_id).await
        })
        .await;
    world.approve(&world.reviewer, saved).await;
}

#[annai_test]
async fn a_submission_counts_the_letters_of_the_change(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.submit(&world.author, first).await;
    let reader = world.db.reader();
    let queue = open_queue(&reader, world.reviewer.user_id).await;
    let (added, removed) = queue[0].letters.unwrap();
    assert!(
        added > 0 && removed == 0,
        "a first publication adds all: {added}"
    );

    world.approve(&world.reviewer, first).await;
    world.publish(first).await.unwrap();
    let second = world.save(&world.author, first, text("a", "二三")).await;
    world.submit(&world.author, second).await;
    let queue = open_queue(&reader, world.reviewer.user_id).await;
    // The word stands in three places of the text.
    assert_eq!(queue[0].letters, Some((6, 3)));
}

#[annai_test]
async fn a_review_waits_for_people_who_may_judge_it_and_first_for_those_whom_it_concerns(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let (a, b) = (world.guide("a").await, world.guide("b").await);
    for saved in [a, b] {
        world.submit(&world.author, saved).await;
    }
    world
        .run(&world.reviewer, async |tx| {
            request_changes(tx, b.guide_id, b.revision_id, b.content_hash, "理由").await
        })
        .await
        .unwrap();
    let again = world.save(&world.author, b, text("b", "二")).await;
    world.submit(&world.author, again).await;

    let reader = world.db.reader();
    let parts = async |viewer: &Actor| -> Vec<_> {
        let queue = open_queue(&reader, viewer.user_id).await.into_iter();
        queue.map(|review| (review.slug, review.part)).collect()
    };
    let found = |slug: &str, part| (slug.to_owned(), part);
    assert_eq!(
        parts(&world.reviewer).await,
        [
            found("b", QueuePart::Involved),
            found("a", QueuePart::Other)
        ]
    );
    assert_eq!(
        parts(&world.author).await,
        [found("a", QueuePart::Own), found("b", QueuePart::Own)]
    );
    for (viewer, expected) in [(&world.reviewer, 2), (&world.author, 0)] {
        let viewer = QueueViewer {
            scope: every_guide(),
            user_id: viewer.user_id,
        };
        let count = review_queue::count_waiting(&reader, viewer).await.unwrap();
        assert_eq!(count, expected);
    }
}
