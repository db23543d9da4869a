//! One set of reading functions serves the pool and transactions.

use annai_storage::{Reads, guides, users};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

#[annai_test]
async fn a_transaction_reads_what_it_wrote_and_others_read_it_after_the_commit(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let mut tx = world.begin(&world.editor).await;
    guides::set_path(&mut tx, saved.guide_id, "written.md")
        .await
        .unwrap();
    let path = async |db: &dyn Reads| guides::find_path(db, saved.guide_id).await.unwrap();
    assert_eq!(path(&tx).await.as_deref(), Some("written.md"));
    assert_eq!(path(&world.db.reader()).await, None);
    tx.commit().await.unwrap();
    assert_eq!(
        path(&world.db.reader()).await.as_deref(),
        Some("written.md")
    );
}

#[annai_test]
async fn reads_of_one_transaction_take_turns(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let saved = world.guide("a").await;
    let tx = world.begin(&world.editor).await;
    let (facts, people, again) = tokio::join!(
        guides::find_facts(&tx, saved.guide_id),
        users::list(&tx),
        guides::find_facts(&tx, saved.guide_id),
    );
    assert_eq!(facts.unwrap(), again.unwrap());
    assert!(!people.unwrap().is_empty());
}
