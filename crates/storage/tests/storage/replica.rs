//! Stored bytes come from a replica that has them, otherwise from the primary.

use annai_domain::Encoding;
use annai_storage::delivery::{Part, load_parts};
use annai_storage::{DeliveryDb, MIGRATOR};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use crate::world::World;

#[annai_test]
async fn a_replica_is_read_where_it_has_the_version(connect: PgConnectOptions) {
    let replica = connect.clone().application_name("the replica");

    let (read, _open) = read_with(connect.clone(), &replica).await;

    assert_eq!(read, b"{}");
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "a view of the server's, which the tests alone look at"
    )]
    let asked: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'the replica'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert!(asked > 0);
}

#[annai_test]
async fn the_primary_is_read_while_the_replica_is_away(connect: PgConnectOptions) {
    let away = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(1);
    assert_eq!(read_with(connect, &away).await.0, b"{}");
}

#[annai_test]
async fn the_primary_is_read_where_the_replica_is_behind(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    // The name has at most 63 bytes.
    let name = connect.get_database().unwrap();
    let name = format!("behind_{}", &name[name.len() - 40..]);
    let run = |sql: String| sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
    run(format!("CREATE DATABASE \"{name}\""))
        .execute(&mut owner)
        .await
        .unwrap();
    let behind = connect.clone().database(&name);
    let mut replica = PgConnection::connect_with(&behind).await.unwrap();
    MIGRATOR.run(&mut replica).await.unwrap();

    let (read, _open) = read_with(connect, &behind).await;

    run(format!("DROP DATABASE \"{name}\" WITH (FORCE)"))
        .execute(&mut owner)
        .await
        .unwrap();
    assert_eq!(read, b"{}");
}

/// Publishes a guide and reads its document with `replica` beside the primary.
async fn read_with(connect: PgConnectOptions, replica: &PgConnectOptions) -> (Vec<u8>, DeliveryDb) {
    let mut world = World::new(connect).await;
    let saved = world.guide("sre_engineer").await;
    world.publish(saved, "sre_engineer").await;
    let from_ref = world.number("SELECT max(ref) FROM publications").await;
    let version = (saved.guide_id, annai_domain::Ref::new(from_ref).unwrap());
    let delivery = world
        .db
        .clone()
        .with_replica(&replica.clone().into(), 2)
        .delivery();
    let part = Part::Answer(Encoding::Identity);
    let loaded = load_parts(&delivery, &[version], &[part]).await.unwrap();
    assert_eq!(loaded.len(), 1);
    (loaded.into_iter().next().unwrap().bytes, delivery)
}
