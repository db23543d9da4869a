//! `kill -9` of each process in turn, followed by a start that needs no repair.

use std::fs;
use std::path::PathBuf;

use annai_local_postgres::{Durability, ProgramSettings, Progress, Settings};
use nix::sys::signal::Signal;

use crate::home::{Home, ask, is_alive, run, send, wait_until};

/// Owns `./data` until one of the tests below kills this process. It is not a test.
#[tokio::test]
#[ignore = "started by other tests"]
async fn owner_until_killed() {
    let settings = Settings {
        data_dir: PathBuf::from("data"),
        durability: Durability::Durable,
        programs: ProgramSettings::default(),
    };
    let postgres = annai_local_postgres::start(settings, |_| {}).await.unwrap();
    run(
        postgres.url(),
        "CREATE TABLE kept AS SELECT 'a word'::text AS word",
    )
    .await;
    fs::write("data/is-up", b"").unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn the_server_of_a_killed_owner_is_adopted() {
    let home = Home::new();
    let mut owner = home.spawn("crashes::owner_until_killed");
    wait_until("the owner is up", || home.path("../is-up").exists());
    let pid = home.server_pid().unwrap();
    owner.kill().unwrap();
    owner.wait().unwrap();

    let (postgres, steps) = home.start_noting().await;

    assert_eq!(steps, [Progress::Adopting { pid }, Progress::Ready]);
    assert_eq!(ask(postgres.url(), "SELECT word FROM kept").await, "a word");
    postgres.stop().await.unwrap();
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_killed_server_recovers_at_the_next_start() {
    let home = Home::new();
    let postgres = home.start().await;
    run(
        postgres.url(),
        "CREATE TABLE kept AS SELECT 'a word'::text AS word",
    )
    .await;
    send(home.server_pid().unwrap(), Signal::SIGKILL);
    drop(postgres);

    let postgres = home.start().await;

    assert_eq!(ask(postgres.url(), "SELECT word FROM kept").await, "a word");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn everything_killed_at_once_recovers_at_the_next_start() {
    let home = Home::new();
    let mut owner = home.spawn("crashes::owner_until_killed");
    wait_until("the owner is up", || home.path("../is-up").exists());
    owner.kill().unwrap();
    send(home.server_pid().unwrap(), Signal::SIGKILL);
    owner.wait().unwrap();

    let postgres = home.start().await;

    assert_eq!(ask(postgres.url(), "SELECT word FROM kept").await, "a word");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn an_owner_killed_while_it_creates_the_cluster_leaves_nothing_to_repair() {
    let home = Home::new();
    let mut owner = home.spawn("crashes::owner_until_killed");
    wait_until("initdb is at work", || {
        home.path("cluster.new/global").exists()
    });
    owner.kill().unwrap();
    owner.wait().unwrap();

    let (postgres, steps) = home.start_noting().await;

    assert!(steps.contains(&Progress::Initialising), "{steps:?}");
    assert!(!home.path("cluster.new").exists());
    assert_eq!(
        ask(postgres.url(), "SELECT current_user::text").await,
        "annai"
    );
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn an_incomplete_cluster_is_created_again() {
    let home = Home::new();
    fs::create_dir_all(home.path("cluster.new/base")).unwrap();
    fs::write(home.path("cluster.new/PG_VERSION"), "15\n").unwrap();

    let postgres = home.start().await;

    assert_eq!(
        ask(postgres.url(), "SELECT current_user::text").await,
        "annai"
    );
    assert!(!home.path("cluster.new").exists());
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_stale_file_that_names_another_program_does_not_stop_a_start() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    // The file names this process: a living one, but not a Postgres of this folder.
    let cluster = home.path("cluster");
    let stale = format!(
        "{}\n{}\n1732340000\n5432\n\n\n\nready   \n",
        std::process::id(),
        cluster.display()
    );
    fs::write(cluster.join("postmaster.pid"), stale).unwrap();

    let postgres = home.start().await;

    assert_eq!(
        ask(postgres.url(), "SELECT current_user::text").await,
        "annai"
    );
    postgres.stop().await.unwrap();
}
