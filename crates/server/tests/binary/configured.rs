//! The program with a database server of the operator's own.

use annai_test_macros::annai_test;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use crate::editor::Editor;
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
async fn a_demonstration_that_was_killed_gives_the_passwords_at_its_next_start(
    connect: PgConnectOptions,
) {
    let home = Home::with_database(&connect);
    home.succeed(&["migrate"]);
    // A start was killed after its first person was invited.
    let name = [
        "user",
        "create",
        "kenta@demo.example",
        "--name",
        "鈴木 健太",
    ];
    home.succeed(&[&name[..], &["--roles", "editor"]].concat());

    let server = home.serve(&["serve", "--demo"]);
    let editor = Editor::of_demo(&server);
    assert_eq!(editor.get("/api/v1/guides").status, 200);
    server.stop();

    let again = home.serve(&["serve", "--demo"]);
    let reset = "annai user reset kenta@demo.example";
    assert!(again.stdout().contains(reset), "{}", again.stdout());
    again.stop();
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
    let said = home.succeed(&["doctor"]);
    let primary = format!(":{} of database_url: primary, in use", connect.get_port());
    assert!(said.contains(&primary), "{said}");

    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let grants =
        "GRANT TRUNCATE ON publications TO annai_app; GRANT SELECT ON revisions TO annai_delivery";
    sqlx::raw_sql(grants).execute(&mut owner).await.unwrap();
    let said = crate::said(&home.run(&["doctor"]));
    for found in [
        "annai_app may also TRUNCATE ON publications",
        "annai_delivery may also SELECT ON revisions",
        "REVOKE SELECT ON revisions FROM annai_delivery;",
    ] {
        assert!(said.contains(found), "{found}: {said}");
    }

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
    let named = home.run(&["setup-link"]);
    let said = crate::said(&named);
    assert!(said.contains("/admin/setup/annai_setup_"), "{said}");
    assert!(!said.contains("default address"), "{said}");
    for arguments in [&["setup-link"][..], &["user", "reset", "taro@example.jp"]] {
        let mut command = home.command(arguments);
        let guessed = command.env_remove("ANNAI_LISTEN").output().unwrap();
        let said = String::from_utf8(guessed.stderr).unwrap();
        assert!(said.contains("is the default address"), "{said}");
        assert!(said.contains("ANNAI_BASE_URL"), "{said}");
    }
}

#[annai_test(empty)]
async fn migrate_warns_of_roles_that_its_login_may_not_take_on(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    let database = connect.get_database().unwrap();
    let login = format!("annai_test_{}", std::process::id());
    let run = |sql: String| sqlx::raw_sql(AssertSqlSafe(sql));
    let made = format!(
        "CREATE ROLE {login} LOGIN PASSWORD 'x'; ALTER DATABASE \"{database}\" OWNER TO {login}"
    );
    run(made).execute(&mut owner).await.unwrap();
    let poor = connect.clone().username(&login).password("x");
    let home = Home::with_database(&poor);

    let migrated = home.run(&["migrate"]);
    let said = crate::said(&migrated);
    let refused = home.run(&["user", "list"]);

    let gone = format!(
        "ALTER DATABASE \"{database}\" OWNER TO CURRENT_USER; REASSIGN OWNED BY {login} TO CURRENT_USER;
         DROP OWNED BY {login}; DROP ROLE {login}"
    );
    run(gone).execute(&mut owner).await.unwrap();
    assert!(migrated.status.success(), "{said}");
    assert!(
        said.contains("warning: the roles annai_app, annai_delivery"),
        "{said}"
    );
    assert!(
        said.contains("hint: as an administrator of the server"),
        "{said}"
    );
    assert_eq!(refused.status.code(), Some(78), "{}", crate::said(&refused));
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
