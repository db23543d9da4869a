//! The results of a message for each behaviour of the receiver.

use std::time::{Duration, Instant};

use annai_domain::{MOST_ATTEMPTS, WebhookKind, WebhookReach};
use annai_storage::audit::{self, AuditFilter};
use annai_storage::webhook_deliveries::{DeliveryResult, DeliveryState};
use annai_storage::webhook_endpoints::DisabledReason;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::receiver::{Behaviour, Receiver};
use crate::world::{World, secret, wait};

#[annai_test]
async fn a_message_arrives_at_once_signed_and_whole(connect: PgConnectOptions) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Answer(204, "")).await;
    let endpoint = world.endpoint(&receiver.url).await;
    world.tell().await;
    let _worker = world.work();
    world.attempted(endpoint, 1).await;
    // The node has sent everything. It waits for a notification, and at most 2 s.
    let began = Instant::now();

    let event_id = world.tell().await;

    let delivery = world.attempted(endpoint, 1).await;
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "the notification was lost"
    );
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(delivery.last_status, Some(204));
    let messages = receiver.messages();
    assert_eq!(messages.len(), 2);
    let message = &messages[1];
    assert_eq!(message.id(), event_id.to_string());
    assert_eq!(message.headers["content-type"], "application/json");
    assert_eq!(message.body, delivery.body);
    assert!(message.is_signed_with(&secret()));
}

#[annai_test]
async fn a_build_hook_is_called_once_for_several_events_without_a_body_or_a_signature(
    connect: PgConnectOptions,
) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Answer(200, "")).await;
    let endpoint = world
        .endpoint_of(&receiver.url, WebhookKind::BuildHook)
        .await;
    world.tell().await;
    world.tell().await;
    let worker = world.work();
    // The worker that dies within the window has nothing to lose.
    worker.stop().await;
    assert!(receiver.messages().is_empty(), "the window is open");
    world.let_time_pass().await;
    let _heir = world.work();

    let delivery = world.attempted(endpoint, 1).await;

    assert_eq!(delivery.state, DeliveryState::Delivered);
    let messages = receiver.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].body, "");
    let headers = &messages[0].headers;
    assert_eq!(headers["content-length"], "0");
    for name in [
        "content-type",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ] {
        assert!(!headers.contains_key(name), "{name}");
    }
}

#[annai_test]
async fn a_receiver_that_fails_is_tried_again_by_the_schedule_with_the_same_message(
    connect: PgConnectOptions,
) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Answer(500, "壊れています\0")).await;
    let endpoint = world.endpoint(&receiver.url).await;
    let _worker = world.work();
    world.tell().await;

    let mut waits = Vec::new();
    for attempt in 1..10 {
        let delivery = world.attempted(endpoint, attempt).await;
        assert_eq!(delivery.state, DeliveryState::Pending);
        assert_eq!(delivery.last_result, Some(DeliveryResult::Refused));
        assert_eq!(
            delivery.last_answer.as_deref(),
            Some("壊れています\u{fffd}")
        );
        waits.push(wait(&delivery));
        world.let_time_pass().await;
    }
    let last = world.attempted(endpoint, 10).await;

    assert_eq!(last.state, DeliveryState::Failed);
    let schedule: [f64; 9] = [
        5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0,
    ];
    for (wait, least) in waits.iter().zip(schedule) {
        assert!((least..=least * 1.1).contains(wait), "{waits:?}");
    }
    let messages = receiver.messages();
    assert_eq!(messages.len(), MOST_ATTEMPTS);
    let first = &messages[0];
    let same = |message: &crate::receiver::Message| {
        message.id() == first.id() && message.body == first.body
    };
    assert!(messages.iter().all(same));
    assert!(world.record(endpoint).await.disabled_at.is_none());
}

#[annai_test]
async fn a_receiver_that_comes_back_gets_what_it_missed(connect: PgConnectOptions) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Answer(502, "")).await;
    let endpoint = world.endpoint(&receiver.url).await;
    let _worker = world.work();
    world.tell().await;
    world.attempted(endpoint, 1).await;
    receiver.behave(Behaviour::Answer(200, "ok"));
    world.let_time_pass().await;
    let delivery = world.attempted(endpoint, 2).await;
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(delivery.last_answer.as_deref(), Some("ok"));
}

#[annai_test]
async fn a_receiver_that_asks_for_a_pause_gets_it(connect: PgConnectOptions) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Busy(120)).await;
    let endpoint = world.endpoint(&receiver.url).await;
    let _worker = world.work();
    world.tell().await;
    let wait = wait(&world.attempted(endpoint, 1).await);
    assert!((120.0..121.0).contains(&wait), "{wait}");
}

