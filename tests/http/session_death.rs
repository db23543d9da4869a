//! The end of a session, which holds everywhere at once.

use annai_domain::Role;
use annai_test_macros::annai_test;
use annai_test_support::{Client, GuideState, PASSWORD, Person, TestApp};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

/// Signs one person in with two browsers, and an administrator.
async fn world(app: &TestApp) -> (Person, [Client; 2], Client) {
    let person = app.add_person("hana", &[Role::Editor]).await;
    let browsers = [app.sign_in(&person).await, app.sign_in(&person).await];
    let (_, admin) = app.admin().await;
    (person, browsers, admin)
}

async fn statuses(browsers: &[Client; 2]) -> [u16; 2] {
    let [one, other] = browsers;
    [
        one.get("/api/v1/session").await.status,
        other.get("/api/v1/session").await.status,
    ]
}

#[annai_test]
async fn signing_out_ends_this_session_and_no_other(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, browsers, _) = world(&app).await;
    let copied = app.anonymous();
    copied.set_cookie("annai", &browsers[0].cookies()["annai"]);
    assert_eq!(browsers[0].delete("/api/v1/session").await.status, 204);
    assert_eq!(statuses(&browsers).await, [401, 200]);
    // The browser stays known; that opens nothing.
    let cookies = browsers[0].cookies();
    assert_eq!(cookies.keys().collect::<Vec<_>>(), ["annai_browser"]);
    assert_eq!(
        copied.get("/api/v1/session").await.status,
        401,
        "a copied cookie is over too"
    );
}

#[annai_test]
async fn whoever_is_disabled_is_out_at_the_next_request(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (person, browsers, admin) = world(&app).await;
    let path = format!("/api/v1/users/{}", person.user_id);
    assert_eq!(
        admin
            .post(format!("{path}/disable"))
            .json(&json!({}))
            .await
            .status,
        200
    );
    assert_eq!(statuses(&browsers).await, [401, 401]);
    assert_eq!(
        admin
            .post(format!("{path}/enable"))
            .json(&json!({}))
            .await
            .status,
        200
    );
    assert_eq!(
        statuses(&browsers).await,
        [401, 401],
        "old sessions do not come back"
    );
    app.sign_in(&person).await;
}

#[annai_test]
async fn other_roles_end_every_session_of_the_person(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (person, browsers, admin) = world(&app).await;
    let path = format!("/api/v1/users/{}/roles", person.user_id);
    assert_eq!(
        admin
            .put(path)
            .json(&json!({ "roles": ["reviewer"] }))
            .await
            .status,
        200
    );
    assert_eq!(statuses(&browsers).await, [401, 401]);
    let again = app.sign_in(&person).await;
    assert_eq!(
        again.get("/api/v1/session").await.json()["user"]["roles"],
        json!(["reviewer"])
    );
}

#[annai_test]
async fn a_new_password_ends_every_session_but_renews_the_browser_that_set_it(
    connect: PgConnectOptions,
) {
    let app = TestApp::new(connect);
    let (person, browsers, _) = world(&app).await;
    let copied = app.anonymous();
    copied.set_cookie("annai", &browsers[0].cookies()["annai"]);
    let change = |old: &str, new: &str| {
        let body = json!({ "old_password": old, "new_password": new });
        browsers[0].put("/api/v1/account/password").json(&body)
    };
    let wrong = change("wrong", "遠い山と古い時計の音がする").await;
    assert_eq!(
        (wrong.status, wrong.problem().as_str()),
        (422, "validation"),
        "{wrong}"
    );
    assert_eq!(
        change(PASSWORD, "遠い山と古い時計の音がする").await.status,
        204
    );
    assert_eq!(statuses(&browsers).await, [200, 401]);
    assert_eq!(
        copied.get("/api/v1/session").await.status,
        401,
        "the id before is over"
    );
    let old = json!({ "email": person.email, "password": PASSWORD });
    assert_eq!(
        app.anonymous()
            .post("/api/v1/session")
            .json(&old)
            .await
            .status,
        401
    );
}

#[annai_test]
async fn each_person_lists_and_ends_their_own_sessions(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, browsers, admin) = world(&app).await;
    let list = browsers[0].get("/api/v1/sessions").await.json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    let other = sessions
        .iter()
        .find(|session| session["is_current"] == false)
        .unwrap();
    let path = format!("/api/v1/sessions/{}", other["session_id"].as_str().unwrap());
    assert_eq!(
        admin.delete(&path).await.status,
        404,
        "another person's session is not there"
    );
    assert_eq!(browsers[0].delete(&path).await.status, 204);
    assert_eq!(statuses(&browsers).await, [200, 401]);
    assert_eq!(browsers[0].delete(&path).await.status, 404);
}

