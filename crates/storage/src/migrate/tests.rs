#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use annai_test_macros::annai_test;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::MigrationType;
use sqlx::postgres::PgConnectOptions;

use super::*;

/// A view that an older program uses.
const REMOVES: &str = "-- contract 0.3.0\nDROP VIEW webhook_deliveries;
                       DELETE FROM role_grants WHERE relation = 'webhook_deliveries'";

const ADDS: &str = "-- expand\nCREATE TABLE later (later_id uuid PRIMARY KEY)";

/// Our migrations and one that comes later.
fn with(sql: &'static str) -> Vec<Migration> {
    let sql = sql.into_sql_str();
    let later = Migration::new(
        30_000_101_000_000,
        "later".into(),
        MigrationType::Simple,
        sql,
        false,
    );
    MIGRATOR.iter().cloned().chain([later]).collect()
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

async fn has(owner: &mut PgConnection, relation: &'static str) -> bool {
    let applied = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("SELECT FROM {relation}")));
    applied.execute(owner).await.is_ok()
}

async fn run(owner: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(owner).await.unwrap();
}

#[annai_test(empty)]
async fn a_contract_migration_waits_for_the_operator_and_for_older_nodes(
    connect: PgConnectOptions,
) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let (ours, newer) = (version("0.3.0"), version("0.4.0"));
    let known = MIGRATOR.iter().as_slice();
    bring_up_to_date(&mut owner, known, &ours, Steps::Expand)
        .await
        .unwrap();
    let known = with(REMOVES);

    let applied = bring_up_to_date(&mut owner, &known, &newer, Steps::Expand).await;
    assert_eq!(applied.unwrap(), 0, "the start of a server removes nothing");
    run(
        &mut owner,
        "INSERT INTO nodes VALUES (gen_random_uuid(), '0.2.9', sha256(''), 0, now(), now()),
                                  (gen_random_uuid(), '0.3.0', sha256(''), 0, now(), now())",
    )
    .await;
    let refused = bring_up_to_date(&mut owner, &known, &newer, Steps::Contract).await;
    let Err(MigrationError::OldNodes { nodes, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert!(
        nodes.len() == 1 && nodes[0].starts_with("0.2.9"),
        "{nodes:?}"
    );
    assert!(has(&mut owner, "webhook_deliveries").await);
    require(&mut owner, &version("0.2.9")).await.unwrap();

    run(
        &mut owner,
        "UPDATE nodes SET last_beat_at = now() - interval '11 minutes' WHERE version = '0.2.9'",
    )
    .await;
    let applied = bring_up_to_date(&mut owner, &known, &newer, Steps::Contract).await;
    assert_eq!(applied.unwrap(), 1);
    assert!(!has(&mut owner, "webhook_deliveries").await);

    // 0.3.0 knows nothing of the migration and goes on; 0.2.9 does not start.
    let known = MIGRATOR.iter().as_slice();
    let again = bring_up_to_date(&mut owner, known, &ours, Steps::Expand).await;
    assert_eq!(again.unwrap(), 0);
    let old = bring_up_to_date(&mut owner, known, &version("0.2.9"), Steps::Expand).await;
    assert!(
        matches!(old, Err(MigrationError::OldProgram { .. })),
        "{old:?}"
    );
}

#[annai_test(empty)]
async fn a_new_database_takes_every_migration(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();

    let applied =
        bring_up_to_date(&mut owner, &with(REMOVES), &version("0.3.0"), Steps::Expand).await;

    assert_eq!(applied.unwrap(), with(REMOVES).len());
    let old = require(&mut owner, &version("0.2.9")).await;
    assert!(
        matches!(old, Err(MigrationError::OldProgram { .. })),
        "{old:?}"
    );
}

#[annai_test(empty)]
async fn a_program_works_beside_a_newer_one_that_only_added(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let newer = version("0.10.0");
    bring_up_to_date(&mut owner, &with(ADDS), &newer, Steps::Contract)
        .await
        .unwrap();

    let known = MIGRATOR.iter().as_slice();
    let applied = bring_up_to_date(&mut owner, known, &version("0.9.0"), Steps::Expand).await;

    assert_eq!(applied.unwrap(), 0);
    assert!(has(&mut owner, "later").await);
}

#[test]
fn each_migration_says_whether_older_programs_survive_it() {
    const FIRST: i64 = 20_261_130_150_000; // those before it were merged without the line
    let silent: Vec<_> = MIGRATOR
        .iter()
        .filter(|migration| migration.version >= FIRST)
        .filter(|migration| {
            !is_contract(migration) && !migration.sql.as_str().starts_with("-- expand\n")
        })
        .map(|migration| migration.version)
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
    let needed = needed(MIGRATOR.iter().as_slice()).unwrap();
    assert!(
        needed <= *PROGRAM_VERSION,
        "this program does not survive its own migrations"
    );
}
