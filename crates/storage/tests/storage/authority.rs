//! Every publication names exactly one authority that justifies it.

use annai_domain::{
    Authority, PublicationAction as Action, Ref, ReviewId, ReviewState, RevisionId, Verdict,
};
use annai_storage::ledger::{self, NewEntry};
use annai_storage::{Conflict, StorageError};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Saved, World};

async fn append(
    world: &World,
    saved: Saved,
    revision_id: Option<RevisionId>,
    action: Action,
    authority: Authority,
) -> Option<Conflict> {
    let mut tx = world.begin(&world.publisher).await;
    let slug = "a".parse().unwrap();
    let entry = NewEntry {
        guide_id: saved.guide_id,
        revision_id,
        action,
        slug: &slug,
        authority: &authority,
    };
    match ledger::append(&mut tx, entry).await {
        Ok(_) => None,
        Err(StorageError::Conflict(conflict)) => Some(conflict),
        Err(other) => panic!("{authority:?}: {other:?}"),
    }
}

#[annai_test]
async fn each_authority_carries_the_actions_it_is_for_and_no_other(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.publish(saved, "a").await;
    let review_id = world.approved(saved).await;
    let reason = || "誤りが公開されているため".to_owned();
    let restored = Ref::new(1).unwrap();
    let authorities = [
        (Authority::Review(review_id), vec![Action::Publish]),
        (
            Authority::BreakGlass { reason: reason() },
            vec![Action::Publish],
        ),
        (Authority::Import, vec![Action::Publish]),
        (Authority::Rollback { restored }, vec![Action::Rollback]),
        (Authority::Role, vec![Action::Unpublish, Action::Archive]),
        (Authority::System, vec![Action::Expire]),
    ];
    for (authority, allowed) in authorities {
        for action in [
            Action::Publish,
            Action::Rollback,
            Action::Unpublish,
            Action::Expire,
            Action::Archive,
        ] {
            let makes_public = action.makes_public();
            // A rollback needs the revision that it brings back.
            for revision_id in [Some(saved.revision_id), None] {
                let fits = allowed.contains(&action) && revision_id.is_some() == makes_public;
                let conflict = append(&world, saved, revision_id, action, authority.clone()).await;
                let refused = matches!(
                    conflict,
                    Some(Conflict::OneAuthority | Conflict::NotPublicThen)
                );
                assert_eq!(
                    (conflict.is_none(), refused),
                    (fits, !fits),
                    "{authority:?} {action:?} {revision_id:?}: {conflict:?}"
                );
            }
        }
    }
}

#[annai_test]
async fn an_entry_has_the_particulars_of_its_authority_and_no_others(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.publish(saved, "a").await;
    let review = format!("'{}'", world.approved(saved).await);
    let (review, reason, restored) = (review.as_str(), "'ten letters'", "1");
    let none = "NULL";
    let insert = |action: &str, authority: &str, [review, reason, restored]: [&str; 3]| {
        let revision = if matches!(action, "publish" | "rollback") {
            "revision_id"
        } else {
            "NULL"
        };
        format!(
            "INSERT INTO publications (ref, guide_id, revision_id, action, slug, authority, review_id,
                 break_glass_reason, restored_ref, published_by, published_at, previous_hash, hash)
             SELECT 0, guide_id, {revision}, '{action}', 'a', '{authority}', {review}, {reason}, {restored},
                    created_by, now(), '', '' FROM revisions"
        )
    };
    let one = "publications_one_authority_check";
    for (action, authority, particulars, rule) in [
        ("publish", "review", [review, reason, none], Some(one)),
        ("publish", "review", [review, none, restored], Some(one)),
        (
            "publish",
            "review",
            [none, none, none],
            Some("publications_review_is_approved"),
        ),
        (
            "publish",
            "break_glass",
            [none, none, none],
            Some("publications_break_glass_reason_check"),
        ),
        (
            "publish",
            "break_glass",
            [none, "'too short'", none],
            Some(one),
        ),
        ("publish", "break_glass", [review, reason, none], Some(one)),
        (
            "publish",
            "break_glass",
            [none, reason, restored],
            Some(one),
        ),
        ("publish", "import", [review, none, none], Some(one)),
        ("publish", "import", [none, reason, none], Some(one)),
        ("publish", "import", [none, none, restored], Some(one)),
        ("rollback", "rollback", [review, none, restored], Some(one)),
        ("rollback", "rollback", [none, reason, restored], Some(one)),
        (
            "rollback",
            "rollback",
            [none, none, none],
            Some("publications_rollback_was_public"),
        ),
        ("unpublish", "role", [review, none, none], Some(one)),
        ("unpublish", "role", [none, reason, none], Some(one)),
        ("archive", "role", [none, none, restored], Some(one)),
        ("expire", "system", [none, reason, none], Some(one)),
        ("publish", "nobody", [none, none, none], Some(one)),
        ("publish", "", [none, none, none], Some(one)),
        (
            "typo",
            "role",
            [none, none, none],
            Some("publications_action_check"),
        ),
        ("publish", "review", [review, none, none], None),
        ("publish", "break_glass", [none, reason, none], None),
        ("publish", "import", [none, none, none], None),
        ("rollback", "rollback", [none, none, restored], None),
        ("unpublish", "role", [none, none, none], None),
        ("archive", "role", [none, none, none], None),
        ("expire", "system", [none, none, none], None),
    ] {
        let result = world.attempt(insert(action, authority, particulars)).await;
        let broken = result.as_ref().err().map(crate::world::rule_of);
        // An unknown action breaks two rules; Postgres reports the first in alphabetical order.
        assert_eq!(
            broken.as_deref(),
            rule,
            "{action} {authority} {particulars:?}"
        );
    }
}

