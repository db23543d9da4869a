use annai_domain::{
    Actor, Clock, ContentHash, Event, GuideId, ReviewId, ReviewedRevision, RevisionId,
    WebhookEndpointId, WebhookEventType, WebhookKind, WebhookReach, WebhookSecret, WebhookUrl,
    WebhookWindow,
};
use annai_storage::outbox;
use annai_storage::webhook_deliveries::{DeliveryRecord, DeliveryResult, DeliveryState, LogPage};
use annai_storage::webhook_endpoints::{self, EndpointFields};
use annai_test_macros::annai_test;
use annai_test_world::database;
use sqlx::postgres::PgConnectOptions;

use super::*;

/// Creates a queue with one due delivery, and returns it with the delivery's endpoint.
async fn world(connect: PgConnectOptions) -> (WebhookQueue, WebhookEndpointId) {
    let database = database(&connect, 4, Clock::System);
    let endpoint = WebhookEndpointId::new();
    let fields = EndpointFields {
        name: "サイト",
        url: &WebhookUrl::parse("http://127.0.0.1:9/", WebhookReach::Private).unwrap(),
        event_types: &[WebhookEventType::GuideApproved],
        kind: WebhookKind::Message,
        window: WebhookWindow::NONE,
    };
    let event = Event::GuideApproved(ReviewedRevision {
        guide_id: GuideId::new(),
        review_id: ReviewId::new(),
        revision_id: RevisionId::new(),
        content_hash: ContentHash::of(b"text"),
    });
    let mut tx = database.begin(Actor::operator()).await.unwrap();
    let secret = WebhookSecret::from_bytes([1; 32]);
    let inserted = webhook_endpoints::insert(&mut tx, endpoint, fields, &secret).await;
    inserted.unwrap();
    outbox::append(&mut tx, &event).await.unwrap();
    tx.commit().await.unwrap();
    let sender = Sender::new(WebhookReach::Private, Clock::System).unwrap();
    (WebhookQueue::new(database, sender), endpoint)
}

async fn newest(queue: &WebhookQueue, endpoint: WebhookEndpointId) -> DeliveryRecord {
    let page = LogPage {
        before: None,
        limit: 1,
    };
    let log = webhook_deliveries::list(&queue.database.reader(), endpoint, page).await;
    log.unwrap().remove(0)
}

#[annai_test]
async fn an_attempt_that_panics_counts_as_a_failed_one_and_follows_the_schedule(
    connect: PgConnectOptions,
) {
    let (queue, endpoint) = world(connect).await;
    let delivery = queue.claim(&[], 1).await.unwrap().remove(0);

    queue.count_panic(delivery).await;

    let counted = newest(&queue, endpoint).await;
    assert_eq!(
        (counted.state, counted.attempts),
        (DeliveryState::Pending, 1)
    );
    assert_eq!(counted.last_result, Some(DeliveryResult::Unreachable));
    let wait = counted.due_at.unwrap() - counted.last_attempt_at.unwrap();
    assert!(wait.total(jiff::Unit::Second).unwrap() < 6.0, "{wait}");
}

#[annai_test]
async fn the_tenth_attempt_that_panics_is_the_last(connect: PgConnectOptions) {
    let (queue, endpoint) = world(connect).await;
    let mut delivery = queue.claim(&[], 1).await.unwrap().remove(0);
    delivery.attempts = 9;

    queue.count_panic(delivery).await;

    assert_eq!(newest(&queue, endpoint).await.state, DeliveryState::Failed);
}
