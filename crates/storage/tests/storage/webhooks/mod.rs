//! The outbox and its deliveries: rules, claims, and workers that die.

use std::time::Duration;

use annai_domain::{
    Event, GuideId, PublicGuide, Ref, RefName, WebhookDeliveryId, WebhookEndpointId,
    WebhookEventId, WebhookEventType, WebhookKind, WebhookReach, WebhookSecret, WebhookUrl,
    WebhookWindow, pinned_path,
};
use annai_storage::outbox;
use annai_storage::webhook_deliveries::{
    self, After, Attempt, ClaimedDelivery, DeliveryRecord, DeliveryResult, DeliveryState, LogPage,
};
use annai_storage::webhook_endpoints::{self, DisabledReason, EndpointFields};
use annai_test_macros::annai_test;
use annai_test_world::now;
use jiff::ToSpan as _;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

mod gathering;
mod rules;
mod side_by_side;

const LEASE: Duration = Duration::from_secs(30);

async fn endpoint(world: &World, event_types: &[WebhookEventType]) -> WebhookEndpointId {
    gathering_endpoint(world, event_types, WebhookWindow::NONE).await
}

async fn gathering_endpoint(
    world: &World,
    event_types: &[WebhookEventType],
    window: WebhookWindow,
) -> WebhookEndpointId {
    let mut tx = world.begin(&world.admin).await;
    let id = WebhookEndpointId::new();
    let url = WebhookUrl::parse("https://example.jp/hook", WebhookReach::Public).unwrap();
    let fields = EndpointFields {
        name: "サイト",
        url: &url,
        event_types,
        kind: WebhookKind::Message,
        window,
    };
    let secret = WebhookSecret::from_bytes([1; 32]);
    webhook_endpoints::insert(&mut tx, id, fields, &secret)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn told(world: &World) -> WebhookEndpointId {
    endpoint(world, &[WebhookEventType::GuidePublished]).await
}

fn event() -> Event {
    let (name, slug) = (
        RefName::new(Ref::new(1).unwrap(), &[1; 32]),
        "annai".parse().unwrap(),
    );
    Event::GuidePublished(PublicGuide {
        guide_id: GuideId::new(),
        pinned: pinned_path(name, &slug),
        slug,
        previous_slug: None,
        publication_ref: name,
        purge: Vec::new(),
        affects: Vec::new(),
    })
}

async fn publish(world: &World) -> WebhookEventId {
    let mut tx = world.begin(&world.publisher).await;
    let event_id = outbox::append(&mut tx, &event()).await.unwrap();
    tx.commit().await.unwrap();
    event_id
}

async fn claim(world: &World, busy: &[WebhookEndpointId], lease: Duration) -> Vec<ClaimedDelivery> {
    webhook_deliveries::claim(&world.db, busy, 16, lease)
        .await
        .unwrap()
}

async fn record(
    world: &World,
    claimed: &ClaimedDelivery,
    result: DeliveryResult,
    after: After,
) -> bool {
    let attempt = Attempt {
        result,
        status: Some(500),
        answer: Some("いいえ".to_owned()),
    };
    let mut tx = world.begin(&world.admin).await;
    let written = webhook_deliveries::record_attempt(&mut tx, claimed, &attempt, after)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    written
}

async fn log(world: &World, endpoint: WebhookEndpointId) -> Vec<DeliveryRecord> {
    let page = LogPage {
        before: None,
        limit: 100,
    };
    webhook_deliveries::list(&world.db.reader(), endpoint, page)
        .await
        .unwrap()
}

/// Moves the end of a lease or a wait into the past.
async fn let_time_pass(world: &mut World) {
    let pass = "UPDATE outbox_deliveries SET due_at = due_at - interval '25 hours' WHERE state = 'pending'";
    world.run(pass).await;
}

#[annai_test]
async fn an_event_is_written_once_with_a_delivery_for_each_endpoint_that_asked(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    publish(&world).await;
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 1);
    assert!(claim(&world, &[], LEASE).await.is_empty(), "nobody asked");
    let (one, other) = (told(&world).await, told(&world).await);
    let uninterested = endpoint(&world, &[WebhookEventType::GuideMoved]).await;
    let disabled = told(&world).await;
    let mut tx = world.begin(&world.admin).await;
    let done = webhook_endpoints::disable(&mut tx, disabled, DisabledReason::Person).await;
    assert!(done.unwrap());
    tx.commit().await.unwrap();

    let event_id = publish(&world).await;

    for endpoint in [one, other] {
        let log = log(&world, endpoint).await;
        assert_eq!(log.len(), 1);
        assert_eq!((log[0].event_id, log[0].attempts), (event_id, 0));
    }
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 2);
    assert!(log(&world, uninterested).await.is_empty());
    assert!(log(&world, disabled).await.is_empty());
}

