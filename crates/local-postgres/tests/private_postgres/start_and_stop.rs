//! The ordinary life of a private Postgres.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use annai_local_postgres::{Durability, LocalPostgresError, Progress};
use sqlx::Connection;

use crate::home::{Home, ask, is_alive, process_group, run, user_of, wait_until};

#[tokio::test]
async fn a_fresh_folder_gets_a_durable_private_database() {
    let home = Home::new();

    let (postgres, steps) = home.start_noting().await;

    let expected = [
        Progress::FindingBinaries,
        Progress::Initialising,
        Progress::Starting,
        Progress::Ready,
    ];
    assert_eq!(steps, expected);
    assert!(postgres.owns());
    assert_eq!(
        ask(
            postgres.url(),
            "SELECT current_user || ' in ' || current_database()"
        )
        .await,
        "annai in annai"
    );
    for (setting, value) in [
        ("SHOW fsync", "on"),
        ("SHOW data_checksums", "on"),
        ("SHOW listen_addresses", ""),
        ("SHOW server_encoding", "UTF8"),
        ("SELECT ('B' < 'a' AND lower('É') = 'é')::text", "true"),
        ("SHOW timezone", "UTC"),
    ] {
        assert_eq!(ask(postgres.url(), setting).await, value, "{setting}");
    }
    let password_mode = fs::metadata(home.path("password"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(password_mode & 0o777, 0o600);
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn the_server_runs_in_a_group_of_its_own_and_never_as_root() {
    let home = Home::new();
    let postgres = home.start().await;
    let pid = home.server_pid().unwrap();

    assert_eq!(process_group(pid), i32::try_from(pid).unwrap());
    assert_ne!(user_of(pid), 0);

    postgres.stop().await.unwrap();
    assert!(!is_alive(pid));
    assert_eq!(home.server_pid(), None);
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let home = Home::new();
    let postgres = home.start().await;
    let password = fs::read_to_string(home.path("password")).unwrap();

    let wrong = postgres.url().replace(password.trim(), "guess");
    let result = sqlx::postgres::PgConnection::connect(&wrong).await;

    let message = result.unwrap_err().to_string();
    assert!(
        message.contains("password authentication failed"),
        "{message}"
    );
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn written_data_is_there_after_a_stop_and_a_start() {
    let home = Home::new();
    let postgres = home.start().await;
    run(
        postgres.url(),
        "CREATE TABLE kept AS SELECT 'a word'::text AS word",
    )
    .await;
    postgres.stop().await.unwrap();

    let postgres = home.start().await;

    assert_eq!(ask(postgres.url(), "SELECT word FROM kept").await, "a word");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_owner_is_told_which_process_owns_the_folder() {
    let home = Home::new();
    let postgres = home.start().await;

    let error = annai_local_postgres::start(home.settings(Durability::Durable), |_| {})
        .await
        .unwrap_err();

    let ourselves = std::process::id();
    assert!(
        matches!(&error, LocalPostgresError::AlreadyOwned { pid: Some(pid), .. } if *pid == ourselves),
        "{error}"
    );
    let message = error.to_string();
    assert!(
        message.contains(&format!(
            "another annai (process {ourselves}) is already serving"
        )),
        "{message}"
    );
    assert!(message.contains("hint: stop it first"), "{message}");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_disposable_server_ends_with_its_handle() {
    let home = Home::new();
    let postgres = annai_local_postgres::start(home.settings(Durability::Disposable), |_| {})
        .await
        .unwrap();
    assert_eq!(ask(postgres.url(), "SHOW fsync").await, "off");
    let pid = home.server_pid().unwrap();

    drop(postgres);

    wait_until("the server has ended", || !is_alive(pid));
}

#[tokio::test]
async fn the_log_of_a_server_that_cannot_start_is_quoted() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    fs::write(
        home.path("cluster/postgresql.conf"),
        "no_such_setting = 1\n",
    )
    .unwrap();

    let error = annai_local_postgres::start(home.settings(Durability::Durable), |_| {})
        .await
        .unwrap_err();

    assert!(matches!(error, LocalPostgresError::Ended { .. }), "{error}");
    let message = error.to_string();
    assert!(
        message.contains("unrecognized configuration parameter \"no_such_setting\""),
        "{message}"
    );
}

#[tokio::test]
async fn a_lost_password_is_replaced_at_the_next_start() {
    let home = Home::new();
    let postgres = home.start().await;
    let old = postgres.url().to_owned();
    postgres.stop().await.unwrap();
    fs::remove_file(home.path("password")).unwrap();

    let postgres = home.start().await;

    assert_ne!(postgres.url(), old);
    assert_eq!(
        ask(postgres.url(), "SELECT current_user::text").await,
        "annai"
    );
    postgres.stop().await.unwrap();
}
