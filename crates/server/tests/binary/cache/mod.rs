//! A cache in front of delivery that webhooks purge, as docs/operations.md describes.

mod receiver;
mod varnish;

use std::fs;
use std::time::{Duration, Instant};

use annai_domain::{
    Actor, Clock, WebhookEndpointId, WebhookEventType, WebhookKind, WebhookReach, WebhookSecret,
    WebhookUrl, WebhookWindow,
};
use annai_storage::webhook_endpoints::{self, EndpointFields};
use annai_storage::{Database, DatabaseSettings};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::cache::receiver::Receiver;
use crate::cache::varnish::{Answer, Varnish};
use crate::home::{Home, exchange};

const CHANGED: &str = "/v1/guides/changed";
const UNRELATED: &str = "/v1/guides/unrelated";

/// The time for which `Cache-Control` lets browsers keep a response. A slower test proves nothing.
const MAX_AGE: Duration = Duration::from_secs(30);

/// Publishes a guide as an operator does, beside the running server.
fn publish(home: &Home, slug: &str, category: &str, title: &str) {
    let folder = home.path().join("guides");
    fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "---json\n{{\n  \"category\": \"{category}\",\n  \"meta_description\": \"説明\",\n  \
         \"slug\": \"{slug}\",\n  \"title\": \"{title}\"\n}}\n---\n\n# {title}\n"
    );
    let file = folder.join(format!("{slug}.md"));
    fs::write(&file, text).unwrap();
    home.succeed(&["import", file.to_str().unwrap(), "--publish"]);
}

/// Creates a webhook to `url` for all publications.
async fn subscribe(connect: &PgConnectOptions, url: &str, secret: &WebhookSecret) {
    let database = Database::new(&DatabaseSettings {
        connect: connect.clone().into(),
        delivery_connect: None,
        roles: annai_storage::RoleMode::Set,
        max_connections: 2,
        connection_wait: annai_storage::CONNECTION_WAIT,
        clock: Clock::System,
    });
    let url = WebhookUrl::parse(url, WebhookReach::Private).unwrap();
    let fields = EndpointFields {
        name: "Varnish",
        url: &url,
        event_types: &[
            WebhookEventType::GuidePublished,
            WebhookEventType::ReleasePublished,
        ],
        kind: WebhookKind::Message,
        window: WebhookWindow::NONE,
    };
    let mut tx = database.begin(Actor::operator()).await.unwrap();
    let id = WebhookEndpointId::new();
    webhook_endpoints::insert(&mut tx, id, fields, secret)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Repeats the request until the response contains `text`.
fn wait_for(varnish: &Varnish, path: &str, text: &str) -> Answer {
    let begin = Instant::now();
    loop {
        let answer = varnish.get(path);
        if answer.body.contains(text) {
            return answer;
        }
        assert!(begin.elapsed() < MAX_AGE, "still old: {answer:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[annai_test(empty)]
async fn a_cache_keeps_an_answer_for_a_year_and_drops_it_when_a_webhook_says_so(
    connect: PgConnectOptions,
) {
    let home = Home::with_database(&connect);
    let private = ["--webhook-allow-private", "true"];
    let purged = ["--cdn-purged-by-webhook", "true"];
    let server = home.serve(&[&["serve"][..], &private, &purged].concat());
    publish(&home, "changed", "data", "前の題");
    publish(&home, "unrelated", "security", "別の題");
    server.wait_for_page(UNRELATED);
    let varnish = Varnish::start(server.port());
    let secret = WebhookSecret::generate();
    let receiver = Receiver::start(&secret, server.port(), varnish.port());
    subscribe(&connect, &receiver.url, &secret).await;

    let begin = Instant::now();
    for path in [CHANGED, UNRELATED, "/v1/guides"] {
        assert_eq!(
            varnish.get(path).cache_status(),
            "varnish; fwd=miss",
            "{path}"
        );
        assert_eq!(varnish.get(path).cache_status(), "varnish; hit", "{path}");
    }
    let (head, _) = exchange(server.port(), &format!("GET {CHANGED}"), &[]).unwrap();
    assert!(
        head.contains("cdn-cache-control: public, max-age=31536000"),
        "{head}"
    );
    assert!(varnish.get(CHANGED).body.contains("前の題"));

    publish(&home, "changed", "data", "後の題");
    let fresh = wait_for(&varnish, CHANGED, "後の題");

    assert!(begin.elapsed() < MAX_AGE, "it would have ended by itself");
    assert!(fresh.header("cdn-cache-control").is_none() && fresh.header("age").is_none());
    assert_eq!(
        fresh.header("cache-control").unwrap().split(',').nth(1),
        Some(" max-age=30")
    );
    assert!(
        varnish.get("/v1/guides").body.contains("後の題"),
        "lists too"
    );
    assert_eq!(varnish.get(CHANGED).cache_status(), "varnish; hit");
    assert_eq!(varnish.get(UNRELATED).cache_status(), "varnish; hit");
    server.stop();
    assert!(
        varnish.get(CHANGED).body.contains("後の題"),
        "without the server"
    );
}

#[annai_test(empty)]
async fn nobody_but_the_receiver_drops_anything(connect: PgConnectOptions) {
    let home = Home::with_database(&connect);
    let server = home.serve(&["serve"]);
    publish(&home, "changed", "data", "題");
    server.wait_for_page(CHANGED);
    let varnish = Varnish::start(server.port());
    let secret = WebhookSecret::generate();
    let receiver = Receiver::start(&secret, server.port(), varnish.port());
    varnish.get(CHANGED);
    let pinned = varnish.get(CHANGED).pinned();
    varnish.get(&pinned);

    let forged = [
        "webhook-id: 1",
        "webhook-timestamp: 1",
        "webhook-signature: v1,AAAA",
        "Content-Length: 0",
    ];
    let (head, _) = exchange(receiver.port, "POST /", &forged).unwrap();
    assert!(head.starts_with("HTTP/1.1 401 "), "{head}");
    for pattern in ["(.*)", "guide:changed && obj.age > 0s", ""] {
        assert_eq!(varnish.ban(pattern), 400, "{pattern}");
    }
    assert_eq!(
        varnish.ban("guide:change"),
        204,
        "a part of a key is no key"
    );
    assert_eq!(varnish.get(CHANGED).cache_status(), "varnish; hit");

    assert_eq!(varnish.ban("guide:x|guide:changed"), 204);
    assert_eq!(varnish.get(CHANGED).cache_status(), "varnish; fwd=miss");
    assert_eq!(
        varnish.get(&pinned).cache_status(),
        "varnish; hit",
        "it cannot change"
    );
    server.stop();
}