#[annai_test]
async fn a_person_ends_all_other_sessions_at_once(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, browsers, _) = world(&app).await;
    let ended = browsers[1].delete("/api/v1/sessions").await;
    assert_eq!(ended.json(), json!({ "ended": 1 }));
    assert_eq!(statuses(&browsers).await, [401, 200]);
}

#[annai_test]
async fn a_session_ends_after_half_an_hour_without_use(connect: PgConnectOptions) {
    let morning = TestApp::at(connect.clone(), "2026-11-22T09:00:00Z");
    let person = morning.add_person("hana", &[Role::Editor]).await;
    let browser = morning.sign_in(&person).await;
    let at = |instant: &str| {
        let later = TestApp::at(connect.clone(), instant).anonymous();
        later.set_cookie("annai", &browser.cookies()["annai"]);
        later.get("/api/v1/session")
    };
    assert_eq!(
        at("2026-11-22T09:29:00Z").await.status,
        200,
        "use prolongs it"
    );
    assert_eq!(at("2026-11-22T09:58:00Z").await.status, 200);
    assert_eq!(at("2026-11-22T10:28:00Z").await.status, 401);
}

#[annai_test]
async fn a_session_ends_after_twelve_hours_however_much_it_is_used(connect: PgConnectOptions) {
    let morning = TestApp::at(connect.clone(), "2026-11-22T00:00:00Z");
    let person = morning.add_person("hana", &[Role::Editor]).await;
    let browser = morning.sign_in(&person).await;
    let mut last = 200;
    let mut minutes = 0;
    while last == 200 {
        minutes += 20;
        let instant = format!("2026-11-22T{:02}:{:02}:00Z", minutes / 60, minutes % 60);
        let later = TestApp::at(connect.clone(), &instant).anonymous();
        later.set_cookie("annai", &browser.cookies()["annai"]);
        last = later.get("/api/v1/session").await.status;
    }
    assert_eq!((last, minutes), (401, 12 * 60));
}

#[annai_test]
async fn users_and_keys_are_administered_within_ten_minutes_of_the_password(
    connect: PgConnectOptions,
) {
    let morning = TestApp::at(connect.clone(), "2026-11-22T09:00:00Z");
    let (_, admin) = morning.admin().await;
    let later = TestApp::at(connect.clone(), "2026-11-22T09:11:00Z").anonymous();
    later.set_cookie("annai", &admin.cookies()["annai"]);
    let key = json!({ "name": "サイト", "scope": "reader" });
    let user = json!({ "email": "hana@example.jp", "display_name": "花", "roles": ["editor"] });

    for (path, body) in [("/api/v1/keys", &key), ("/api/v1/users", &user)] {
        let refused = later.post(path).json(body).await;
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (403, "reauthenticate"),
            "{path}"
        );
    }
    let again = later.post("/api/v1/session/reauthenticate");
    assert_eq!(
        again
            .clone()
            .json(&json!({ "password": "wrong" }))
            .await
            .status,
        401
    );
    assert_eq!(
        again.json(&json!({ "password": PASSWORD })).await.status,
        204
    );
    for (path, body) in [("/api/v1/keys", &key), ("/api/v1/users", &user)] {
        assert_eq!(later.post(path).json(body).await.status, 201, "{path}");
    }
}

#[annai_test]
async fn a_frame_whose_session_is_over_shows_a_page_of_ours(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (guide, _) = app.editor_with_guide(GuideState::NeverDraft).await;
    let stranger = app.anonymous();
    let preview = format!("/admin/guides/{}/preview", guide.guide_id);
    let compared = format!("/admin/guides/{}/diff/rendered", guide.guide_id);
    let sent = stranger
        .post(&preview)
        .body("application/x-www-form-urlencoded", "body=x");
    let answers = [
        sent.await,
        stranger.get(&preview).await,
        stranger.get(&compared).await,
    ];
    for answer in answers {
        assert_eq!(answer.status, 401, "{answer}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
        assert!(answer.text().contains("data-signed-out"), "{answer}");
    }
    let opened = stranger.get(&preview).header("sec-fetch-dest", "document");
    let opened = opened.await;
    let to = opened.header("location").to_owned();
    assert_eq!(opened.status, 303, "{opened}");
    assert!(to.starts_with("/admin/sign-in?next="), "{to}");
}
