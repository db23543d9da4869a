use std::future::Future;
use std::time::Duration;

use annai_storage::MIGRATOR;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// The lock under which one of all test programs makes the template.
const TEMPLATE_LOCK: i64 = 7_020_365_447_201_126;

/// The longest wait for tasks that block while a test's runtime ends.
const LAST_TASKS: Duration = Duration::from_secs(10);

/// The name of the migrated database that this process has seen.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// The state of a test's database before the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With all migrations.
    Migrated,
    /// Without any table.
    Empty,
}

/// Runs a test with a database of its own, on the server that `DATABASE_URL` names.
///
/// `folder` and `path` name the test; they name its database too. A test that fails leaves its database for a
/// look, until it runs again.
pub fn run<Test: Future<Output = ()>>(
    folder: &str,
    path: &str,
    start: Start,
    test: impl FnOnce(PgConnectOptions) -> Test,
) {
    let server = server();
    let name = format!("annai_test_{}", digest([folder, path]));
    let connect = server.clone().database(&name);
    runtime().block_on(create(&server, &name, start));
    let tests = runtime();
    tests.block_on(test(connect));
    // Tasks of the test may still hold connections.
    tests.shutdown_timeout(LAST_TASKS);
    runtime().block_on(async {
        let mut server = PgConnection::connect_with(&server).await.unwrap();
        drop_database(&mut server, &name).await;
    });
}

#[expect(clippy::disallowed_methods, reason = "the variable is for tests")]
fn server() -> PgConnectOptions {
    let url = std::env::var("DATABASE_URL");
    let url = url.expect("DATABASE_URL names a Postgres server; `cargo xtask test` sets it");
    url.parse().unwrap()
}

fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap()
}

async fn create(server: &PgConnectOptions, name: &str, start: Start) {
    let mut connection = PgConnection::connect_with(server).await.unwrap();
    drop_database(&mut connection, name).await;
    let template = match start {
        Start::Empty => "template1",
        Start::Migrated => {
            let made = TEMPLATE.get_or_init(|| template(server, &mut connection));
            made.await
        }
    };
    run_sql(
        &mut connection,
        format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
}

/// Returns the name of a database that has all migrations, made by the first test that needs it. It stays: the
/// next test program uses it too.
async fn template(server: &PgConnectOptions, connection: &mut PgConnection) -> String {
    let checksums = MIGRATOR.iter().map(|migration| &migration.checksum);
    let name = format!("annai_template_{}", digest(checksums));
    run_sql(
        connection,
        format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"),
    )
    .await;
    if !exists(connection, &name).await {
        // Renamed when it is whole, so that nobody copies a half.
        let half = format!("{name}_half");
        drop_database(connection, &half).await;
        run_sql(connection, format!("CREATE DATABASE {half}")).await;
        let half_options = server.clone().database(&half);
        let mut migrated = PgConnection::connect_with(&half_options).await.unwrap();
        MIGRATOR.run(&mut migrated).await.unwrap();
        migrated.close().await.unwrap();
        run_sql(
            connection,
            format!("ALTER DATABASE {half} RENAME TO {name}"),
        )
        .await;
    }
    run_sql(
        connection,
        format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"),
    )
    .await;
    name
}

/// Returns whether the server has that database. A connection to a template would make others' copies fail.
#[expect(
    clippy::disallowed_methods,
    reason = "a view of the server's, which the tests alone look at"
)]
async fn exists(connection: &mut PgConnection, name: &str) -> bool {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)");
    found.bind(name).fetch_one(connection).await.unwrap()
}

async fn drop_database(server: &mut PgConnection, name: &str) {
    run_sql(
        server,
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
    )
    .await;
}

async fn run_sql(connection: &mut PgConnection, sql: String) {
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
}

fn digest<Part: AsRef<[u8]>>(parts: impl IntoIterator<Item = Part>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    hex::encode(&digest.finalize()[..16])
}
