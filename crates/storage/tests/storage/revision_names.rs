//! Names of revisions, and the history of each.

use annai_domain::{GuideId, RevisionId, Verdict};
use annai_storage::{Conflict, StorageError, history, reviews, revision_names};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

async fn name(
    world: &World,
    guide_id: GuideId,
    revision_id: RevisionId,
    name: &str,
) -> Result<(), StorageError> {
    let mut tx = world.begin(&world.editor).await;
    revision_names::set(&mut tx, guide_id, revision_id, name).await?;
    tx.commit().await
}

async fn names(world: &World, guide_id: GuideId) -> Vec<Option<String>> {
    let records = history::list_revisions(&world.db.reader(), guide_id, None, 10).await;
    let records = records.unwrap().into_iter();
    records.map(|record| record.name).collect()
}

#[annai_test]
async fn a_revision_has_one_name_and_a_guide_no_name_twice(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let second = world.revise(&world.author, first, "二").await;
    let other = world.guide("b").await;
    let guide_id = first.guide_id;
    let some = |name: &str| Some(name.to_owned());

    name(&world, guide_id, first.revision_id, "春")
        .await
        .unwrap();
    name(&world, guide_id, first.revision_id, "秋")
        .await
        .unwrap();
    name(&world, other.guide_id, other.revision_id, "秋")
        .await
        .unwrap();
    assert_eq!(names(&world, guide_id).await, [None, some("秋")]);

    let taken = name(&world, guide_id, second.revision_id, "秋")
        .await
        .unwrap_err();
    assert!(
        matches!(taken, StorageError::Conflict(Conflict::RevisionNameTaken)),
        "{taken:?}"
    );
    let foreign = name(&world, guide_id, other.revision_id, "冬")
        .await
        .unwrap_err();
    assert!(
        matches!(foreign, StorageError::Conflict(Conflict::UnknownRevision)),
        "{foreign:?}"
    );

    let mut tx = world.begin(&world.editor).await;
    let remove = async |tx: &mut _, guide_id| {
        let removed = revision_names::remove(tx, guide_id, first.revision_id).await;
        removed.unwrap()
    };
    assert!(!remove(&mut tx, other.guide_id).await);
    assert!(remove(&mut tx, guide_id).await);
    assert!(!remove(&mut tx, guide_id).await);
    tx.commit().await.unwrap();
    assert_eq!(names(&world, guide_id).await, [None, None]);
}

#[annai_test]
async fn a_name_is_neither_empty_nor_padded_nor_long(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world.guide("a").await;
    for bad in ["''", "' 春'", "'春 '", "repeat('春', 61)"] {
        let insert = format!(
            "INSERT INTO revision_names SELECT guide_id, revision_id, {bad}, created_by, created_at FROM revisions"
        );
        assert_eq!(
            world.rule_against(insert).await,
            "revision_names_name_check",
            "{bad}"
        );
    }
}

#[annai_test]
async fn the_ledger_tells_from_when_until_when_a_revision_was_public(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    world.publish(first, "a").await;
    let second = world.revise(&world.author, first, "二").await;
    world.publish(second, "a").await;

    let reader = world.db.reader();
    let spans = history::list_public_spans(&reader, first.guide_id, 10)
        .await
        .unwrap();

    let told: Vec<_> = spans
        .iter()
        .map(|span| (span.from_ref, span.revision_id, span.to.is_some()))
        .collect();
    assert_eq!(
        told,
        [(1, first.revision_id, true), (2, second.revision_id, false)]
    );
    assert_eq!(spans[0].to, Some(spans[1].from));
    let newest = history::list_public_spans(&reader, first.guide_id, 1)
        .await
        .unwrap();
    assert_eq!(newest, spans[1..]);
}

#[annai_test]
async fn the_newest_texts_of_a_guide_come_in_their_order(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let mut last = world.guide("a").await;
    world.guide("b").await;
    for title in ["二", "三", "四"] {
        last = world.revise(&world.author, last, title).await;
    }
    let reader = world.db.reader();
    let texts = history::list_texts(&reader, last.guide_id, 3, 2)
        .await
        .unwrap();
    let numbers: Vec<_> = texts.iter().map(|text| text.revision_number).collect();
    assert_eq!(numbers, [2, 3]);
}

#[annai_test]
async fn the_last_judgement_of_a_person_is_their_newest_decision_in_the_guide(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let first = world.guide("a").await;
    let review = world.submit(&world.author, first).await;
    world
        .decide(&world.reviewer, review, first, Verdict::RequestChanges)
        .await
        .unwrap();
    let other = world.guide("b").await;

    let reader = world.db.reader();
    let judged = async |guide_id, actor: &annai_domain::Actor| {
        let found = reviews::find_last_judged(&reader, guide_id, actor.user_id).await;
        found.unwrap().map(|judged| judged.revision_id)
    };
    assert_eq!(
        judged(first.guide_id, &world.reviewer).await,
        Some(first.revision_id)
    );
    assert_eq!(judged(first.guide_id, &world.publisher).await, None);
    assert_eq!(judged(other.guide_id, &world.reviewer).await, None);
}
