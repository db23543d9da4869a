//! Preview links: for their own guide, valid for at most a week, and only ever ended.

use annai_domain::{GuideId, PreviewLinkId, RevisionId};
use annai_storage::preview_links::{self, NewPreviewLink};
use annai_storage::{Conflict, StorageError};
use annai_test_macros::annai_test;
use annai_test_world::now;
use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

const HASH: [u8; 32] = [7; 32];

fn link(guide_id: GuideId, revision_id: Option<RevisionId>) -> NewPreviewLink<'static> {
    NewPreviewLink {
        preview_link_id: PreviewLinkId::new(),
        guide_id,
        revision_id,
        token_hash: &HASH,
        hint: "annai_l_7Jk2Qx",
        expires_at: hours(24),
    }
}

fn hours(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

async fn insert(world: &World, link: NewPreviewLink<'_>) -> Result<(), StorageError> {
    let mut tx = world.begin(&world.author).await;
    preview_links::insert(&mut tx, link).await?;
    tx.commit().await
}

/// Returns the name of the rule that refuses `link`.
async fn rule_against(world: &World, link: NewPreviewLink<'_>) -> String {
    match insert(world, link).await {
        Err(StorageError::Database(error)) => crate::world::rule_of(&error),
        other => panic!("{other:?}"),
    }
}

#[annai_test]
async fn a_link_shows_a_revision_of_its_own_guide_only(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (own, other) = (world.guide("own").await, world.guide("other").await);

    let refused = insert(&world, link(own.guide_id, Some(other.revision_id))).await;

    assert!(
        matches!(
            refused,
            Err(StorageError::Conflict(Conflict::UnknownRevision))
        ),
        "{refused:?}"
    );
    insert(&world, link(own.guide_id, Some(own.revision_id)))
        .await
        .unwrap();
}

#[annai_test]
async fn a_link_lives_in_the_future_and_seven_days_at_most(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let guide_id = world.guide("own").await.guide_id;
    let until = |expires_at| NewPreviewLink {
        expires_at,
        ..link(guide_id, None)
    };
    let second = SignedDuration::from_secs(1);
    for expires_at in [hours(-1), now(), hours(7 * 24) + second] {
        assert_eq!(
            rule_against(&world, until(expires_at)).await,
            "preview_links_expires_at_check"
        );
    }
    insert(&world, until(hours(7 * 24))).await.unwrap();
}

#[annai_test]
async fn a_secret_belongs_to_one_link_and_is_a_whole_hash(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let guide_id = world.guide("own").await.guide_id;
    insert(&world, link(guide_id, None)).await.unwrap();

    let again = rule_against(&world, link(guide_id, None)).await;

    assert_eq!(again, "preview_links_token_hash_key");
    let short = "INSERT INTO preview_links
        SELECT gen_random_uuid(), guide_id, NULL, 'short', hint, created_by, created_at, expires_at
          FROM preview_links";
    assert_eq!(
        world.rule_against(short).await,
        "preview_links_token_hash_check"
    );
}

#[annai_test]
async fn a_link_is_found_while_it_is_valid(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (own, other) = (world.guide("own").await, world.guide("other").await);
    let new = link(own.guide_id, Some(own.revision_id));
    insert(&world, new).await.unwrap();
    let db = world.db.reader();

    let found = preview_links::find_living(&db, &HASH, now()).await.unwrap();

    let found = found.unwrap();
    assert_eq!(found.preview_link_id, new.preview_link_id);
    assert_eq!(found.guide_id, own.guide_id);
    assert_eq!(found.revision_id, Some(own.revision_id));
    assert_eq!(found.created_by, world.author.user_id);
    for (hash, at) in [([8; 32], now()), (HASH, hours(24))] {
        let found = preview_links::find_living(&db, &hash, at).await.unwrap();
        assert_eq!(found, None, "{at}");
    }

    let mut tx = world.begin(&world.editor).await;
    let id = new.preview_link_id;
    let revoke = preview_links::revoke;
    for (guide_id, changes) in [
        (other.guide_id, None),
        (own.guide_id, Some(true)),
        (own.guide_id, Some(false)),
    ] {
        assert_eq!(revoke(&mut tx, guide_id, id).await.unwrap(), changes);
    }
    tx.commit().await.unwrap();
    let found = preview_links::find_living(&db, &HASH, now()).await.unwrap();
    assert_eq!(found, None);
}

#[annai_test]
async fn a_guides_links_are_listed_those_that_live_first(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (own, other) = (world.guide("own").await, world.guide("other").await);
    let mut ids = Vec::new();
    for (number, guide) in [(1, own), (2, own), (3, own), (4, other)] {
        let new = NewPreviewLink {
            token_hash: &[number; 32],
            revision_id: (number == 1).then_some(guide.revision_id),
            ..link(guide.guide_id, None)
        };
        insert(&world, new).await.unwrap();
        ids.push(new.preview_link_id);
    }
    let mut tx = world.begin(&world.author).await;
    preview_links::revoke(&mut tx, own.guide_id, ids[2])
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let db = world.db.reader();
    let links = preview_links::list(&db, own.guide_id, now(), 10)
        .await
        .unwrap();

    let listed: Vec<_> = links.iter().map(|link| link.preview_link_id).collect();
    assert_eq!(listed, [ids[1], ids[0], ids[2]]);
    let numbers = links.iter().map(|link| link.revision_number);
    assert_eq!(numbers.collect::<Vec<_>>(), [None, Some(1), None]);
    assert_eq!(links[2].revoked_at, Some(now()));
    assert_eq!(links[0].created_by_name, "author");
}

#[annai_test]
async fn a_link_can_only_be_ended_never_changed(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (own, other) = (world.guide("own").await, world.guide("other").await);
    insert(&world, link(own.guide_id, None)).await.unwrap();
    for change in [
        "revision_id = (SELECT revision_id FROM revisions WHERE guide_id = preview_links.guide_id)"
            .to_owned(),
        format!("guide_id = '{}'", other.guide_id),
        "expires_at = expires_at + interval '1 hour'".to_owned(),
        "token_hash = sha256('')".to_owned(),
    ] {
        let sql = format!("UPDATE preview_links SET {change}");
        assert_eq!(world.rule_against(sql).await, "preview_links_immutable");
    }
    world
        .run("UPDATE preview_links SET revoked_at = now()")
        .await;
    for sql in [
        "UPDATE preview_links SET revoked_at = NULL",
        "DELETE FROM preview_links",
        "TRUNCATE preview_links",
    ] {
        assert_eq!(world.rule_against(sql).await, "preview_links_immutable");
    }
}