#[annai_test]
async fn what_was_undone_is_not_told(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    told(&world).await;
    let mut tx = world.begin(&world.publisher).await;
    outbox::append(&mut tx, &event()).await.unwrap();
    drop(tx);
    assert!(claim(&world, &[], LEASE).await.is_empty());
    assert_eq!(world.number("SELECT count(*) FROM outbox").await, 0);
}

#[annai_test]
async fn two_workers_never_take_the_same_delivery(connect: PgConnectOptions) {
    let world = World::with_connections(connect, 12).await;
    for _ in 0..6 {
        told(&world).await;
    }
    publish(&world).await;
    let (first, second, third) = tokio::join!(
        claim(&world, &[], LEASE),
        claim(&world, &[], LEASE),
        claim(&world, &[], LEASE)
    );
    let taken = [first, second, third].concat();
    let mut ids: Vec<_> = taken.iter().map(|one| one.webhook_delivery_id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((taken.len(), ids.len()), (6, 6));
    assert!(claim(&world, &[], LEASE).await.is_empty());
}

#[annai_test]
async fn a_row_that_another_worker_is_taking_is_skipped_and_not_waited_for(
    connect: PgConnectOptions,
) {
    use sqlx::Executor as _;
    let mut world = World::new(connect).await;
    told(&world).await;
    publish(&world).await;
    world
        .owner
        .execute("BEGIN; SELECT FROM outbox_deliveries FOR UPDATE")
        .await
        .unwrap();
    let taken = tokio::time::timeout(Duration::from_secs(30), claim(&world, &[], LEASE)).await;
    assert!(taken.expect("it waited").is_empty());
    world.owner.execute("ROLLBACK").await.unwrap();
    assert_eq!(claim(&world, &[], LEASE).await.len(), 1);
}

#[annai_test]
async fn an_endpoint_gets_its_oldest_first_and_none_while_it_is_busy_or_disabled(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let endpoint = told(&world).await;
    let (first, second) = (publish(&world).await, publish(&world).await);

    assert!(claim(&world, &[endpoint], LEASE).await.is_empty());
    let mut tx = world.begin(&world.admin).await;
    webhook_endpoints::disable(&mut tx, endpoint, DisabledReason::Person)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert!(claim(&world, &[], LEASE).await.is_empty());
    let mut tx = world.begin(&world.admin).await;
    assert!(webhook_endpoints::enable(&mut tx, endpoint).await.unwrap());
    tx.commit().await.unwrap();

    let taken = claim(&world, &[], LEASE).await;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].event_id, first);
    assert!(
        record(
            &world,
            &taken[0],
            DeliveryResult::Accepted,
            After::Delivered
        )
        .await
    );
    assert_eq!(claim(&world, &[], LEASE).await[0].event_id, second);
}

#[annai_test]
async fn a_worker_that_dies_in_the_middle_loses_nothing_and_says_nothing_afterwards(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    let endpoint = told(&world).await;
    let event_id = publish(&world).await;
    let dead = claim(&world, &[], LEASE).await.remove(0);
    assert!(claim(&world, &[], LEASE).await.is_empty(), "it is claimed");

    let_time_pass(&mut world).await;
    let heir = claim(&world, &[], LEASE).await.remove(0);

    assert_eq!((heir.event_id, heir.attempts), (event_id, 0));
    assert_ne!(heir.claim_id, dead.claim_id);
    assert!(!record(&world, &dead, DeliveryResult::Refused, After::Failed).await);
    assert!(record(&world, &heir, DeliveryResult::Accepted, After::Delivered).await);
    let log = log(&world, endpoint).await;
    assert_eq!(
        (log[0].state, log[0].attempts),
        (DeliveryState::Delivered, 1)
    );
}

