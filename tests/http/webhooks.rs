//! Webhook endpoints through the JSON API and the pages: secrets are shown once, and changes need a
//! fresh password.

use annai_domain::WebhookEventType;
use annai_test_macros::annai_test;
use annai_test_support::{Answer, Client, PASSWORD, TestApp};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;

fn body() -> Value {
    json!({
        "name": "公式サイト",
        "url": "https://example.jp/hooks/annai",
        "event_types": WebhookEventType::SUBSCRIBABLE,
    })
}

async fn create(client: &Client) -> Answer {
    let create = client.post("/api/v1/webhooks").json(&body());
    create.idempotency_key("w-1").await
}

#[annai_test]
async fn a_secret_is_shown_once_and_never_again(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let created = create(&admin).await;
    assert_eq!(created.status, 201, "{created}");
    let secret = created.string("/secret");
    assert!(secret.starts_with("whsec_"), "{secret}");
    let path = created.header("location").to_owned();

    let again = create(&admin).await;
    assert_eq!(again.status, 201, "{again}");
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json().get("secret"), None, "{again}");
    assert_eq!(again.header("location"), path);
    let one = admin.get(&path).await;
    let list = admin.get("/api/v1/webhooks").await;
    let page = admin.get(path.replace("/api/v1", "/admin")).await;
    for answer in [&one, &list, &page] {
        assert_eq!(answer.status, 200, "{answer}");
        assert!(!answer.text().contains("whsec_"), "{answer}");
    }
    assert_eq!(list.json()["webhooks"], json!([one.json()]));
    assert_eq!(one.json()["event_types"], body()["event_types"]);
    assert_eq!(one.json()["pending"], 0);

    let rotated = admin
        .post(format!("{path}/rotate-secret"))
        .json(&json!({}))
        .await;
    assert_eq!(rotated.status, 200, "{rotated}");
    assert_ne!(rotated.string("/secret"), secret);
    let until = admin.get(&path).await.string("/previous_secret_until");
    assert_eq!(until, "2026-11-23T00:00:00Z");
}

#[annai_test]
async fn an_endpoint_is_tried_out_followed_changed_disabled_and_enabled(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let path = create(&admin).await.header("location").to_owned();
    let act = async |act: &str| {
        let act = admin.post(format!("{path}/{act}")).json(&json!({}));
        act.await
    };
    let tested = act("test").await;
    assert_eq!(tested.status, 202, "{tested}");
    act("test").await;
    let log = admin.get(format!("{path}/deliveries?limit=1")).await;
    assert_eq!(log.status, 200, "{log}");
    let newest = log.string("/deliveries/0/webhook_delivery_id");
    assert_eq!(log.string("/next_before"), newest);
    let older = format!("{path}/deliveries?before={newest}");
    let older = admin.get(older).await.json();
    assert_eq!(
        older["deliveries"][0]["event_id"],
        tested.json()["event_id"]
    );
    assert_eq!(older["deliveries"][0]["event_type"], "webhook.test");
    assert_eq!(older["deliveries"][0]["state"], "pending");
    assert_eq!(older["next_before"], Value::Null);
    let again = act(&format!("deliveries/{newest}/redeliver")).await;
    assert_eq!(again.status, 202, "{again}");
    assert_eq!(again.string("/webhook_delivery_id"), newest);

    let one = admin.get(&path).await.json();
    assert_eq!(
        (&one["kind"], &one["window_seconds"]),
        (&json!("message"), &json!(0))
    );
    let mut changed = body();
    changed["name"] = json!("別の名前");
    changed["kind"] = json!("build_hook");
    let saved = admin.put(&path).json(&changed).await;
    assert_eq!(saved.status, 200, "{saved}");
    assert_eq!(act("disable").await.status, 200);
    let one = admin.get(&path).await.json();
    assert_eq!(
        (&one["name"], &one["disabled_reason"]),
        (&json!("別の名前"), &json!("person"))
    );
    assert_eq!(
        (&one["kind"], &one["window_seconds"]),
        (&json!("build_hook"), &json!(60))
    );
    let refused = act("test").await;
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (409, "conflict")
    );
    assert_eq!(act("disable").await.status, 200, "it is disabled already");
    assert_eq!(act("enable").await.status, 200);
    assert_eq!(act("enable").await.status, 200, "it is enabled already");
}

#[annai_test]
async fn bad_endpoints_are_refused_with_the_field_that_is_wrong(connect: PgConnectOptions) {
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    for (field, value, status) in [
        ("url", json!("https://10.0.0.1/"), 422),
        ("url", json!("http://example.jp/"), 422),
        ("name", json!(""), 422),
        ("event_types", json!([]), 422),
        ("event_types", json!(["guide.created"]), 422),
        ("kind", json!("pigeon"), 422),
        ("window_seconds", json!(3601), 422),
        ("surprise", json!(true), 422),
    ] {
        let mut body = body();
        body[field] = value;
        let refused = admin.post("/api/v1/webhooks").json(&body).await;
        assert_eq!(refused.status, status, "{field}: {refused}");
        assert!(refused.text().contains(field), "{refused}");
    }
    assert_eq!(
        admin.get("/api/v1/webhooks").await.json()["webhooks"],
        json!([])
    );
    let unknown = "/api/v1/webhooks/0197a0c0-0000-7000-8000-000000000000";
    assert_eq!(admin.get(unknown).await.status, 404);
    assert_eq!(admin.get(format!("{unknown}/deliveries")).await.status, 404);
}

