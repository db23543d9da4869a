//! Reviews pin a revision; the schema alone enforces four eyes.

use annai_domain::{
    Actor, Authority, ContentHash, Judgement, PublicationAction, ReviewId, ReviewState, Verdict,
    judgement_in,
};
use annai_storage::{Conflict, StorageError};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Saved, World, open_review};

fn conflict(result: Result<(), StorageError>) -> Option<Conflict> {
    match result {
        Ok(()) => None,
        Err(StorageError::Conflict(conflict)) => Some(conflict),
        Err(other) => panic!("{other:?}"),
    }
}

#[annai_test]
async fn a_guide_has_at_most_one_live_review(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let other = world.guide("b").await;
    world.submit(&world.author, other).await;

    for over in [
        ReviewState::Withdrawn,
        ReviewState::Superseded,
        ReviewState::Published,
    ] {
        let review_id = world.submit(&world.author, saved).await;
        for live in [
            ReviewState::Open,
            ReviewState::Approved,
            ReviewState::ChangesRequested,
        ] {
            world.set_state(review_id, live).await.unwrap();
            let mut tx = world.begin(&world.author).await;
            let second = open_review(&mut tx, ReviewId::new(), saved).await;
            assert_eq!(conflict(second), Some(Conflict::ReviewAlive), "{live:?}");
        }
        world.set_state(review_id, over).await.unwrap();
    }
}

#[annai_test]
async fn a_review_that_is_over_never_lives_again(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    for over in [
        ReviewState::Withdrawn,
        ReviewState::Superseded,
        ReviewState::Published,
    ] {
        let review_id = world.submit(&world.author, saved).await;
        world.set_state(review_id, over).await.unwrap();
        for state in ReviewState::ALL {
            let result = world.set_state(review_id, state).await;
            assert_eq!(
                conflict(result),
                Some(Conflict::ReviewOver),
                "{over:?} → {state:?}"
            );
        }
    }
}

#[annai_test]
async fn a_review_pins_a_revision_of_its_guide_with_that_revisions_content(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let newer = world.revise(&world.author, saved, "二").await;
    for wrong in [
        Saved {
            content_hash: newer.content_hash,
            ..saved
        },
        Saved {
            revision_id: other.revision_id,
            content_hash: other.content_hash,
            ..saved
        },
        Saved {
            content_hash: ContentHash::of(b"unknown"),
            ..saved
        },
    ] {
        let mut tx = world.begin(&world.author).await;
        let error = open_review(&mut tx, ReviewId::new(), wrong)
            .await
            .unwrap_err();
        let StorageError::Database(error) = error else {
            panic!("{error:?}")
        };
        assert_eq!(
            crate::world::rule_of(&error),
            "reviews_pinned_revision_fkey"
        );
    }
    let (mine, theirs) = (
        world.submit(&world.author, saved).await,
        world.submit(&world.author, other).await,
    );
    world.set_state(mine, ReviewState::Withdrawn).await.unwrap();
    let insert = |previous: ReviewId, state: &str, message: &str| {
        format!(
            "INSERT INTO reviews (review_id, guide_id, revision_id, content_hash, policy, previous_review_id, state,
                                  message, submitted_by, submitted_at)
             SELECT gen_random_uuid(), guide_id, revision_id, content_hash, policy, '{previous}', '{state}',
                    {message}, submitted_by, now() FROM reviews WHERE review_id = '{mine}'"
        )
    };
    for (sql, rule) in [
        (insert(theirs, "open", "''"), "reviews_own_previous_fkey"),
        (insert(mine, "typo", "''"), "reviews_state_check"),
        (
            insert(mine, "open", "repeat('あ', 2001)"),
            "reviews_message_check",
        ),
    ] {
        assert_eq!(world.rule_against(sql).await, rule);
    }
    world.run(insert(mine, "open", "repeat('あ', 2000)")).await;
}

#[annai_test]
async fn a_decision_is_about_the_content_under_review(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    let newer = world.revise(&world.author, saved, "二").await;
    let review_id = world.submit(&world.author, saved).await;
    let error = world
        .decide(&world.reviewer, review_id, newer, Verdict::Approve)
        .await
        .unwrap_err();
    let StorageError::Database(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        crate::world::rule_of(&error),
        "decisions_judged_content_fkey"
    );

    let reviewer = world.reviewer.user_id;
    let insert = |verdict: &str, comment: &str| {
        format!(
            "INSERT INTO decisions (decision_id, review_id, content_hash, step, verdict, comment, decided_by, decided_at)
             SELECT gen_random_uuid(), review_id, content_hash, 0, '{verdict}', {comment}, '{reviewer}', now()
               FROM reviews"
        )
    };
    for (sql, rule) in [
        (insert("typo", "'x'"), "decisions_verdict_check"),
        (insert("request_changes", "''"), "decisions_reason_check"),
        (
            insert("approve", "repeat('あ', 2001)"),
            "decisions_comment_check",
        ),
    ] {
        assert_eq!(world.rule_against(sql).await, rule);
    }
    world.run(insert("approve", "''")).await;
}

#[annai_test]
async fn nobody_approves_twice_in_one_review(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let review_id = world.submit(&world.author, saved).await;
    world
        .decide(&world.reviewer, review_id, saved, Verdict::Approve)
        .await
        .unwrap();
    let again = world
        .decide(&world.reviewer, review_id, saved, Verdict::Approve)
        .await;
    assert_eq!(conflict(again), Some(Conflict::DecidedAlready));
    world
        .decide(&world.admin, review_id, saved, Verdict::Approve)
        .await
        .unwrap();
    let taken_back = world
        .decide(&world.reviewer, review_id, saved, Verdict::RequestChanges)
        .await;
    assert_eq!(conflict(taken_back), None);
}

