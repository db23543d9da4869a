//! Sites get the same responses while the database is away.

use annai_test_macros::annai_test;
use nix::sys::signal::Signal;
use sqlx::postgres::PgConnectOptions;

use crate::home::Home;
use crate::line::Line;

/// Requests of sites that work with or without a database.
const PATHS: [&str; 5] = [
    "/v1/guides/sre_engineer",
    "/v1/guides/sre_engineer.md",
    "/v1/guides?category=cloud-infra",
    "/v1/guides?include=related&body=html",
    "/v1/refs/current",
];

#[annai_test(empty)]
async fn sites_are_answered_while_the_database_is_away_and_after_a_restart_without_it(
    connect: PgConnectOptions,
) {
    let line = Line::to(&connect);
    let home = Home::with_database_at(&line.url());
    let server = home.serve(&["serve", "--seed"]);
    let before = PATHS.map(|path| server.get(path));
    assert!(
        before.iter().all(|(status, _)| *status == 200),
        "{before:?}"
    );
    let file = home.path().join("data/site.snapshot");
    server.until(|| file.exists());

    line.cut();
    let degraded = server.wait_for_state("degraded");
    assert!(degraded.contains("does not answer"), "{degraded}");
    for (path, before) in PATHS.iter().zip(&before) {
        assert_eq!(&server.get(path), before, "{path}");
    }
    assert_eq!(server.get("/v1/guides/no_such_guide").0, 404);
    let mut server = server;
    server.signal(Signal::SIGKILL);
    server.wait();

    // A node that starts now serves the whole site from its file.
    let server = home.spawn(&["serve"]);
    server.wait_for_state("degraded");
    let kept = ["/v1/guides/sre_engineer", "/v1/guides?category=cloud-infra"];
    for path in kept {
        let place = PATHS.iter().position(|other| *other == path).unwrap();
        assert_eq!(server.get(path), before[place], "{path}");
    }
    assert_eq!(server.get("/admin/sign-in").0, 503);

    line.mend();
    server.wait_for_state("ready");
    for (path, before) in PATHS.iter().zip(&before) {
        assert_eq!(&server.get(path), before, "{path}");
    }
    assert_eq!(server.get("/admin/sign-in").0, 200);
    server.stop();
}

#[annai_test(empty)]
async fn an_outage_is_one_line_and_its_end_another(connect: PgConnectOptions) {
    let line = Line::to(&connect);
    let home = Home::with_database_at(&line.url());
    let server = home.serve(&["serve", "--seed"]);
    let before = server.stderr().len();
    for outage in 1..=2 {
        line.cut();
        server.wait_for_state("degraded");
        line.mend();
        server.wait_for_state("ready");
        let over = || {
            server
                .stderr()
                .matches("the database answered again")
                .count()
        };
        server.until(|| over() == outage);

        let log = &server.stderr()[before..];
        // The outage may interrupt the filling of the indexes at the start, which is another event.
        let log: Vec<_> = log
            .lines()
            .filter(|line| !line.contains("serve::application"))
            .collect();
        let lines = |words: &str| log.iter().filter(|line| line.contains(words)).count();
        assert_eq!(lines(" WARN "), outage, "{log:#?}");
        assert_eq!(lines("the database was away"), outage, "{log:#?}");
        assert_eq!(lines(" ERROR "), 0, "{log:#?}");
    }
    server.stop();
}
