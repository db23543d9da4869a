//! Signing in.

use annai_domain::{Actor, Role};
use annai_test_macros::annai_test;
use annai_test_support::{Client, PASSWORD, TestApp};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

#[annai_test]
async fn whatever_is_wrong_the_answer_is_the_same(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    app.add_person("hana", &[Role::Editor]).await;
    let gone = app.add_person("gone", &[Role::Editor]).await;
    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    annai_identity::disable_user(&mut tx, gone.user_id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let attempt = async |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        app.anonymous().post("/api/v1/session").json(&body).await
    };

    let answers = [
        attempt("hana@example.jp", "wrong").await,
        attempt("nobody@example.jp", PASSWORD).await,
        attempt("gone@example.jp", PASSWORD).await,
        attempt("not an address", PASSWORD).await,
        attempt("hana@example.jp", "").await,
    ];

    for answer in &answers {
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (401, "unauthenticated")
        );
        assert_eq!(answer.to_string(), answers[0].to_string());
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[annai_test]
async fn the_sixth_failure_in_a_row_has_to_wait(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    app.add_person("hana", &[Role::Editor]).await;
    for email in ["hana@example.jp", "nobody@example.jp"] {
        let attempt = |password: &str| {
            let body = json!({ "email": email, "password": password });
            app.anonymous().post("/api/v1/session").json(&body)
        };
        for _ in 0..5 {
            assert_eq!(attempt("wrong").await.status, 401);
        }
        // The right password is refused too, so that an attacker does not learn that it is right.
        let slowed = attempt(PASSWORD).await;
        assert_eq!(
            (slowed.status, slowed.problem().as_str()),
            (429, "rate-limited")
        );
        assert_eq!(slowed.header("retry-after"), "1");
    }
}

#[annai_test]
async fn failures_of_strangers_do_not_hold_up_a_person_who_was_here_before(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect.clone());
    // A second node, with nothing in its memory.
    let other = TestApp::new(connect);
    let person = app.add_person("hana", &[Role::Editor]).await;
    let client = app.sign_in(&person).await;
    let attempt = |password: &str| json!({ "email": person.email, "password": password });
    for node in [&app, &other, &app, &other, &app] {
        let wrong = node.anonymous().post("/api/v1/session");
        assert_eq!(wrong.json(&attempt("wrong")).await.status, 401);
    }
    for node in [&app, &other] {
        let stranger = node.anonymous().post("/api/v1/session");
        assert_eq!(stranger.json(&attempt(PASSWORD)).await.status, 429);
    }

    // The open session confirms the password, and the known browser signs in again.
    let again = client.post("/api/v1/session/reauthenticate");
    let password = json!({ "password": PASSWORD });
    assert_eq!(again.json(&password).await.status, 204);
    assert_eq!(client.delete("/api/v1/session").await.status, 204);
    let back = client
        .post("/api/v1/session")
        .json(&attempt(PASSWORD))
        .await;
    assert_eq!(back.status, 200);
    let stranger = app.anonymous().post("/api/v1/session");
    assert_eq!(stranger.json(&attempt(PASSWORD)).await.status, 429);

    // A session that guesses has to wait like anybody, and holds up no other session.
    let second = app.anonymous();
    for (name, value) in client.cookies() {
        if name == "annai_browser" {
            second.set_cookie(&name, &value);
        }
    }
    let signed_in = second
        .post("/api/v1/session")
        .json(&attempt(PASSWORD))
        .await;
    assert_eq!(signed_in.status, 200);
    let confirm = |client: &Client, password: &str| {
        let body = json!({ "password": password });
        client.post("/api/v1/session/reauthenticate").json(&body)
    };
    for _ in 0..5 {
        assert_eq!(confirm(&second, "wrong").await.status, 401);
    }
    assert_eq!(confirm(&second, PASSWORD).await.status, 429);
    assert_eq!(confirm(&client, PASSWORD).await.status, 204);
}

