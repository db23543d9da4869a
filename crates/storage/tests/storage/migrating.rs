//! Nodes that bring the tables up to date, together and again.

use annai_domain::Clock;
use annai_storage::health::server_facts;
use annai_storage::{Database, MIGRATOR, MigrationError, Steps};
use annai_test_macros::annai_test;
use annai_test_world::{database, now};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Row as _};

const ROUNDS: usize = 20;

fn node(connect: &PgConnectOptions) -> Database {
    database(connect, 1, Clock::Fixed(now()))
}

async fn migrate(node: &Database) -> Result<usize, MigrationError> {
    node.migrate(Steps::Expand).await
}

#[annai_test(empty)]
async fn four_nodes_that_start_together_make_the_tables_once(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    for round in 1..=ROUNDS {
        let nodes = [(); 4].map(|()| node(&connect));
        let [a, b, c, d] = nodes.each_ref().map(migrate);

        let (a, b, c, d) = tokio::join!(a, b, c, d);

        let applied = [a, b, c, d].map(|result| match result {
            Ok(applied) => applied,
            Err(error) => panic!("round {round}: {error}"),
        });
        assert_eq!(applied.iter().sum::<usize>(), MIGRATOR.iter().count());
        let facts = server_facts(&nodes[0]).await.unwrap();
        assert_eq!(facts.applied_migrations, facts.known_migrations);
        let empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        sqlx::raw_sql(empty).execute(&mut owner).await.unwrap();
    }
}

/// The transactions that wrote the catalogue's rows about our relations, our schema and the list of
/// migrations.
const WRITERS: &str = "
    SELECT string_agg(writer, ' ' ORDER BY writer) FROM (
        SELECT relname || ' ' || xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT attrelid || ' ' || attname || ' ' || pg_attribute.xmin FROM pg_attribute
          JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT nspname || ' ' || xmin FROM pg_namespace WHERE nspname = 'public'
        UNION ALL
        SELECT version || ' ' || xmin FROM _sqlx_migrations
    ) AS writers (writer)";

#[annai_test]
async fn a_node_that_finds_everything_up_to_date_writes_nothing(connect: PgConnectOptions) {
    let node = node(&connect);
    migrate(&node).await.unwrap();
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let mut writers = async || {
        let row = sqlx::raw_sql(WRITERS).fetch_one(&mut owner).await.unwrap();
        row.get::<String, _>(0)
    };
    let before = writers().await;

    assert_eq!(migrate(&node).await.unwrap(), 0);

    assert_eq!(writers().await, before);
}

#[annai_test]
async fn a_right_that_was_taken_away_is_granted_again(connect: PgConnectOptions) {
    let node = node(&connect);
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let revoke = "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM annai_app, annai_delivery;
                  REVOKE USAGE ON SCHEMA public FROM PUBLIC, annai_app, annai_delivery";
    let rights = "SELECT string_agg(relname || ' ' || COALESCE(relacl::text, ''), ' ' ORDER BY relname) || nspacl::text
                    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                   WHERE nspname = 'public' GROUP BY nspacl::text";
    let mut rights = async |before: &'static str| {
        sqlx::raw_sql(before).execute(&mut owner).await.unwrap();
        let row = sqlx::raw_sql(rights).fetch_one(&mut owner).await.unwrap();
        row.get::<String, _>(0)
    };
    let revoked = rights(revoke).await;
    migrate(&node).await.unwrap();
    let granted = rights("SELECT").await;
    assert_ne!(granted, revoked);

    rights(revoke).await;
    migrate(&node).await.unwrap();

    assert_eq!(rights("SELECT").await, granted);
    for side in annai_storage::health::rights(&node).await.unwrap() {
        assert_eq!((side.missing, side.excess), (vec![], vec![]));
    }
}
