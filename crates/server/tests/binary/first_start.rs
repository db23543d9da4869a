//! The first start, without settings and without a running server.

use std::os::unix::fs::PermissionsExt as _;

use nix::sys::signal::Signal;

use crate::home::Home;

#[test]
fn a_newcomer_gets_a_server_that_survives_kill_nine_and_stops_cleanly() {
    let home = Home::new(); // its folder is closed to everybody else, as under /root

    let mut server = home.serve(&[]);

    let announced = server.stdout();
    assert!(
        announced.contains("/admin/setup/annai_setup_"),
        "{announced}"
    );
    assert_eq!(server.get("/healthz").0, 200);
    let (status, body) = server.get("/v1/guides/sre_engineer");
    assert_eq!(status, 200, "{body}");
    assert!(
        !server.stderr().contains("annai_setup_"),
        "the log holds no secret"
    );

    let refused = home.fail(69, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(
        refused.contains("already serving from") && refused.contains("hint: "),
        "{refused}"
    );

    // Commands beside the running server.
    home.succeed(&[
        "user",
        "create",
        "hanako@example.jp",
        "--name",
        "山田 花子",
        "--roles",
        "editor",
    ]);
    let report = home.succeed(&["doctor"]);
    assert!(!report.contains("fail "), "{report}");

    server.signal(Signal::SIGKILL);
    assert_eq!(server.wait(), None);
    assert!(
        home.postmaster().is_some(),
        "the private Postgres outlives a killed server"
    );

    let server = home.serve(&[]);
    assert!(
        home.succeed(&["user", "list"])
            .contains("hanako@example.jp")
    );
    server.stop();
    assert_eq!(home.postmaster(), None, "who started Postgres ends it");

    // A command without a running server starts Postgres for its own duration.
    assert!(home.succeed(&["user", "list"]).contains("山田 花子"));
    assert_eq!(home.postmaster(), None);
}

#[test]
fn health_answers_while_the_database_is_being_made_and_ctrl_c_stops_even_then() {
    let home = Home::new();
    // A folder that other users may enter, as under /srv.
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();

    let mut server = home.spawn(&["serve"]);
    let (status, body) = loop {
        match server.try_get("/readyz") {
            Some(answer) => break answer,
            None => std::thread::sleep(std::time::Duration::from_millis(10)),
        }
    };

    assert_eq!(status, 503);
    assert!(body.contains("\"starting\""), "{body}");
    assert_eq!(server.get("/healthz").0, 200);
    assert_eq!(server.get("/admin").0, 503);
    server.signal(Signal::SIGINT);
    assert_eq!(server.wait(), Some(0), "{}", server.stderr());
    assert_eq!(home.postmaster(), None);
}

#[test]
fn a_server_whose_database_went_away_says_so_and_heals_by_itself() {
    let home = Home::new();
    let server = home.serve(&["serve"]);

    nix::sys::signal::kill(home.postmaster().unwrap(), Signal::SIGINT).unwrap();
    let body = server.wait_for_state("degraded");

    assert!(body.contains("the database does not answer"), "{body}");
    assert_eq!(server.get("/healthz").0, 200);
    assert_eq!(server.get("/v1/guides").0, 200);

    server.wait_for_state("ready");
    assert_eq!(server.get("/v1/guides/sre_engineer").0, 200);
    server.stop();
    assert_eq!(home.postmaster(), None, "who brought Postgres back ends it");
}