#[annai_test]
async fn a_review_is_an_authority_only_once_it_is_approved_and_only_for_its_revision(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let theirs = world.approved(other).await;
    let publish = async |review_id, revision: RevisionId| {
        append(
            &world,
            saved,
            Some(revision),
            Action::Publish,
            Authority::Review(review_id),
        )
        .await
    };
    let refused = Some(Conflict::NotApproved);

    let review_id = world.submit(&world.author, saved).await;
    assert_eq!(publish(review_id, saved.revision_id).await, refused, "open");
    world
        .decide(&world.reviewer, review_id, saved, Verdict::Approve)
        .await
        .unwrap();
    world
        .set_state(review_id, ReviewState::ChangesRequested)
        .await
        .unwrap();
    assert_eq!(
        publish(review_id, saved.revision_id).await,
        refused,
        "sent back"
    );
    world
        .set_state(review_id, ReviewState::Approved)
        .await
        .unwrap();
    assert_eq!(
        publish(review_id, saved.revision_id).await,
        None,
        "approved"
    );

    let newer = world.revise(&world.author, saved, "二").await;
    assert_eq!(
        publish(review_id, newer.revision_id).await,
        refused,
        "a newer revision"
    );
    assert_eq!(
        publish(theirs, saved.revision_id).await,
        refused,
        "another guide's review"
    );
    assert_eq!(
        publish(ReviewId::new(), saved.revision_id).await,
        refused,
        "no review"
    );
    for over in [
        ReviewState::Published,
        ReviewState::Superseded,
        ReviewState::Withdrawn,
    ] {
        world.set_state(review_id, over).await.unwrap_or_default();
        assert_eq!(
            publish(review_id, saved.revision_id).await,
            refused,
            "{over:?}"
        );
    }
}

#[annai_test]
async fn a_guide_cannot_publish_another_guides_revision(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let revision = Some(other.revision_id);
    let reason = "誤りが公開されているため".to_owned();
    for authority in [Authority::Import, Authority::BreakGlass { reason }] {
        let conflict = append(&world, saved, revision, Action::Publish, authority).await;
        assert_eq!(conflict, Some(Conflict::NotOwnRevision));
    }
}

#[annai_test]
async fn a_rollback_brings_back_exactly_what_was_public_at_that_ref(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.publish(first, "a").await;
    let second = world.revise(&world.author, first, "二").await;
    let other = world.guide("b").await;
    world.publish(other, "b").await;
    world
        .take_down(first, "a", Action::Unpublish, Authority::Role)
        .await;
    let rollback = async |revision: RevisionId, restored: i64| {
        let authority = Authority::Rollback {
            restored: Ref::new(restored).unwrap(),
        };
        append(&world, first, Some(revision), Action::Rollback, authority).await
    };
    let refused = Some(Conflict::NotPublicThen);

    assert_eq!(
        rollback(second.revision_id, 1).await,
        refused,
        "not the revision of that entry"
    );
    assert_eq!(
        rollback(first.revision_id, 2).await,
        refused,
        "another guide's entry"
    );
    assert_eq!(
        rollback(other.revision_id, 2).await,
        refused,
        "another guide's entry and revision"
    );
    assert_eq!(rollback(first.revision_id, 3).await, refused, "a tombstone");
    assert_eq!(
        rollback(first.revision_id, 0).await,
        refused,
        "before the first entry"
    );
    assert_eq!(
        rollback(first.revision_id, 4).await,
        refused,
        "an entry to come"
    );
    assert_eq!(rollback(first.revision_id, 1).await, None);
}

#[annai_test]
async fn an_approval_is_no_authority_once_its_reviewer_wrote_a_part_of_the_change(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.publish(first, "a").await;
    let second = world.revise(&world.reviewer, first, "二").await;
    world.publish(second, "a").await;
    let third = world.revise(&world.author, second, "三").await;
    let review_id = world.approved(third).await;
    let publish = async || {
        append(
            &world,
            third,
            Some(third.revision_id),
            Action::Publish,
            Authority::Review(review_id),
        )
        .await
    };
    assert_eq!(publish().await, None);

    let lapsed = Some(Conflict::ApprovalLapsed);
    world.publish(first, "a").await;
    assert_eq!(publish().await, lapsed, "the first is public again");
    world.publish(second, "a").await;
    assert_eq!(publish().await, None, "the second is public again");
    world
        .take_down(second, "a", Action::Unpublish, Authority::Role)
        .await;
    assert_eq!(publish().await, lapsed, "nothing is public");
}

#[annai_test]
async fn a_review_publishes_only_while_none_of_its_approvers_wrote_a_part(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.publish(first, "a").await;
    let second = world.revise(&world.reviewer, first, "二").await;
    world.publish(second, "a").await;
    let third = world.revise(&world.author, second, "三").await;
    let review_id = world.approved(third).await;
    let publish = async || {
        let authority = Authority::Review(review_id);
        append(
            &world,
            third,
            Some(third.revision_id),
            Action::Publish,
            authority,
        )
        .await
    };
    assert_eq!(publish().await, None);

    // The reviewer's words are public no more, so the change holds them too.
    world
        .take_down(second, "a", Action::Unpublish, Authority::Role)
        .await;
    assert_eq!(publish().await, Some(Conflict::ApprovalLapsed));
}
