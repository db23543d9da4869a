//! A database that fails over, freezes, or loses its standby.

use std::time::{Duration, Instant};

use annai_test_macros::annai_test;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _, Row as _};

use crate::editor::{Answer, Editor};
use crate::home::Home;
use crate::line::Line;

/// The longest time until a request is answered, whatever the database does, with a busy machine's
/// delay.
const BOUND: Duration = Duration::from_secs(12);

#[annai_test(empty)]
async fn a_save_that_the_network_swallows_is_answered_in_time_and_its_repeat_goes_through(
    connect: PgConnectOptions,
) {
    let line = Line::to(&connect);
    let home = Home::with_database_at(&line.url());
    let server = home.serve(&["serve", "--demo"]);
    let editor = Editor::of_demo(&server);
    assert_eq!(editor.create("first", "k-1").status, 201);

    line.swallow();
    let swallowed = editor.create("second", "k-2");
    assert_unavailable(&swallowed);
    let degraded = server.wait_for_state("degraded");
    assert!(degraded.contains("does not answer"), "{degraded}");

    line.cut();
    line.mend();
    server.wait_for_state("ready");
    assert_eq!(editor.create("second", "k-2").status, 201);
    server.stop();
}

#[annai_test(empty)]
async fn the_second_host_is_used_when_the_first_one_is_lost(connect: PgConnectOptions) {
    let (one, other) = (Line::to(&connect), Line::to(&connect));
    let home = Home::with_database_at(&both(&one, &other));
    // The first host is away at the start, and comes back as the second one is lost.
    one.cut();
    let server = home.serve(&["serve", "--demo"]);
    let editor = Editor::of_demo(&server);
    assert_eq!(editor.create("first", "k-1").status, 201);

    for (round, (lost, found)) in [(&other, &one), (&one, &other)].into_iter().enumerate() {
        found.mend();
        lost.cut();
        let began = Instant::now();
        let key = format!("round-{round}");
        while editor.create(&format!("guide_{round}"), &key).status != 201 {
            assert!(began.elapsed() < BOUND, "{}", server.stderr());
            std::thread::sleep(Duration::from_millis(50));
        }
        // Delivery's connections and the listener followed as well.
        server.wait_for_state("ready");
        assert_eq!(editor.get("/api/v1/guides").status, 200);
    }
    let log = server.stderr();
    assert_eq!(log.matches("another server was chosen").count(), 3, "{log}");
    server.stop();
}

#[annai_test(empty)]
async fn a_host_that_refuses_the_login_is_passed_over_and_named(connect: PgConnectOptions) {
    const REFUSED: &str = "refused this program";
    let (one, other) = (Line::to(&connect), Line::to(&connect));
    let home = Home::with_database_at(&both(&one, &other));
    one.refuse_logins();
    let server = home.serve(&["serve", "--demo"]);
    let editor = Editor::of_demo(&server);
    assert_eq!(editor.create("first", "k-1").status, 201);
    let log = server.wait_for_log(REFUSED);
    assert!(log.contains(&one.address()), "{log}");
    let doctor = home.succeed(&["doctor"]);
    let line = format!(
        "{} of database_url: the database refuses the login",
        one.address()
    );
    assert!(doctor.contains(&line), "{doctor}");

    // Only the server that refuses is left: that is an outage, and no fault of Annai's.
    other.cut();
    assert_unavailable(&editor.create("second", "k-2"));
    server.wait_for_state("the database does not answer");
    assert_unavailable(&editor.create("second", "k-2"));
    other.mend();
    server.wait_for_state("ready");
    assert_eq!(server.stderr().matches(REFUSED).count(), 1, "logged once");

    // Where every server refuses, it is the login. A new program ends with that.
    other.refuse_logins();
    server.wait_for_state("the database refuses the login");
    assert_unavailable(&editor.create("third", "k-3"));
    let said = home.fail(78, &["user", "list"]);
    assert!(said.contains("the database refuses the login"), "{said}");
    assert!(said.contains("pg_hba.conf"), "{said}");
    one.mend();
    server.wait_for_state("ready");
    assert_eq!(editor.create("third", "k-3").status, 201);
    server.stop();
}

