//! The rules of the three tables, and the rows that are swept out of them.

use annai_storage::outbox;
use annai_storage::webhook_deliveries::{After, DeliveryResult};
use annai_storage::webhook_endpoints::{self, DisabledReason};
use annai_test_macros::annai_test;
use annai_test_world::now;
use jiff::ToSpan as _;
use sqlx::postgres::PgConnectOptions;

use super::{LEASE, claim, let_time_pass, log, publish, record, told};
use crate::world::World;

#[annai_test]
async fn the_log_goes_when_it_is_old_and_what_is_still_to_be_sent_stays(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let endpoint = told(&world).await;
    publish(&world).await;
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    assert!(record(&world, &claimed, DeliveryResult::Accepted, After::Delivered).await);
    let waiting = publish(&world).await;
    assert_eq!(outbox::sweep(&world.db, now()).await.unwrap(), 0);
    assert_eq!(
        outbox::sweep(&world.db, now() + 1.second()).await.unwrap(),
        1
    );
    let log = log(&world, endpoint).await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].event_id, waiting);
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 1);
}

#[annai_test]
async fn what_waits_for_a_disabled_endpoint_goes_when_it_is_old(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let (disabled, enabled) = (told(&world).await, told(&world).await);
    publish(&world).await;
    let mut tx = world.begin(&world.admin).await;
    let done = webhook_endpoints::disable(&mut tx, disabled, DisabledReason::Person).await;
    assert!(done.unwrap());
    tx.commit().await.unwrap();
    let later = now() + 1.second();

    assert_eq!(outbox::sweep(&world.db, now()).await.unwrap(), 0);
    let attempted = "UPDATE outbox_deliveries SET due_at = now() + interval '30 seconds'";
    world.run(attempted).await;
    assert_eq!(outbox::sweep(&world.db, later).await.unwrap(), 0);
    let_time_pass(&mut world).await;
    assert_eq!(outbox::sweep(&world.db, later).await.unwrap(), 1);
    assert!(log(&world, disabled).await.is_empty());
    assert_eq!(log(&world, enabled).await.len(), 1);
}

#[annai_test]
async fn what_was_sent_and_what_came_of_it_is_never_changed(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    told(&world).await;
    publish(&world).await;
    let body = "UPDATE outbox SET body = '{}'";
    assert_eq!(world.rule_against(body).await, "outbox_immutable");
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    assert!(record(&world, &claimed, DeliveryResult::Gone, After::Failed).await);
    let again = "UPDATE outbox_deliveries SET state = 'pending', due_at = now()";
    assert_eq!(
        world.rule_against(again).await,
        "outbox_deliveries_immutable"
    );
}

#[annai_test]
async fn every_rule_of_the_three_tables_holds(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    told(&world).await;
    publish(&world).await;
    let endpoints = [
        ("name = ''", "name_check"),
        ("name = repeat('a', 101)", "name_check"),
        ("url = 'ftp://example.jp/'", "url_check"),
        ("url = 'https://' || repeat('a', 2000)", "url_check"),
        ("event_types = '{}'", "event_types_check"),
        ("event_types = '{guide.created}'", "event_types_check"),
        ("event_types = '{webhook.test}'", "event_types_check"),
        ("kind = 'pigeon'", "kind_check"),
        ("window_seconds = -1", "window_seconds_check"),
        ("window_seconds = 3601", "window_seconds_check"),
        ("secret = '\\x00'", "secret_check"),
        (
            "previous_secret = '\\x00', previous_secret_until = now()",
            "secret_check",
        ),
        ("previous_secret_until = now()", "previous_secret_check"),
        ("disabled_at = now()", "disabled_check"),
        ("disabled_reason = 'gone'", "disabled_check"),
        (
            "disabled_at = now(), disabled_reason = 'bored'",
            "disabled_reason_check",
        ),
    ];
    let deliveries = [
        ("channel = 'pigeon'", "channel_check"),
        ("webhook_endpoint_id = NULL", "webhook_endpoint_id_check"),
        ("state = 'lost', due_at = NULL", "state_check"),
        ("due_at = NULL", "due_at_check"),
        ("state = 'gathered', due_at = NULL", "gathered_check"),
        (
            "state = 'gathered', due_at = NULL, gathers = true, attempts = 1, \
             last_attempt_at = now(), last_result = 'gone'",
            "gathered_check",
        ),
        (
            "state = 'failed', attempts = 1, last_attempt_at = now(), last_result = 'gone'",
            "due_at_check",
        ),
        ("state = 'failed', due_at = NULL", "failed_check"),
        ("state = 'delivered', due_at = NULL", "delivered_check"),
        (
            "attempts = 1, last_attempt_at = now(), last_result = 'accepted'",
            "delivered_check",
        ),
        (
            "attempts = 11, last_attempt_at = now(), last_result = 'gone'",
            "attempts_check",
        ),
        (
            "attempts = 1, last_attempt_at = now(), last_result = 'bored'",
            "last_result_check",
        ),
        ("attempts = 1", "attempted_check"),
        ("last_result = 'gone'", "attempted_check"),
        ("last_answer = repeat('a', 1001)", "last_answer_check"),
        (
            "state = 'failed', due_at = NULL, attempts = 1, last_attempt_at = now(), \
             last_result = 'gone', claim_id = gen_random_uuid()",
            "claim_id_check",
        ),
    ];
    for (change, rule) in endpoints {
        let change = format!("UPDATE webhook_endpoints SET {change}");
        let broken = world.rule_against(&change).await;
        assert_eq!(broken, format!("webhook_endpoints_{rule}"), "{change}");
    }
    for (change, rule) in deliveries {
        let change = format!("UPDATE outbox_deliveries SET {change}");
        let broken = world.rule_against(&change).await;
        assert_eq!(broken, format!("outbox_deliveries_{rule}"), "{change}");
    }
    let event = "INSERT INTO outbox VALUES (gen_random_uuid(), 'guide.created', '', now())";
    assert_eq!(world.rule_against(event).await, "outbox_event_type_check");
    let twice = "INSERT INTO outbox_deliveries (outbox_delivery_id, webhook_endpoint_id, event_id, created_at)
        SELECT gen_random_uuid(), webhook_endpoint_id, event_id, now() FROM outbox_deliveries";
    assert_eq!(
        world.rule_against(twice).await,
        "outbox_deliveries_one_pending_key"
    );
}
