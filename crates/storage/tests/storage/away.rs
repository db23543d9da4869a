//! A database that cannot serve now says why, and heals without a restart.

use std::time::Duration;

use annai_domain::Clock;
use annai_storage::health::{check_disk, ping, rights, sessions_are_kept};
use annai_storage::{AwayState, Database, DatabaseSettings, RoleMode, Steps, StorageError};
use annai_test_macros::annai_test;
use annai_test_world::database;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::pooler::Pooler;
use crate::world::World;

#[annai_test]
async fn a_read_only_server_is_noticed_and_heals(connect: PgConnectOptions) {
    // One connection: a ping beside one that is still on its way back would open a second.
    let mut world = World::with_connections(connect, 1).await;
    set_database(&mut world, "SET default_transaction_read_only = on").await;
    world.db.replace_connections();

    let pinged = ping(&world.db.reader()).await;
    assert_eq!(state(pinged), Some(AwayState::ReadOnly));
    let told = world.db.tell_presence("{}").await;
    assert_eq!(state(told), None, "a notification writes nothing");
    let swept = annai_storage::sessions::sweep(&world.db, annai_test_world::now()).await;
    assert_eq!(state(swept), Some(AwayState::ReadOnly));

    set_database(&mut world, "RESET default_transaction_read_only").await;
    let pinged = ping(&world.db.reader()).await;
    assert_eq!(
        state(pinged),
        Some(AwayState::ReadOnly),
        "an old connection"
    );
    world.db.replace_connections();
    ping(&world.db.reader()).await.unwrap();
    annai_storage::sessions::sweep(&world.db, annai_test_world::now())
        .await
        .unwrap();
}

#[annai_test]
async fn the_check_of_the_disk_needs_a_megabyte(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    check_disk(&world.db).await.unwrap();
    // A limit of temporary files is the nearest to a full disk that a test can make.
    set_database(&mut world, "SET temp_file_limit = '900kB'").await;
    world.db.replace_connections();
    let checked = check_disk(&world.db).await;
    assert!(state(checked).is_some());
}

#[annai_test]
async fn work_on_replaced_connections_is_given_up(connect: PgConnectOptions) {
    let db = database(&connect, 2, Clock::System);
    let replaced = async {
        tokio::task::yield_now().await;
        db.replace_connections();
    };
    let stuck = db.unless_replaced(std::future::pending::<()>());
    let (stuck, ()) = tokio::join!(stuck, replaced);
    assert_eq!(state(stuck), Some(AwayState::NoAnswer));
    ping(&db.reader()).await.unwrap();
}

#[annai_test]
async fn a_listener_beside_replaced_connections_ends(connect: PgConnectOptions) {
    let db = database(&connect, 2, Clock::System);
    let mut listener = db.listen("annai_presence").await.unwrap();
    db.tell_presence("{}").await.unwrap();
    assert_eq!(listener.next_payload().await.unwrap(), "{}");
    db.replace_connections();
    let heard = tokio::time::timeout(Duration::from_secs(5), listener.next_payload()).await;
    assert_eq!(state(heard.unwrap()), Some(AwayState::NoAnswer));
}

#[annai_test]
async fn a_pooler_that_shares_connections_is_told_from_a_server(connect: PgConnectOptions) {
    assert!(probed(&connect).await);
    let pooler = Pooler::before(&connect);
    assert!(!probed(&pooler.connect()).await);
}

#[annai_test]
async fn connections_without_a_role_show_the_rights_of_their_login(connect: PgConnectOptions) {
    let world = World::new(connect.clone()).await;
    let set = rights(&world.db).await.unwrap();
    let users = set.each_ref().map(|side| side.user.as_str());
    assert_eq!(users, ["annai_app", "annai_delivery"]);

    let of_login = |delivery: PgConnectOptions| {
        Database::new(&DatabaseSettings {
            connect: connect.clone().options([("role", "annai_app")]).into(),
            delivery_connect: Some(delivery.into()),
            roles: RoleMode::Login,
            max_connections: 2,
            connection_wait: annai_storage::CONNECTION_WAIT,
            clock: Clock::System,
        })
    };
    // The option of the connection stands for ALTER ROLE … SET role.
    let delivery = connect.clone().options([("role", "annai_delivery")]);
    assert_eq!(rights(&of_login(delivery)).await.unwrap(), set);
    of_login(connect.clone())
        .migrate(Steps::Expand)
        .await
        .unwrap();

    // The owner's own rights are too many for both.
    let [app, delivery] = rights(&of_login(connect.clone())).await.unwrap();
    assert_eq!(app.excess, Vec::<String>::new());
    let reads = "SELECT ON revisions".to_owned();
    assert!(delivery.excess.contains(&reads), "{delivery:?}");
    let db = Database::new(&DatabaseSettings {
        connect: connect.clone().into(),
        delivery_connect: Some(connect.clone().into()),
        roles: RoleMode::Login,
        max_connections: 2,
        connection_wait: annai_storage::CONNECTION_WAIT,
        clock: Clock::System,
    });
    let [app, _] = rights(&db).await.unwrap();
    for right in ["UPDATE ON revisions", "TRUNCATE ON publications"] {
        assert!(app.excess.contains(&right.to_owned()), "{app:?}");
    }
}

async fn probed(connect: &PgConnectOptions) -> bool {
    let db = database(connect, 2, Clock::System);
    sessions_are_kept(&db).await.unwrap()
}

/// Changes a setting of the database, which new connections have.
async fn set_database(world: &mut World, change: &str) {
    let name = world.connect.get_database().unwrap();
    let sql = format!("ALTER DATABASE \"{name}\" {change}");
    let sql = sqlx::raw_sql(AssertSqlSafe(sql));
    world.owner.execute(sql).await.unwrap();
}

fn state<T>(result: Result<T, StorageError>) -> Option<AwayState> {
    result.err().and_then(|error| error.away_state())
}