#[annai_test]
async fn a_failed_attempt_is_due_after_its_wait_by_the_clock_of_the_database(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    let endpoint = told(&world).await;
    publish(&world).await;
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    let wait = After::TryAgain(Duration::from_mins(5));
    assert!(record(&world, &claimed, DeliveryResult::TimedOut, wait).await);
    let seconds =
        "SELECT round(extract(epoch FROM due_at - last_attempt_at))::bigint FROM outbox_deliveries";
    assert_eq!(world.number(seconds).await, 300);
    assert!(claim(&world, &[], LEASE).await.is_empty());
    let_time_pass(&mut world).await;
    assert_eq!(claim(&world, &[], LEASE).await[0].attempts, 1);
    let log = log(&world, endpoint).await;
    assert_eq!(log[0].last_result, Some(DeliveryResult::TimedOut));
    assert_eq!(log[0].last_answer.as_deref(), Some("いいえ"));
}

#[annai_test]
async fn both_secrets_sign_until_the_older_one_runs_out(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    let endpoint = told(&world).await;
    let mut tx = world.begin(&world.admin).await;
    let new = WebhookSecret::from_bytes([2; 32]);
    let until = now() + 24.hours();
    assert!(
        webhook_endpoints::rotate_secret(&mut tx, endpoint, &new, until)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    publish(&world).await;
    // The database's clock decides, and it is ahead of the one in this test.
    let still = "UPDATE webhook_endpoints SET previous_secret_until = now() + interval '1 hour'";
    world.run(still).await;
    let both = claim(&world, &[], Duration::ZERO).await.remove(0);
    assert_eq!(
        both.secrets,
        [new.clone(), WebhookSecret::from_bytes([1; 32])]
    );
    world
        .run("UPDATE webhook_endpoints SET previous_secret_until = now()")
        .await;
    let one = claim(&world, &[], Duration::ZERO).await.remove(0);
    assert_eq!(one.secrets, [new]);
}

#[annai_test]
async fn an_event_can_be_sent_again_and_one_that_waits_is_brought_forward(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let (endpoint, stranger) = (told(&world).await, told(&world).await);
    publish(&world).await;
    let first = log(&world, endpoint).await[0].webhook_delivery_id;
    let again = async |endpoint, delivery| {
        let mut tx = world.begin(&world.admin).await;
        let sent = webhook_deliveries::redeliver(&mut tx, endpoint, delivery).await;
        tx.commit().await.unwrap();
        sent.unwrap()
    };
    let busy = [stranger];
    let claimed = claim(&world, &busy, LEASE).await.remove(0);
    assert_eq!(again(endpoint, first).await, Some(first), "the same row");
    assert!(
        claim(&world, &busy, LEASE).await.is_empty(),
        "its lease holds"
    );
    let wait = After::TryAgain(Duration::from_hours(1));
    assert!(record(&world, &claimed, DeliveryResult::Refused, wait).await);
    assert_eq!(again(endpoint, first).await, Some(first));
    let claimed = claim(&world, &busy, LEASE).await.remove(0);
    assert!(record(&world, &claimed, DeliveryResult::Accepted, After::Delivered).await);

    let second = again(endpoint, first).await.unwrap();

    assert_ne!(second, first);
    let log = log(&world, endpoint).await;
    assert_eq!(log[0].webhook_delivery_id, second);
    assert_eq!(log[0].event_id, log[1].event_id, "a receiver can tell");
    assert_eq!((log[0].attempts, log[0].state), (0, DeliveryState::Pending));
    assert_eq!(again(stranger, first).await, None, "another endpoint's");
    assert_eq!(again(endpoint, WebhookDeliveryId::new()).await, None);
}

#[annai_test]
async fn a_listener_is_notified_when_something_is_to_be_sent(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    told(&world).await;
    let channel = annai_storage::Listener::DELIVERIES;
    let mut listener = world.db.listen(channel).await.unwrap();
    publish(&world).await;
    let notified = tokio::time::timeout(Duration::from_secs(5), listener.notified()).await;
    notified.expect("it was not notified").unwrap();
}
