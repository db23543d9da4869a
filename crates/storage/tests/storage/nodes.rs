//! The rows of running servers.

use std::time::Duration;

use annai_domain::{ContentHash, NodeId, Ref};
use annai_storage::StorageError;
use annai_storage::nodes::{self, Beat, FORGOTTEN, NodeRecord, SILENT};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

fn node(served_ref: i64) -> Beat {
    Beat {
        node_id: NodeId::new(),
        version: "0.1.0".to_owned(),
        schema_hash: ContentHash::of(b"{}"),
        served_ref: Ref::new(served_ref).unwrap(),
        uptime: Duration::from_hours(1),
        machine: Some("web1".to_owned()),
        listen: "127.0.0.1:8080".to_owned(),
    }
}

async fn listed(world: &World, within: Duration) -> Vec<(NodeId, i64)> {
    let found = nodes::list(&world.db.reader(), within).await.unwrap();
    let pair = |node: &NodeRecord| (node.node_id, node.served_ref.get());
    found.iter().map(pair).collect()
}

#[annai_test]
async fn a_node_is_listed_while_it_beats_and_until_it_leaves(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let mut first = node(0);
    let mut tx = world.begin(&world.admin).await;
    nodes::join(&mut tx, &first).await.unwrap();
    tx.commit().await.unwrap();
    let second = Beat {
        uptime: Duration::ZERO,
        ..node(7)
    };
    nodes::beat(&world.db, &second).await.unwrap();
    first.served_ref = Ref::new(8).unwrap();
    nodes::beat(&world.db, &first).await.unwrap();
    let both = [(first.node_id, 8), (second.node_id, 7)];
    assert_eq!(listed(&world, SILENT).await, both);

    world
        .run("UPDATE nodes SET last_beat_at = now() - interval '31 seconds' WHERE served_ref = 7")
        .await;
    assert_eq!(listed(&world, SILENT).await, both[..1]);
    assert_eq!(listed(&world, FORGOTTEN).await, both);
    let record = &nodes::list(&world.db.reader(), FORGOTTEN).await.unwrap()[1];
    assert_eq!(record.silence.as_secs(), 31);
    let label = format!("web1, 127.0.0.1:8080 ({})", second.node_id);
    assert_eq!(record.label, label);
    // An older program tells no place.
    world
        .run("UPDATE nodes SET machine = NULL, listen = NULL WHERE served_ref = 7")
        .await;
    let record = &nodes::list(&world.db.reader(), FORGOTTEN).await.unwrap()[1];
    assert_eq!(record.label, second.node_id.to_string());
    assert_eq!(nodes::sweep(&world.db).await.unwrap(), 0);

    world
        .run("UPDATE nodes SET last_beat_at = now() - interval '601 seconds' WHERE served_ref = 7")
        .await;
    assert_eq!(nodes::sweep(&world.db).await.unwrap(), 1);
    nodes::leave(&world.db, first.node_id).await.unwrap();
    assert_eq!(listed(&world, FORGOTTEN).await, []);

    // It was cut off for long, and runs on.
    nodes::beat(&world.db, &second).await.unwrap();
    assert_eq!(listed(&world, SILENT).await, both[1..]);
}

#[annai_test]
async fn a_beat_waits_for_no_standby(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    world
        .run(
            "CREATE FUNCTION refuse_to_wait() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 IF current_setting('synchronous_commit') <> 'local' THEN
                     RAISE 'this commit waits for a standby';
                 END IF;
                 RETURN NEW;
             END $$",
        )
        .await;
    world
        .run(
            "CREATE TRIGGER refuse_to_wait BEFORE INSERT OR UPDATE ON nodes
                 FOR EACH ROW EXECUTE FUNCTION refuse_to_wait()",
        )
        .await;

    nodes::beat(&world.db, &node(0)).await.unwrap();
}

#[annai_test]
async fn one_node_joins_at_a_time(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let mut first = world.begin(&world.admin).await;
    nodes::lock(&mut first).await.unwrap();

    let mut second = world.begin(&world.admin).await;
    let waited = nodes::lock(&mut second).await;

    assert!(
        matches!(waited, Err(StorageError::Unavailable(_))),
        "{waited:?}"
    );
}