#[annai_test]
async fn a_redirect_is_a_failure_and_is_not_followed(connect: PgConnectOptions) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Redirect).await;
    let endpoint = world.endpoint(&receiver.url).await;
    let _worker = world.work();
    world.tell().await;
    let delivery = world.attempted(endpoint, 1).await;
    assert_eq!(delivery.state, DeliveryState::Pending);
    assert_eq!(delivery.last_result, Some(DeliveryResult::Redirected));
    assert_eq!(delivery.last_status, Some(307));
    let paths: Vec<_> = receiver.messages().into_iter().map(|m| m.path).collect();
    assert_eq!(paths, ["/hook"]);
}

#[annai_test]
async fn a_receiver_that_is_gone_is_told_nothing_more_and_the_audit_log_says_so(
    connect: PgConnectOptions,
) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Answer(410, "")).await;
    let endpoint = world.endpoint(&receiver.url).await;
    world.tell().await;
    world.tell().await;
    let _worker = world.work();
    let began = Instant::now();
    while world.record(endpoint).await.disabled_at.is_none() {
        assert!(began.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let record = world.record(endpoint).await;
    assert_eq!(record.disabled_reason, Some(DisabledReason::Gone));
    let log = world.log(endpoint).await;
    let states: Vec<_> = log.iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Pending, DeliveryState::Failed]);
    let filter = AuditFilter::default();
    let entries = audit::list(&world.db.reader(), &filter, 10).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].action, "webhook.disable");
    assert_eq!(entries[0].subject_id, Some(endpoint.0));
    world.let_time_pass().await;
    assert!(world.claim().await.is_empty(), "it is not sent to");
    assert_eq!(receiver.messages().len(), 1);
}

#[annai_test]
async fn a_receiver_that_hangs_is_given_up_after_five_seconds_and_holds_up_nobody_else(
    connect: PgConnectOptions,
) {
    let world = World::new(connect);
    let hanging = Receiver::start(Behaviour::Hang).await;
    let quick = Receiver::start(Behaviour::Answer(200, "")).await;
    let slow_endpoint = world.endpoint(&hanging.url).await;
    let quick_endpoint = world.endpoint(&quick.url).await;
    let _worker = world.work();
    let began = Instant::now();
    for _ in 0..3 {
        world.tell().await;
    }
    while quick.messages().len() < 3 {
        assert!(began.elapsed() < Duration::from_secs(4), "it was held up");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(hanging.messages().len(), 1, "one after the other");
    world.attempted(quick_endpoint, 1).await;
    while world.record(slow_endpoint).await.last_result.is_none() {
        assert!(
            began.elapsed() < Duration::from_secs(9),
            "it was not given up"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let result = world.record(slow_endpoint).await.last_result;
    assert_eq!(result, Some(DeliveryResult::TimedOut));
}

#[annai_test]
async fn an_answer_without_end_is_read_to_its_limit(connect: PgConnectOptions) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Endless).await;
    let endpoint = world.endpoint(&receiver.url).await;
    let _worker = world.work();
    world.tell().await;
    let began = Instant::now();
    let delivery = world.attempted(endpoint, 1).await;
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "it was read on and on"
    );
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(delivery.last_answer.unwrap().chars().count(), 1000);
}

#[annai_test]
async fn nothing_is_sent_to_private_addresses_unless_the_operator_says_so(
    connect: PgConnectOptions,
) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Answer(200, "")).await;
    let port = receiver.url.rsplit(':').next().unwrap().to_owned();
    // By http, by address, and by a name that resolves to a private address.
    let mut endpoints = Vec::new();
    for url in [
        "http://127.0.0.1",
        "https://127.0.0.1",
        "https://[::1]",
        "https://localhost",
    ] {
        endpoints.push((url, world.endpoint(&format!("{url}:{port}")).await));
    }
    let _worker = world.work_within(WebhookReach::Public);
    world.tell().await;
    for (url, endpoint) in endpoints {
        let delivery = world.attempted(endpoint, 1).await;
        assert_eq!(
            delivery.last_result,
            Some(DeliveryResult::NotAllowed),
            "{url}"
        );
        assert_eq!(delivery.state, DeliveryState::Pending);
    }
    assert!(receiver.messages().is_empty());
}

#[annai_test]
async fn a_host_that_is_not_there_is_told_from_one_that_does_not_listen(connect: PgConnectOptions) {
    let world = World::new(connect);
    // RFC 6761: every resolver reports at once that this name does not exist.
    let nowhere = world.endpoint("https://nowhere.invalid/").await;
    let deaf = world.endpoint("http://127.0.0.1:1/").await;
    let _worker = world.work();
    world.tell().await;
    let result = world.attempted(nowhere, 1).await.last_result;
    assert_eq!(result, Some(DeliveryResult::NotFound));
    let result = world.attempted(deaf, 1).await.last_result;
    assert_eq!(result, Some(DeliveryResult::Unreachable));
}
