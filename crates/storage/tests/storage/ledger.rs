//! The ledger: refs 1, 2, 3 … in commit order, chained by hash.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use annai_domain::{Authority, PublicationAction};
use annai_storage::health::check_ledger;
use annai_storage::{StorageError, ledger, published_versions};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, Row as _};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::world::{Saved, World, append_import, whole, write_version};

/// Creates a ledger of `length` guides, published one after the other.
async fn published(world: &World, length: usize) -> Vec<Saved> {
    let mut guides = Vec::new();
    for number in 1..=length {
        let slug = format!("guide_{number}");
        let saved = world.guide(&slug).await;
        world.publish(saved, &slug).await;
        guides.push(saved);
    }
    guides
}

#[annai_test]
async fn refs_have_no_gaps_also_when_publications_are_undone(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    assert_eq!(check_ledger(&world.db).await.unwrap(), whole(0));
    assert_eq!(
        ledger::head(&world.db.reader()).await.unwrap().number.get(),
        0
    );
    let saved = world.guide("a").await;
    let slug = "a".parse().unwrap();
    for expected in 1..=3 {
        let mut tx = world.begin(&world.publisher).await;
        let undone = append_import(&mut tx, saved, &slug).await.unwrap();
        assert_eq!(undone.number.get(), expected);
        drop(tx);
        let kept = world.publish(saved, "a").await;
        assert_eq!(kept.number.get(), expected);
        assert_eq!(ledger::head(&world.db.reader()).await.unwrap(), kept);
    }
    let refs = world
        .row("SELECT array_agg(ref ORDER BY ref)::text FROM publications")
        .await;
    assert_eq!(refs.get::<String, _>(0), "{1,2,3}");
    assert_eq!(check_ledger(&world.db).await.unwrap(), whole(3));
}

#[annai_test]
async fn sixteen_publishers_at_once_give_refs_without_gaps_in_commit_order(
    connect: PgConnectOptions,
) {
    let world = World::with_connections(connect.clone(), 16).await;
    let mut guides = Vec::new();
    for number in 0..16 {
        let slug = format!("guide_{number}");
        guides.push((world.guide(&slug).await, slug));
    }
    // This reader polls all the time: it would see a ref that is committed before a lower one.
    let done = Arc::new(AtomicBool::new(false));
    let (looked, look) = watch::channel(0_usize);
    let watcher = tokio::spawn({
        let done = Arc::clone(&done);
        async move {
            let mut conn = sqlx::PgConnection::connect_with(&connect).await.unwrap();
            let mut looks = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let look =
                    sqlx::raw_sql("SELECT count(*), COALESCE(max(ref), 0) FROM publications");
                let row = look.fetch_one(&mut conn).await.unwrap();
                looks.push((row.get::<i64, _>(0), row.get::<i64, _>(1)));
                looked.send_replace(looks.len());
            }
            looks
        }
    });

    let mut tasks = JoinSet::new();
    for (number, (saved, slug)) in guides.into_iter().enumerate() {
        let (db, actor) = (world.db.clone(), world.publisher.clone());
        let mut look = look.clone();
        tasks.spawn(async move {
            let slug = slug.parse().unwrap();
            let mut tx = db.begin(actor).await?;
            let name = append_import(&mut tx, saved, &slug).await?;
            published_versions::end_current(&mut tx, saved.guide_id, name.number).await?;
            write_version(&mut tx, saved, &slug, name.number).await?;
            // The reader has looked once while this ref is not committed: a look may be under way already.
            let next = *look.borrow() + 2;
            look.wait_for(|looks| *looks >= next).await.unwrap();
            if number % 4 == 3 {
                drop(tx);
                return Ok::<_, StorageError>(None);
            }
            tx.commit().await?;
            Ok(Some(name.number.get()))
        });
    }
    let mut refs: Vec<i64> = tasks
        .join_all()
        .await
        .into_iter()
        .filter_map(Result::unwrap)
        .collect();
    done.store(true, Ordering::Relaxed);
    let looks = watcher.await.unwrap();

    refs.sort_unstable();
    assert_eq!(refs, (1..=12).collect::<Vec<i64>>());
    assert!(
        looks.iter().all(|(count, newest)| count == newest),
        "{looks:?}"
    );
    assert_eq!(check_ledger(&world.db).await.unwrap(), whole(12));
}

