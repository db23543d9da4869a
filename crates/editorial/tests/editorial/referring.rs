//! References of revisions, also of those that are older than the table.

use annai_editorial::{backfill_references, restore};
use annai_storage::references::count_unread;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::{World, related_text, text};

/// Every reference, by guide and revision, in its order.
const ALL: &str = "SELECT COALESCE(string_agg(revision_number || ' ' || revision_references.kind || ' ' || target || ' ' || COALESCE(field, 'body'), ', '
                                              ORDER BY created_at, revision_number, place), 'none')
                     FROM revision_references JOIN revisions USING (revision_id)";

#[annai_test]
async fn every_revision_keeps_what_its_text_names(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let named = String::from_utf8(related_text("a", "一", &["b", "c"])).unwrap();
    let named = format!("{named}\n[外](https://e.jp/) ![図](/f.png)\n");
    let first = world.guide_of(&world.author, named.into_bytes()).await;
    let first_named = "1 relation b related_jobs, 1 relation c related_jobs, \
                       1 link https://e.jp/ body, 1 image /f.png body";
    assert_eq!(world.text(ALL).await, first_named);
    let second = world.save(&world.author, first, text("a", "二")).await;
    assert_eq!(
        world.text(ALL).await,
        first_named,
        "the second names nothing"
    );
    let (guide_id, old, base) = (first.guide_id, first.revision_id, second.revision_id);
    let back = world
        .run(&world.author, async |tx| {
            restore(tx, &world.schema, guide_id, old, base).await
        })
        .await
        .unwrap();
    assert_eq!(back.revision_number, 3);
    let third_named = first_named.replace("1 ", "3 ");
    assert_eq!(
        world.text(ALL).await,
        format!("{first_named}, {third_named}")
    );
    assert_eq!(count_unread(&world.db.reader()).await.unwrap(), 0);
}

#[annai_test]
async fn older_revisions_get_their_references_batch_by_batch(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let mut saved = world
        .guide_of(&world.author, related_text("a", "一", &["b"]))
        .await;
    for related in [&["b", "c"][..], &["d"], &[]] {
        saved = world
            .save(&world.author, saved, related_text("a", "次", related))
            .await;
    }
    let written = world.text(ALL).await;
    // The earlier version of the program wrote no references.
    let mut owner = world.owner().await;
    let forget = "SET session_replication_role = replica;
                  DELETE FROM revision_references; DELETE FROM referenced_revisions;";
    sqlx::raw_sql(forget).execute(&mut owner).await.unwrap();
    assert_eq!(world.text(ALL).await, "none");

    let mut batches = Vec::new();
    loop {
        batches.push(
            backfill_references(&world.db, &world.schema, 3)
                .await
                .unwrap(),
        );
        if batches.last() == Some(&0) {
            break;
        }
    }
    assert_eq!(batches, [3, 1, 0]);
    assert_eq!(world.text(ALL).await, written);
    assert_eq!(count_unread(&world.db.reader()).await.unwrap(), 0);
}
