//! Revisions: numbers without gaps, one line of history, and only of their own guide.

use annai_domain::{ContentHash, GuideId, RevisionId, RevisionOrigin};
use annai_storage::revisions::NewRevision;
use annai_storage::{Conflict, StorageError, guides, revisions};
use annai_test_macros::annai_test;
use serde_json::{Map, json};
use sqlx::Row as _;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, write};

#[annai_test]
async fn revisions_are_numbered_without_gaps_also_when_a_save_is_undone(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let first = world.guide("a").await;
    for _ in 0..3 {
        let mut tx = world.begin(&world.author).await;
        let undone = write(&mut tx, first.guide_id, Some(first.revision_id), Map::new())
            .await
            .unwrap();
        assert_eq!(undone.revision_number, 2);
        drop(tx);
    }
    let second = world.revise(&world.author, first, "二").await;
    let third = world.revise(&world.editor, second, "三").await;

    assert_eq!(
        (
            first.revision_number,
            second.revision_number,
            third.revision_number
        ),
        (1, 2, 3)
    );
    let row = world
        .row("SELECT revision_count, latest_revision_id FROM guides")
        .await;
    assert_eq!(
        (row.get::<i32, _>(0), row.get::<uuid::Uuid, _>(1)),
        (3, third.revision_id.0)
    );
}

#[annai_test]
async fn the_parent_of_a_revision_is_the_newest_one(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.revise(&world.author, first, "二").await;
    let elsewhere = world.guide("b").await;

    for parent in [
        None,
        Some(first.revision_id),
        Some(elsewhere.revision_id),
        Some(RevisionId::new()),
    ] {
        let mut tx = world.begin(&world.author).await;
        let result = write(&mut tx, first.guide_id, parent, Map::new()).await;
        assert!(
            matches!(
                result,
                Err(StorageError::Conflict(Conflict::ParentNotLatest))
            ),
            "{parent:?}: {result:?}"
        );
    }
    let mut tx = world.begin(&world.author).await;
    let result = write(
        &mut tx,
        first.guide_id,
        Some(second.revision_id),
        Map::new(),
    )
    .await;
    assert_eq!(result.unwrap().revision_number, 3);
}

#[annai_test]
async fn a_guide_begins_with_a_revision_without_parent(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let elsewhere = world.guide("b").await;
    let mut tx = world.begin(&world.author).await;
    let guide_id = GuideId::new();
    guides::insert(&mut tx, guide_id, None).await.unwrap();
    let result = write(&mut tx, guide_id, Some(elsewhere.revision_id), Map::new()).await;
    assert!(
        matches!(
            result,
            Err(StorageError::Conflict(Conflict::ParentNotLatest))
        ),
        "{result:?}"
    );
}

#[annai_test]
async fn two_writers_on_one_base_make_one_revision(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let first = world.guide("a").await;
    let save = |title: &'static str| {
        let (db, actor) = (world.db.clone(), world.editor.clone());
        async move {
            let mut tx = db.begin(actor).await?;
            let serde_json::Value::Object(fields) = json!({ "title": title }) else {
                unreachable!()
            };
            let saved = write(&mut tx, first.guide_id, Some(first.revision_id), fields).await?;
            tx.commit().await?;
            Ok::<_, StorageError>(saved)
        }
    };
    let (left, right) = tokio::join!(save("左"), save("右"));

    let lost = left.as_ref().err().or(right.as_ref().err());
    assert!(
        matches!(
            lost,
            Some(StorageError::Conflict(Conflict::ParentNotLatest))
        ),
        "{lost:?}"
    );
    assert!(left.is_ok() != right.is_ok());
    assert_eq!(world.number("SELECT count(*) FROM revisions").await, 2);
}

#[annai_test]
async fn a_guides_pointers_stay_inside_the_guide(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    world.publish(other, "b").await;
    let (guide, revision) = (first.guide_id, other.revision_id);
    for (sql, rule) in [
        (
            format!(
                "UPDATE guides SET latest_revision_id = '{revision}' WHERE guide_id = '{guide}'"
            ),
            "guides_own_latest_revision_fkey",
        ),
        (
            format!("UPDATE guides SET latest_publication_ref = 1 WHERE guide_id = '{guide}'"),
            "guides_own_latest_publication_fkey",
        ),
    ] {
        assert_eq!(world.rule_against(sql).await, rule);
    }
}

#[annai_test]
async fn a_revisions_columns_hold_only_valid_values(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    let insert = |columns: &str, values: &str| {
        format!(
            "INSERT INTO revisions (revision_id, guide_id, parent_revision_id, content_hash, created_by, created_at,
                                    kind, revision_number{columns})
             SELECT gen_random_uuid(), guide_id, revision_id, content_hash, created_by, now(), {values}
               FROM revisions WHERE revision_id = '{}'",
            first.revision_id,
        )
    };
    for (sql, rule) in [
        (insert("", "'typo', 0"), "revisions_kind_check"),
        (
            insert(", message", "'save', 0, repeat('あ', 501)"),
            "revisions_message_check",
        ),
        (
            insert(
                ", merge_parent_revision_id",
                &format!("'merge', 0, '{}'", other.revision_id),
            ),
            "revisions_own_merge_parent_fkey",
        ),
        (insert("", "'merge', 0"), "revisions_merge_parent_check"),
        (
            insert(
                ", merge_parent_revision_id",
                &format!("'save', 0, '{}'", first.revision_id),
            ),
            "revisions_merge_parent_check",
        ),
        (
            insert(
                ", merge_parent_revision_id",
                &format!("'merge', 0, '{}'", first.revision_id),
            ),
            "revisions_two_parents_check",
        ),
    ] {
        assert_eq!(world.rule_against(sql).await, rule);
    }
    world
        .run(insert(", message", "'save', 77, repeat('あ', 500)"))
        .await;
    let numbers = world
        .number("SELECT max(revision_number)::bigint FROM revisions")
        .await;
    assert_eq!(numbers, 2, "the number is the trigger's to give");
}

#[annai_test]
async fn a_revision_needs_kept_content(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let mut tx = world.begin(&world.author).await;
    let revision = NewRevision {
        revision_id: RevisionId::new(),
        guide_id: first.guide_id,
        parent: Some(first.revision_id),
        content_hash: ContentHash::of(b"never kept"),
        origin: RevisionOrigin::Save,
        message: "",
        written_by: None,
    };
    let result = revisions::insert(&mut tx, revision).await;
    assert!(
        matches!(result, Err(StorageError::Database(_))),
        "{result:?}"
    );
}

#[annai_test]
async fn another_guides_revision_is_not_found(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (first, other) = (world.guide("a").await, world.guide("b").await);
    let reader = world.db.reader();
    let found = revisions::find(&reader, first.guide_id, first.revision_id)
        .await
        .unwrap();
    assert_eq!(found.unwrap().content_hash, first.content_hash);
    let foreign = revisions::find(&reader, first.guide_id, other.revision_id)
        .await
        .unwrap();
    assert_eq!(foreign, None);
    let missing = revisions::find_by_number(&reader, first.guide_id, 2)
        .await
        .unwrap();
    assert_eq!(missing, None);
}
