//! Several programs on one database.

use std::fs;
use std::process::Stdio;

use annai_test_macros::annai_test;
use nix::sys::signal::Signal;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Row as _};

use crate::home::{Home, Server, content, exchange_body};

const ROUNDS: usize = 3;

/// The guides of the content folder.
const GUIDES: i64 = 5;

#[annai_test(empty)]
async fn programs_that_start_together_on_an_empty_database_all_succeed(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    for round in 1..=ROUNDS {
        let homes = [(); 7].map(|()| Home::with_database(&connect));
        let (migrate, serve) = homes.split_at(4);
        let migrating: Vec<_> = migrate
            .iter()
            .map(|home| {
                let mut command = home.command(&["migrate"]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        let mut servers: Vec<_> = serve
            .iter()
            .map(|home| home.spawn(&["serve", "--seed"]))
            .collect();

        for program in migrating {
            let output = program.wait_with_output().unwrap();
            let said = crate::said(&output);
            assert!(output.status.success(), "round {round}: {said}");
        }
        for server in &mut servers {
            server.wait_until_ready();
            assert_eq!(server.get("/v1/guides/sre_engineer").0, 200);
        }
        let loaded: usize = servers
            .iter()
            .map(|server| {
                server
                    .stderr()
                    .matches("the first guides were loaded")
                    .count()
            })
            .sum();
        assert_eq!(loaded, 1, "round {round}");
        let counts = "SELECT count(*), (SELECT count(*) FROM publications) FROM guides";
        let row = sqlx::raw_sql(counts).fetch_one(&mut owner).await.unwrap();
        assert_eq!((row.get(0), row.get(1)), (GUIDES, GUIDES), "round {round}");
        servers.into_iter().for_each(Server::stop);
        let empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        sqlx::raw_sql(empty).execute(&mut owner).await.unwrap();
    }
}

/// Gives the folder a schema of its own.
fn write_schema(home: &Home, suffix: &str) {
    let schema = fs::read_to_string(content().join("schema.json")).unwrap();
    fs::create_dir_all(home.path().join("content")).unwrap();
    fs::write(home.path().join("content/schema.json"), schema + suffix).unwrap();
}

/// Waits until the program ends with `code`, and returns its standard error. A server that starts
/// instead fails the test.
fn refused(home: &Home, code: i32, arguments: &[&str]) -> String {
    let mut program = home.spawn(arguments);
    assert_eq!(program.wait(), Some(code), "{}", program.stderr());
    program.stderr()
}

#[annai_test(empty)]
async fn a_node_with_another_schema_needs_the_operators_word(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let homes = [(); 3].map(|()| Home::with_database(&connect));
    let [old, new, third] = &homes;
    write_schema(old, "");
    write_schema(new, "\n");
    write_schema(third, "\n");
    let first = old.serve(&["serve"]);

    let said = refused(new, 78, &["serve"]);
    assert!(
        said.contains("hint:") && said.contains("--accept-schema"),
        "{said}"
    );

    let second = new.serve(&["serve", "--accept-schema"]);
    let said = old.succeed(&["doctor"]);
    assert!(said.contains("warn  nodes"), "{said}");
    assert_eq!(said.matches("last beat").count(), 2, "{said}");
    for server in [&first, &second] {
        let label = format!(", 127.0.0.1:{} (", server.port());
        assert!(said.contains(&label), "{said}");
    }
    // A running node shares its schema.
    third.serve(&["serve"]).stop();
    second.stop();
    first.stop();
    let said = old.succeed(&["doctor"]);
    assert!(said.contains("none is running"), "{said}");

    // Alone it may bring what it likes, also after a crash.
    let mut alone = new.serve(&["serve"]);
    alone.signal(Signal::SIGKILL);
    alone.wait();
    let silence = "UPDATE nodes SET last_beat_at = now() - interval '25 seconds'";
    sqlx::raw_sql(silence).execute(&mut owner).await.unwrap();
    let changed = old.spawn(&["serve"]);
    changed.wait_for_state("a node with another schema.json may be running");
    changed.wait_for_state("ready");
    changed.stop();
}

/// Returns the path of the set-up link that the server printed.
fn set_up_path(server: &Server) -> String {
    let announced = server.stdout();
    let begin = announced.find("/admin/setup/").unwrap();
    let path = announced[begin..].split_whitespace().next().unwrap();
    path.to_owned()
}

#[annai_test(empty)]
async fn the_set_up_links_of_two_nodes_work_until_one_is_used(connect: PgConnectOptions) {
    let homes = [(); 2].map(|()| Home::with_database(&connect));
    let mut servers = homes.each_ref().map(|home| home.spawn(&["serve"]));
    for server in &mut servers {
        server.wait_until_ready();
    }
    let paths = servers.each_ref().map(set_up_path);
    for path in &paths {
        assert_eq!(servers[0].get(path).0, 200, "{path}");
    }

    let token = paths[0].rsplit('/').next().unwrap();
    let body = serde_json::json!({
        "token": token, "password": "静かな海と青い自転車の旅",
        "first_admin": { "email": "first@example.jp", "display_name": "一郎", "locale": "en" },
    });
    let (port, body) = (servers[1].port(), body.to_string());
    let (head, answer) = exchange_body(port, "POST /api/v1/links/accept", &[], &body).unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head} {answer}");
    for path in &paths {
        assert_eq!(servers[0].get(path).0, 404, "{path}");
    }
    let refused = homes[0].fail(65, &["setup-link"]);
    assert!(refused.contains("annai user reset"), "{refused}");
    servers.into_iter().for_each(Server::stop);
}

#[annai_test(empty)]
async fn a_node_that_may_not_migrate_waits_for_the_tables(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let mut server = home.spawn(&["serve", "--no-migrate"]);
    server.wait_for_log("waited for `annai migrate`");
    let (status, body) = server.get("/readyz");
    assert_eq!(status, 503);
    assert!(body.contains("`annai migrate` is waited for"), "{body}");

    home.succeed(&["migrate"]);

    server.wait_until_ready();
    server.stop();
}

#[annai_test(empty)]
async fn a_program_that_the_tables_no_longer_serve_does_not_start(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let home = Home::with_database(&connect);
    home.succeed(&["migrate"]);
    let newer = "INSERT INTO annai_versions (version, min_program) VALUES ('9.10.0', '9.9.0')";
    sqlx::raw_sql(newer).execute(&mut owner).await.unwrap();

    for arguments in [
        &["serve"][..],
        &["serve", "--no-migrate"],
        &["migrate"],
        &["user", "list"],
    ] {
        let said = refused(&home, 1, arguments);
        assert!(said.contains("the tables need 9.9.0 or newer"), "{said}");
    }
}
