//! A database with endpoints, and nodes that send.

use std::time::{Duration, Instant};

use annai_domain::{
    Actor, Clock, Event, GuideId, PublicGuide, Ref, RefName, WebhookEndpointId, WebhookEventId,
    WebhookEventType, WebhookKind, WebhookReach, WebhookSecret, WebhookUrl, pinned_path,
};
use annai_jobs::{Jobs, Queue as _};
use annai_storage::Database;
use annai_storage::outbox;
use annai_storage::webhook_deliveries::{self, ClaimedDelivery, DeliveryRecord, LogPage};
use annai_storage::webhook_endpoints::{self, EndpointFields, EndpointRecord};
use annai_test_world::database;
use annai_webhooks::{Sender, WebhookQueue};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};

pub(crate) struct World {
    pub(crate) db: Database,
    connect: PgConnectOptions,
}

pub(crate) fn secret() -> WebhookSecret {
    WebhookSecret::from_bytes([1; 32])
}

impl World {
    pub(crate) fn new(connect: PgConnectOptions) -> Self {
        let db = database(&connect, 8, Clock::System);
        Self { db, connect }
    }

    pub(crate) async fn endpoint(&self, url: &str) -> WebhookEndpointId {
        self.endpoint_of(url, WebhookKind::Message).await
    }

    /// Adds an endpoint of that kind, with the window that its kind has by default.
    pub(crate) async fn endpoint_of(&self, url: &str, kind: WebhookKind) -> WebhookEndpointId {
        let id = WebhookEndpointId::new();
        let url = WebhookUrl::parse(url, WebhookReach::Private).unwrap();
        let fields = EndpointFields {
            name: "サイト",
            url: &url,
            event_types: &[WebhookEventType::GuidePublished],
            kind,
            window: kind.default_window(),
        };
        let mut tx = self.db.begin(Actor::operator()).await.unwrap();
        webhook_endpoints::insert(&mut tx, id, fields, &secret())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub(crate) async fn tell(&self) -> WebhookEventId {
        let (name, slug) = (
            RefName::new(Ref::new(1).unwrap(), &[1; 32]),
            "annai".parse().unwrap(),
        );
        let event = Event::GuidePublished(PublicGuide {
            guide_id: GuideId::new(),
            pinned: pinned_path(name, &slug),
            slug,
            previous_slug: None,
            publication_ref: name,
            purge: Vec::new(),
            affects: Vec::new(),
        });
        let mut tx = self.db.begin(Actor::operator()).await.unwrap();
        let event_id = outbox::append(&mut tx, &event).await.unwrap();
        tx.commit().await.unwrap();
        event_id
    }

    /// Starts a node that sends, also to this machine.
    pub(crate) fn work(&self) -> Jobs {
        self.work_within(WebhookReach::Private)
    }

    pub(crate) fn work_within(&self, reach: WebhookReach) -> Jobs {
        let sender = Sender::new(reach, Clock::System).unwrap();
        let mut jobs = Jobs::default();
        jobs.queue("webhooks", WebhookQueue::new(self.db.clone(), sender));
        jobs
    }

    /// Claims due work as a node that sends nothing.
    pub(crate) async fn claim(&self) -> Vec<ClaimedDelivery> {
        let sender = Sender::new(WebhookReach::Private, Clock::System).unwrap();
        let queue = WebhookQueue::new(self.db.clone(), sender);
        queue.claim(&[], 16).await.unwrap()
    }

    pub(crate) async fn log(&self, endpoint: WebhookEndpointId) -> Vec<DeliveryRecord> {
        let page = LogPage {
            before: None,
            limit: 100,
        };
        webhook_deliveries::list(&self.db.reader(), endpoint, page)
            .await
            .unwrap()
    }

    /// Waits for the newest delivery of the endpoint with that many attempts, and returns it.
    pub(crate) async fn attempted(
        &self,
        endpoint: WebhookEndpointId,
        attempts: i16,
    ) -> DeliveryRecord {
        let began = Instant::now();
        loop {
            let newest = self.log(endpoint).await.into_iter().next();
            if let Some(delivery) = newest.filter(|newest| newest.attempts >= attempts) {
                return delivery;
            }
            assert!(
                began.elapsed() < Duration::from_secs(15),
                "nothing was attempted"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) async fn record(&self, endpoint: WebhookEndpointId) -> EndpointRecord {
        let found = webhook_endpoints::list(&self.db.reader(), Some(endpoint)).await;
        found.unwrap().remove(0)
    }

    /// Runs statements as the owner of the tables, for example to let time pass.
    pub(crate) async fn run(&self, sql: &str) {
        let mut owner = PgConnection::connect_with(&self.connect).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut owner)
            .await
            .unwrap();
    }

    /// Makes every waiting delivery due now.
    pub(crate) async fn let_time_pass(&self) {
        self.run("UPDATE outbox_deliveries SET due_at = now() WHERE state = 'pending'")
            .await;
    }
}

/// Returns the seconds from the last attempt to the next.
pub(crate) fn wait(delivery: &DeliveryRecord) -> f64 {
    let (last, next) = (delivery.last_attempt_at.unwrap(), delivery.due_at.unwrap());
    next.duration_since(last).as_secs_f64()
}
