//! Published versions: one at a time per guide, tied to the ledger.

use annai_domain::{ContentHash, Ref};
use annai_storage::published_versions::find_public_source;
use annai_storage::{Conflict, StorageError, published_versions};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{Saved, World, append_import, rule_of, write_version};

/// Returns the rule that refuses a version of `saved` at `at`, published by that entry.
async fn rule_against_version(world: &World, saved: Saved, slug: &str, at: i64) -> Option<String> {
    let mut tx = world.begin(&world.publisher).await;
    let slug = slug.parse().unwrap();
    match write_version(&mut tx, saved, &slug, Ref::new(at).unwrap()).await {
        Ok(()) => None,
        Err(StorageError::Database(error)) => Some(rule_of(&error)),
        Err(other) => panic!("{other:?}"),
    }
}

#[annai_test]
async fn a_version_stands_on_a_publication_and_a_revision_of_its_guide(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    let mut tx = world.begin(&world.publisher).await;
    append_import(&mut tx, saved, &"a".parse().unwrap())
        .await
        .unwrap();
    append_import(&mut tx, other, &"b".parse().unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let own = Some("published_versions_own_publication_fkey".to_owned());
    let revision = Some("published_versions_revision_fkey".to_owned());
    assert_eq!(
        rule_against_version(&world, saved, "a", 2).await,
        own,
        "another guide's entry"
    );
    let foreign = Saved {
        revision_id: other.revision_id,
        ..saved
    };
    assert_eq!(
        rule_against_version(&world, foreign, "a", 1).await,
        revision
    );
    let altered = Saved {
        content_hash: ContentHash::of(b"another"),
        ..saved
    };
    assert_eq!(
        rule_against_version(&world, altered, "a", 1).await,
        revision
    );
    assert_eq!(rule_against_version(&world, saved, "a", 1).await, None);
}

#[annai_test]
async fn a_guide_has_one_public_version_and_a_slug_one_public_guide(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    world.publish(saved, "a").await;

    let mut tx = world.begin(&world.publisher).await;
    let name = append_import(&mut tx, saved, &"a".parse().unwrap())
        .await
        .unwrap();
    let twice = write_version(&mut tx, saved, &"a".parse().unwrap(), name.number)
        .await
        .unwrap_err();
    let StorageError::Database(error) = twice else {
        panic!("{twice:?}")
    };
    assert_eq!(rule_of(&error), "published_versions_one_current_key");
    drop(tx);

    let mut tx = world.begin(&world.publisher).await;
    let name = append_import(&mut tx, other, &"b".parse().unwrap())
        .await
        .unwrap();
    let taken = write_version(&mut tx, other, &"a".parse().unwrap(), name.number).await;
    assert!(
        matches!(taken, Err(StorageError::Conflict(Conflict::SlugTaken))),
        "{taken:?}"
    );
}

#[annai_test]
async fn the_site_at_any_ref_can_be_read_again(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    world.publish(first, "a").await;
    world.publish(other, "b").await;
    let second = world.revise(&world.author, first, "二").await;
    world.publish(second, "a").await;
    let authority = annai_domain::Authority::Role;
    world
        .take_down(
            other,
            "b",
            annai_domain::PublicationAction::Unpublish,
            authority,
        )
        .await;

    for (at, expected) in [
        (0, ""),
        (1, "a1"),
        (2, "a1 b1"),
        (3, "a2 b1"),
        (4, "a2"),
        (9, "a2"),
    ] {
        let site = world
            .row(format!(
                "SELECT COALESCE(string_agg(slug || revision_number, ' ' ORDER BY slug), '')
                   FROM published_versions WHERE from_ref <= {at} AND ({at} < to_ref OR to_ref IS NULL)"
            ))
            .await;
        assert_eq!(sqlx::Row::get::<String, _>(&site, 0), expected, "ref {at}");
    }
    let reader = world.db.reader();
    assert!(
        find_public_source(&reader, first.guide_id)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        find_public_source(&reader, other.guide_id).await.unwrap(),
        None
    );
}

#[annai_test]
async fn ending_a_version_that_is_not_there_changes_nothing(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (saved, other) = (world.guide("a").await, world.guide("b").await);
    world.publish(other, "b").await;
    let mut tx = world.begin(&world.publisher).await;
    published_versions::end_current(&mut tx, saved.guide_id, Ref::new(1).unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let current = "SELECT count(*) FROM published_versions WHERE to_ref IS NULL";
    assert_eq!(world.number(current).await, 1);
}
