//! The program with a database server of the operator's own.

use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::home::Home;

#[test]
fn a_database_that_is_away_at_the_start_is_waited_for() {
    let home = Home::with_database_away();

    let server = home.spawn(&["serve"]);
    let body = server.wait_for_readiness(503);

    assert!(body.contains("\"starting\""), "{body}");
    assert_eq!(server.get("/healthz").0, 200);
    let log = server.wait_for_log("could not be used yet");
    assert!(!log.contains(":x@"), "{log}");
    server.stop();
}

#[annai_test(empty)]
async fn a_configured_server_is_seeded_only_when_asked(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);

    let said = home.fail(1, &["user", "list"]);
    assert!(said.contains("annai migrate"), "{said}");
    assert!(home.succeed(&["migrate"]).starts_with("applied "));
    assert!(home.succeed(&["migrate"]).starts_with("nothing to do"));

    let server = home.serve(&["serve"]);
    assert_eq!(server.get("/v1/guides/sre_engineer").0, 404);
    server.stop();

    let server = home.serve(&["serve", "--seed"]);
    assert_eq!(server.get("/v1/guides/sre_engineer").0, 200);
    server.stop();
    assert!(
        !home.path().join("data/postgres").exists(),
        "no private Postgres beside a configured one"
    );
}

#[annai_test(empty)]
async fn the_demonstration_has_people_of_every_role_and_is_made_once(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);

    let server = home.serve(&["serve", "--demo"]);
    let announced = server.stdout();
    server.stop();

    assert!(announced.contains("8 guides added"), "{announced}");
    for role in ["author", "editor", "reviewer", "publisher", "admin"] {
        assert!(
            announced
                .lines()
                .any(|line| line.contains(&format!(" {role} "))),
            "{role}: {announced}"
        );
    }
    assert!(
        !announced.contains("/admin/setup/"),
        "an administrator is there: {announced}"
    );
    let people = home.succeed(&["user", "list", "--json"]);
    assert_eq!(people.matches("\"active\"").count(), 5, "{people}");

    let server = home.serve(&["serve", "--demo"]);
    let again = server.stdout();
    server.stop();
    assert!(again.contains("0 guides added"), "{again}");
    assert_eq!(
        again.matches("as printed at the first start").count(),
        5,
        "{again}"
    );
}

#[annai_test(empty)]
async fn doctor_finds_what_is_wrong(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let before = home.run(&["doctor"]);
    assert_eq!(before.status.code(), Some(1), "{}", crate::said(&before));
    assert!(
        crate::said(&before).contains("run `annai migrate`"),
        "{}",
        crate::said(&before)
    );

    home.succeed(&["migrate"]);
    home.succeed(&["doctor"]);

    let elsewhere = connect.clone().port(1);
    let said = Home::with_database(&elsewhere).run(&["doctor", "--json"]);
    assert_eq!(said.status.code(), Some(1), "{}", crate::said(&said));
    let report: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let failed = |check: &&serde_json::Value| check["verdict"] == "fail";
    assert_eq!(
        report["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(failed)
            .unwrap()["name"],
        "database"
    );
}

#[annai_test(empty)]
async fn keys_and_people_are_administered_from_the_command_line(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    home.succeed(&["migrate"]);

    let key = home.succeed(&["key", "create", "site"]);
    assert!(key.starts_with("annai_r_"), "{key}");
    let keys: serde_json::Value =
        serde_json::from_str(&home.succeed(&["key", "list", "--json"])).unwrap();
    assert!(
        !keys.to_string().contains(key.trim()),
        "a list never shows the secret"
    );
    let id = keys[0]["api_key_id"].as_str().unwrap().to_owned();
    home.succeed(&["key", "revoke", &id]);
    home.succeed(&["key", "revoke", &id]); // it stays revoked
    let unknown = "0198f1aa-0000-7000-8000-000000000000";
    assert!(
        home.fail(65, &["key", "revoke", unknown])
            .contains("there is no key")
    );

    let link = home.succeed(&[
        "user",
        "create",
        "taro@example.jp",
        "--name",
        "太郎",
        "--roles",
        "author,editor",
    ]);
    assert!(link.contains("/admin/invite/annai_invite_"), "{link}");
    home.succeed(&["user", "set-roles", "taro@example.jp", "reviewer"]);
    home.succeed(&["user", "disable", "taro@example.jp"]);
    let list = home.succeed(&["user", "list"]);
    assert!(
        list.contains("reviewer") && list.contains("disabled"),
        "{list}"
    );
    home.succeed(&["user", "enable", "taro@example.jp"]);
    assert!(
        home.fail(65, &["user", "disable", "nobody@example.jp"])
            .contains("there is no user")
    );
    home.fail(
        2,
        &[
            "user",
            "create",
            "x@example.jp",
            "--name",
            "x",
            "--roles",
            "owner",
        ],
    );
    assert!(
        home.succeed(&["setup-link"])
            .contains("/admin/setup/annai_setup_")
    );
}

#[annai_test(empty)]
async fn a_preview_key_reads_a_preview_from_the_server(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let server = home.serve(&["serve", "--seed"]);
    let key = home.succeed(&["key", "create", "stage", "--scope", "preview"]);
    let authorization = format!("Authorization: Bearer {}", key.trim());
    let path = "/v1/preview/guides/sre_engineer";

    let (status, body) = server.get_with(path, &[&authorization]);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"preview\":true"), "{body}");
    assert_eq!(server.get(path).0, 401);
    assert_eq!(server.get("/v1/previews").0, 404);
    server.stop();
}