#[annai_test]
async fn an_altered_ledger_shows_at_the_first_bad_entry(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    published(&world, 4).await;
    world
        .run("CREATE TABLE kept AS TABLE publications; CREATE TABLE kept_head AS TABLE ledger_head")
        .await;
    world
        .run("CREATE TABLE kept_revisions AS TABLE revisions")
        .await;

    let rehash = "UPDATE publications p SET hash = publication_hash(p) WHERE ref = 2";
    for (tampering, first_bad) in [
        ("UPDATE publications SET published_by = '00000000-0000-0000-0000-000000000002' WHERE ref = 2", 2),
        ("UPDATE publications SET published_at = published_at + interval '1 microsecond' WHERE ref = 1", 1),
        ("UPDATE publications SET slug = 'guide_1' WHERE ref = 3", 3),
        ("UPDATE publications SET authority = 'break_glass', break_glass_reason = 'it was urgent' WHERE ref = 4", 4),
        ("UPDATE publications SET hash = sha256('x') WHERE ref = 4", 4),
        (&format!("UPDATE publications SET slug = 'guide_1' WHERE ref = 2; {rehash}"), 3),
        ("UPDATE publications SET previous_hash = sha256('x') WHERE ref = 1", 1),
        ("DELETE FROM publications WHERE ref = 1", 1),
        ("DELETE FROM publications WHERE ref = 3", 3),
        ("DELETE FROM publications WHERE ref = 4", 4),
        ("DELETE FROM publications", 4),
        ("UPDATE publications SET ref = 5 WHERE ref = 4", 4),
        ("UPDATE ledger_head SET hash = sha256('x')", 4),
        ("UPDATE revisions SET content_hash = (SELECT content_hash FROM kept_revisions WHERE revision_id =
            (SELECT revision_id FROM kept WHERE ref = 1)) WHERE revision_id = (SELECT revision_id FROM kept WHERE ref = 3)", 3),
    ] {
        // Alters rows as the tables' owner could: without triggers and foreign keys.
        world.run(format!("SET session_replication_role = replica; {tampering}")).await;
        let report = check_ledger(&world.db).await.unwrap();
        assert_eq!(report.first_bad, Some(first_bad), "{tampering}: {report:?}");

        world.run("DELETE FROM publications; INSERT INTO publications TABLE kept").await;
        world.run("UPDATE ledger_head SET (ref, hash) = (SELECT ref, hash FROM kept_head)").await;
        world.run("UPDATE revisions r SET content_hash = k.content_hash FROM kept_revisions k WHERE k.revision_id = r.revision_id").await;
        world.run("SET session_replication_role = origin").await;
        assert_eq!(check_ledger(&world.db).await.unwrap(), whole(4), "after {tampering}");
    }
}

#[annai_test]
async fn the_first_hash_of_two_databases_differs(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let genesis: Vec<u8> = world.row("SELECT hash FROM ledger_head").await.get(0);
    assert_eq!(genesis.len(), 32);
    let saved = world.guide("a").await;
    let name = world.publish(saved, "a").await;
    let row = world
        .row("SELECT previous_hash, hash, (SELECT hash FROM delivery_genesis) FROM publications")
        .await;
    assert_eq!(row.get::<Vec<u8>, _>(0), genesis);
    assert_eq!(row.get::<Vec<u8>, _>(2), genesis, "ref 0 keeps its name");
    assert_eq!(row.get::<Vec<u8>, _>(1)[..4], name.suffix);
    assert_eq!(
        world
            .rule_against("INSERT INTO ledger_head VALUES (true, 0, '')")
            .await,
        "ledger_head_pkey"
    );
    assert_eq!(
        world
            .rule_against("INSERT INTO ledger_head VALUES (false, 0, '')")
            .await,
        "ledger_head_only_row_check"
    );
}

#[annai_test]
async fn the_ledger_moves_the_guides_pointer_and_marks_its_slug_public(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let saved = world.guide("a").await;
    world.publish(saved, "a").await;
    world
        .take_down(saved, "a", PublicationAction::Unpublish, Authority::Role)
        .await;
    world.publish(saved, "a").await;

    assert_eq!(
        world
            .number("SELECT latest_publication_ref FROM guides")
            .await,
        3
    );
    assert_eq!(world.number("SELECT first_public_ref FROM slugs").await, 1);
    let tx = world.begin(&world.publisher).await;
    let first = ledger::first_published_at(&tx, saved.guide_id)
        .await
        .unwrap();
    assert_eq!(first, Some(annai_test_world::now()));
    let at = |number| annai_domain::Ref::new(number).unwrap();
    let tombstone = ledger::find_published_revision(&tx, saved.guide_id, at(2))
        .await
        .unwrap();
    assert_eq!(tombstone, None);
    let was = ledger::find_published_revision(&tx, saved.guide_id, at(1))
        .await
        .unwrap();
    assert_eq!(was, Some((saved.revision_id, saved.content_hash)));
}