/// Returns whether the schema lets `actor` decide, by either verdict.
async fn may_decide(world: &World, actor: &Actor, review_id: ReviewId, saved: Saved) -> bool {
    let sent_back = world
        .decide(actor, review_id, saved, Verdict::RequestChanges)
        .await;
    let approved = world
        .decide(actor, review_id, saved, Verdict::Approve)
        .await;
    match (conflict(sent_back), conflict(approved)) {
        (None, None | Some(Conflict::DecidedAlready)) => true,
        (Some(Conflict::FourEyes), Some(Conflict::FourEyes)) => false,
        other => panic!("{other:?}"),
    }
}

#[annai_test]
async fn the_author_of_any_revision_of_the_change_cannot_decide_on_it(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.revise(&world.admin, first, "二").await;
    let third = world.revise(&world.author, second, "三").await;
    let review_id = world.submit(&world.author, third).await;
    // A revision saved after the submission does not belong to the change under review.
    world.revise(&world.editor, third, "四").await;

    assert!(
        !may_decide(&world, &world.author, review_id, third).await,
        "wrote the first and the last"
    );
    assert!(
        !may_decide(&world, &world.admin, review_id, third).await,
        "wrote one in between"
    );
    assert!(
        may_decide(&world, &world.editor, review_id, third).await,
        "wrote a later one"
    );
    assert!(
        may_decide(&world, &world.reviewer, review_id, third).await,
        "wrote nothing"
    );
}

#[annai_test]
async fn the_person_who_asked_for_the_review_cannot_decide_on_it(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let review_id = world.submit(&world.editor, saved).await;
    assert!(!may_decide(&world, &world.editor, review_id, saved).await);
}

#[annai_test]
async fn the_change_begins_after_what_readers_see(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.revise(&world.editor, first, "二").await;
    world.publish(second, "a").await;
    let third = world.revise(&world.admin, second, "三").await;
    let review_id = world.submit(&world.admin, third).await;

    assert!(
        may_decide(&world, &world.author, review_id, third).await,
        "the first is public"
    );
    assert!(
        may_decide(&world, &world.editor, review_id, third).await,
        "the second is public"
    );
    assert!(!may_decide(&world, &world.admin, review_id, third).await);

    // After an unpublication the whole text that is to become public again is the change.
    world
        .take_down(second, "a", PublicationAction::Unpublish, Authority::Role)
        .await;
    assert!(!may_decide(&world, &world.author, review_id, third).await);
    assert!(!may_decide(&world, &world.editor, review_id, third).await);
    assert!(may_decide(&world, &world.reviewer, review_id, third).await);
}

#[annai_test]
async fn comments_belong_to_a_review_of_their_guide_and_say_something(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let theirs = world.submit(&world.author, other).await;
    let (guide, author) = (saved.guide_id, world.author.user_id);
    let thread = format!(
        "INSERT INTO threads (thread_id, guide_id, review_id, is_blocking, created_by, created_at)
         VALUES (gen_random_uuid(), '{guide}', '{theirs}', false, '{author}', now())"
    );
    assert_eq!(
        world.rule_against(thread.clone()).await,
        "threads_own_review_fkey"
    );
    world
        .run(thread.replace(&format!("'{theirs}'"), "NULL"))
        .await;
    for (body, refused) in [
        ("''", true),
        ("repeat('あ', 4001)", true),
        ("repeat('あ', 4000)", false),
    ] {
        let comment = format!(
            "INSERT INTO comments (comment_id, thread_id, body, created_by, created_at)
             SELECT gen_random_uuid(), thread_id, {body}, created_by, now() FROM threads"
        );
        if refused {
            assert_eq!(world.rule_against(comment).await, "comments_body_check");
        } else {
            world.run(comment).await;
        }
    }
}

#[annai_test]
async fn there_is_one_default_policy_and_it_has_steps(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let insert = |name: &str, policy: &str, is_default: bool| {
        format!(
            "INSERT INTO review_policies VALUES (gen_random_uuid(), '{name}', '{policy}', {is_default}, now())"
        )
    };
    let steps = r#"{"steps": [{"approvals_needed": 2}]}"#;
    for (sql, rule) in [
        (
            insert("two", steps, true),
            "review_policies_one_default_key",
        ),
        (insert("default", steps, false), "review_policies_name_key"),
        (
            insert("no steps", "{}", false),
            "review_policies_policy_check",
        ),
        (
            insert("none", r#"{"steps": []}"#, false),
            "review_policies_steps_check",
        ),
    ] {
        assert_eq!(world.rule_against(sql).await, rule);
    }
    let tx = world.begin(&world.author).await;
    let policy = annai_storage::reviews::default_policy(&tx).await.unwrap();
    assert_eq!(policy, annai_domain::ReviewPolicy::default());
}

#[annai_test]
async fn a_review_is_live_exactly_while_it_gives_a_judgement(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for state in ReviewState::ALL {
        let sql = format!("SELECT is_live_review('{state}')::integer::bigint");
        let is_live = world.number(sql).await == 1;
        assert_eq!(is_live, judgement_in(state) != Judgement::None, "{state}");
    }
}