#[tokio::test]
async fn reads_go_on_without_the_standby_and_a_repeat_tells_what_became_of_a_save() {
    let home = Home::new();
    let server = home.serve(&["serve", "--demo"]);
    let editor = Editor::of_demo(&server);
    let mut owner = owner(&home).await;
    wait_for_standby(&home, &mut owner).await;

    // Nothing confirms a commit now. More saves than there are connections leave some for reads.
    let saves: Vec<_> = std::thread::scope(|scope| {
        let save = |number: usize| {
            let (slug, key) = (format!("guide_{number}"), format!("k-{number}"));
            let editor = &editor;
            scope.spawn(move || editor.create(&slug, &key))
        };
        let saving: Vec<_> = (0..12).map(save).collect();
        saving
            .into_iter()
            .map(|save| save.join().unwrap())
            .collect()
    });
    for save in &saves {
        assert_unavailable(save);
    }
    let unknown = |save: &Answer| save.body["type"] == "/problems/commit-unknown";
    let unknown = saves.iter().position(unknown).unwrap();
    // The session is due to be renewed, which writes.
    run(&mut owner, "SET synchronous_commit = local").await;
    let age = "UPDATE sessions SET last_seen_at = last_seen_at - interval '1 hour'";
    run(&mut owner, age).await;
    let read = editor.get("/api/v1/guides");
    assert_eq!(read.status, 200, "{read:?}");
    assert!(read.took < Duration::from_secs(3), "{read:?}");
    let renewed = "SELECT count(*) FROM sessions WHERE last_seen_at > now() - interval '1 minute'";
    let renewed = owner.fetch_one(sqlx::raw_sql(renewed)).await.unwrap();
    assert_eq!(renewed.get::<i64, _>(0), 1);

    run(&mut owner, "ALTER SYSTEM RESET synchronous_standby_names").await;
    run(&mut owner, "SELECT pg_reload_conf()").await;
    let (slug, key) = (format!("guide_{unknown}"), format!("k-{unknown}"));
    let repeated = editor.create(&slug, &key);
    assert_eq!(repeated.status, 201, "{repeated:?}");
    assert_eq!(repeated.header("idempotent-replayed"), "true");
    server.stop();
}

#[annai_test(empty)]
async fn a_node_that_starts_on_a_read_only_server_waits_until_it_takes_writes(
    connect: PgConnectOptions,
) {
    let home = Home::with_database(&connect);
    home.succeed(&["migrate"]);
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let read_only = "DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$";
    run(&mut owner, read_only).await;

    let server = home.spawn(&["serve", "--no-migrate"]);
    server.wait_for_state("the database is read-only");
    let doctor = home.run(&["doctor"]);
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(said.contains("name the primary"), "{said}");
    assert_eq!(doctor.status.code(), Some(1), "{said}");

    let writable = "DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I RESET default_transaction_read_only', current_database()); END $$";
    run(&mut owner, writable).await;
    server.wait_for_state("ready");
    server.stop();
}

fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(!answer.header("retry-after").is_empty(), "{answer:?}");
    assert!(answer.took < BOUND, "{answer:?}");
}

/// Returns the URL of one database by way of two lines.
fn both(one: &Line, other: &Line) -> String {
    let (url, other) = (one.url(), other.url());
    let port = |url: &str| {
        let url: PgConnectOptions = url.parse().unwrap();
        url.get_port()
    };
    let host = |url: &str| format!("127.0.0.1:{}", port(url));
    url.replace(&host(&url), &format!("{},{}", host(&url), host(&other)))
}

/// Connects as the owner of the private Postgres.
async fn owner(home: &Home) -> PgConnection {
    let folder = home.path().join("data/postgres");
    let password = std::fs::read_to_string(folder.join("password")).unwrap();
    let connect = PgConnectOptions::new_without_pgpass()
        .socket(folder.join("socket"))
        .username("annai")
        .password(password.trim())
        .database("annai");
    PgConnection::connect_with(&connect).await.unwrap()
}

/// Makes every commit wait for a standby that does not exist.
async fn wait_for_standby(home: &Home, postgres: &mut PgConnection) {
    run(
        postgres,
        "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
    )
    .await;
    run(postgres, "SELECT pg_reload_conf()").await;
    let mut other = owner(home).await;
    let commit = || sqlx::raw_sql("SELECT pg_notify('annai_test', '')");
    // A commit that takes so long waits for the standby.
    let patience = Duration::from_millis(500);
    while tokio::time::timeout(patience, other.execute(commit()))
        .await
        .is_ok()
    {}
}

async fn run(owner: &mut PgConnection, sql: &'static str) {
    owner.execute(sqlx::raw_sql(sql)).await.unwrap();
}