#[annai_test]
async fn administering_webhooks_asks_for_the_password_again_after_a_while(
    connect: PgConnectOptions,
) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let app = TestApp::new(connect.clone());
    let (_, admin) = app.admin().await;
    let path = create(&admin).await.header("location").to_owned();
    let later = TestApp::at(connect, "2026-11-22T00:11:00Z").anonymous();
    for (name, value) in admin.cookies() {
        later.set_cookie(&name, &value);
    }
    assert_eq!(
        later.get(&path).await.status,
        200,
        "reading needs no password"
    );
    for act in ["rotate-secret", "disable", "enable", "test"] {
        let call = later.post(format!("{path}/{act}")).json(&json!({}));
        let refused = call.await;
        let answer = (refused.status, refused.problem());
        assert_eq!(answer, (403, "reauthenticate".to_owned()), "{act}");
    }
    assert_eq!(later.put(&path).json(&body()).await.status, 403);
    assert_eq!(create(&later).await.status, 403);
    // Looking asks for no password; changing does.
    for looked in ["/admin/webhooks", "/admin/users", "/admin/keys"] {
        let page = later.get(looked).await;
        assert_eq!(page.status, 200, "{looked}: {page}");
        let changed = later.post(looked).body(FORM, "name=a").await;
        assert_eq!(changed.status, 403, "{looked}: {changed}");
        // The question carries the form, which needs no script then.
        let question = changed.text();
        let form = format!("<form method=\"post\" action=\"{looked}\">");
        let field = "<input type=\"hidden\" name=\"name\" value=\"a\">";
        for part in [form.as_str(), field, "name=\"confirm_password\""] {
            assert!(question.contains(part), "{looked} lacks {part}: {question}");
        }
    }
    let answered = async |password: &str| {
        let form = format!("name=a&scope=reader&confirm_password={password}");
        later.post("/admin/keys").body(FORM, form).await
    };
    let wrong = answered("wrong").await;
    assert_eq!(wrong.status, 422, "{wrong}");
    assert!(!wrong.text().contains("value=\"wrong\""), "{wrong}");
    let right = answered(PASSWORD).await;
    assert_eq!(right.status, 200, "{right}");
    assert_eq!(
        later
            .post(format!("/admin{}/test", &path["/api/v1".len()..]))
            .await
            .status,
        303
    );
}

#[annai_test]
async fn the_pages_do_without_scripts_what_the_api_does(connect: PgConnectOptions) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let app = TestApp::new(connect);
    let (_, admin) = app.admin().await;
    let (_, editor) = app.editor().await;
    assert_eq!(editor.get("/admin/webhooks").await.status, 403);
    assert_eq!(editor.get("/api/v1/webhooks").await.status, 403);
    let send = async |path: &str, form: &'static str| admin.post(path).body(FORM, form).await;
    let empty = send("/admin/webhooks", "name=&url=http://a.jp/").await;
    assert_eq!(empty.status, 422, "{empty}");
    let made = send(
        "/admin/webhooks",
        "name=site&url=https://a.jp/h&event_types=guide.published",
    )
    .await;
    assert_eq!(made.status, 200, "{made}");
    assert!(made.text().contains("whsec_"), "{made}");
    let id = admin.get("/api/v1/webhooks").await;
    let id = id.string("/webhooks/0/webhook_endpoint_id");
    let path = format!("/admin/webhooks/{id}");
    let wrong = send(&path, "name=site&url=https://a.jp/h").await;
    assert_eq!(wrong.status, 422, "{wrong}");
    let surprise = send(&path, "name=site&url=https://a.jp/h&secret=a").await;
    assert_eq!(surprise.status, 422, "{surprise}");
    let saved = send(&path, "name=new&url=https://a.jp/h&event_types=guide.moved").await;
    assert_eq!(
        (saved.status, saved.header("location")),
        (303, path.as_str())
    );
    let rotated = send(&format!("{path}/rotate-secret"), "").await;
    assert!(rotated.text().contains("whsec_"), "{rotated}");
    assert_eq!(send(&format!("{path}/test"), "").await.status, 303);
    let page = admin.get(&path).await;
    let redeliver = page
        .text()
        .split('"')
        .find(|part| part.ends_with("/redeliver"));
    let redeliver = redeliver.expect("nothing can be sent again").to_owned();
    assert_eq!(send(&redeliver, "").await.status, 303);
    assert_eq!(send(&format!("{path}/disable"), "").await.status, 303);
    assert_eq!(send(&format!("{path}/enable"), "").await.status, 303);
}