#[annai_test]
async fn a_browser_becomes_known_by_a_cookie_that_only_the_server_reads(connect: PgConnectOptions) {
    let app = TestApp::behind_https(connect);
    let person = app.add_person("hana", &[Role::Editor]).await;
    let wrong = json!({ "email": person.email, "password": "wrong" });
    let refused = app.anonymous().post("/api/v1/session").json(&wrong).await;
    assert_eq!(refused.header("set-cookie"), "");

    let right = json!({ "email": person.email, "password": PASSWORD });
    let answer = app.anonymous().post("/api/v1/session").json(&right).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let [_, cookie] = cookies[..] else {
        panic!("{cookies:?}");
    };
    let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
    assert_eq!(
        attributes,
        " Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure"
    );
    let value = pair.strip_prefix("__Host-annai_browser=").unwrap();
    // It names nobody.
    assert!(!value.contains("hana"), "{value}");
}

#[annai_test]
async fn the_cookie_is_as_strict_as_the_base_url_allows(connect: PgConnectOptions) {
    for (app, expected) in [
        (
            TestApp::behind_https(connect.clone()),
            "__Host-annai=; HttpOnly; SameSite=Lax; Secure; Path=/",
        ),
        (
            TestApp::new(connect.clone()),
            "annai=; HttpOnly; SameSite=Lax; Path=/",
        ),
    ] {
        let name = if expected.contains("Host") {
            "hana"
        } else {
            "taro"
        };
        let person = app.add_person(name, &[Role::Editor]).await;
        let body = json!({ "email": person.email, "password": PASSWORD });
        let answer = app.anonymous().post("/api/v1/session").json(&body).await;
        let cookie = answer.header("set-cookie");
        let (pair, attributes) = cookie.split_once(';').unwrap();
        let (cookie_name, id) = pair.split_once('=').unwrap();
        assert_eq!(format!("{cookie_name}=;{attributes}"), expected);
        assert_eq!(id.len(), 22, "128 bits, base64: {id}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[annai_test]
async fn a_session_id_that_was_there_before_sign_in_is_not_taken_over(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let person = app.add_person("hana", &[Role::Editor]).await;
    let first = app.sign_in(&person).await;
    let before = first.cookies();
    let body = json!({ "email": person.email, "password": PASSWORD });
    assert_eq!(first.post("/api/v1/session").json(&body).await.status, 200);
    assert_ne!(
        first.cookies()["annai"],
        before["annai"],
        "sign-in makes a new id"
    );
    let old = app.anonymous();
    for (name, value) in before {
        old.set_cookie(&name, &value);
    }
    assert_eq!(
        old.get("/api/v1/session").await.status,
        401,
        "the old id is over"
    );

    let planted = app.anonymous();
    planted.set_cookie("annai", "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(
        planted.post("/api/v1/session").json(&body).await.status,
        200
    );
    assert_ne!(planted.cookies()["annai"], "AAAAAAAAAAAAAAAAAAAAAA");
}

#[annai_test]
async fn nobody_gets_in_without_a_session_and_a_consumers_key_is_none(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let key = app.reader_key().await;
    for path in [
        "/api/v1/guides",
        "/api/v1/session",
        "/api/v1/users",
        "/api/v1/schema",
    ] {
        let stranger = app.anonymous().get(path).await;
        assert_eq!(
            (stranger.status, stranger.problem().as_str()),
            (401, "unauthenticated"),
            "{path}"
        );
        let consumer = key.get(path).await;
        assert_eq!(
            (consumer.status, consumer.problem().as_str()),
            (403, "forbidden-scope"),
            "{path}"
        );
    }
}

#[annai_test]
async fn an_invited_person_chooses_a_password_and_signs_in(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let body = json!({ "email": "hana@example.jp", "display_name": "花", "roles": ["editor"] });
    let invited = admin.post("/api/v1/users").json(&body).await;
    let token = invited
        .string("/url")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let accept = |password: &str| {
        let body = json!({ "token": token, "password": password });
        app.anonymous().post("/api/v1/links/accept").json(&body)
    };
    let sign_in = json!({ "email": "hana@example.jp", "password": "遠い山と古い時計の音がする" });
    let sign_in = || app.anonymous().post("/api/v1/session").json(&sign_in);

    assert_eq!(sign_in().await.status, 401);
    let weak = accept("passwordpassword").await;
    assert_eq!(
        (weak.status, weak.problem().as_str()),
        (422, "validation"),
        "{weak}"
    );
    assert_eq!(accept("遠い山と古い時計の音がする").await.status, 200);
    assert_eq!(
        accept("遠い山と古い時計の音がする").await.status,
        404,
        "a link works once"
    );
    assert_eq!(sign_in().await.status, 200);
}
