use annai_domain::{
    WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType, closed_set,
};
use jiff::Timestamp;

use super::DeliveryResult;
use crate::error::corrupt;
use crate::{Reads, StorageError, WriteTx};

closed_set! {
    /// The state of a delivery.
    pub enum DeliveryState: "a state" {
        /// The delivery waits for its next attempt, or is under way.
        Pending = "pending",
        /// The receiver accepted the delivery.
        Delivered = "delivered",
        /// The delivery was given up.
        Failed = "failed",
        /// Another delivery stands for it and for others of the same window.
        Gathered = "gathered",
    }
}

/// A delivery as administrators see it.
#[derive(Debug, Clone)]
pub struct DeliveryRecord {
    /// The id that a request to send again names.
    pub webhook_delivery_id: WebhookDeliveryId,
    /// The event; receivers know it as `webhook-id`.
    pub event_id: WebhookEventId,
    /// The type of the event; receivers choose their types.
    pub event_type: WebhookEventType,
    /// The message body.
    pub body: String,
    /// The state of the delivery.
    pub state: DeliveryState,
    /// The time of the next attempt; `None` when the delivery is over.
    pub due_at: Option<Timestamp>,
    /// The number of attempts.
    pub attempts: i16,
    /// The time of the last attempt, if any.
    pub last_attempt_at: Option<Timestamp>,
    /// The result of the last attempt, if any.
    pub last_result: Option<DeliveryResult>,
    /// The HTTP status of the last response, if any.
    pub last_status: Option<i16>,
    /// The beginning of the last response, if any.
    pub last_answer: Option<String>,
    /// The time of the event, or of the request to send it again.
    pub created_at: Timestamp,
}

/// A page of the log.
#[derive(Debug, Clone, Copy)]
pub struct LogPage {
    /// The delivery after which the page begins; `None` for the newest.
    pub before: Option<WebhookDeliveryId>,
    /// The maximum number of deliveries on the page.
    pub limit: i64,
}

/// Lists the deliveries to an endpoint, newest first.
pub async fn list(
    db: &dyn Reads,
    webhook_endpoint_id: WebhookEndpointId,
    page: LogPage,
) -> Result<Vec<DeliveryRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT outbox_delivery_id, event_id, event_type, body, state,
               due_at AS "due_at: jiff_sqlx::Timestamp", attempts,
               last_attempt_at AS "last_attempt_at: jiff_sqlx::Timestamp",
               last_result, last_status, last_answer,
               outbox_deliveries.created_at AS "created_at: jiff_sqlx::Timestamp"
          FROM outbox_deliveries
          JOIN outbox USING (event_id)
         WHERE webhook_endpoint_id = $1 AND ($2::uuid IS NULL OR outbox_delivery_id < $2)
         ORDER BY outbox_delivery_id DESC
         LIMIT $3
        "#,
        webhook_endpoint_id.0,
        page.before.map(|before| before.0),
        page.limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            let result = row.last_result.map(|result| result.parse()).transpose();
            let event_type = row.event_type.parse();
            Ok(DeliveryRecord {
                webhook_delivery_id: WebhookDeliveryId(row.outbox_delivery_id),
                event_id: WebhookEventId(row.event_id),
                event_type: event_type.map_err(corrupt("outbox", "event_type"))?,
                body: row.body,
                state: row
                    .state
                    .parse()
                    .map_err(corrupt("outbox_deliveries", "state"))?,
                due_at: row.due_at.map(jiff_sqlx::Timestamp::to_jiff),
                attempts: row.attempts,
                last_attempt_at: row.last_attempt_at.map(jiff_sqlx::Timestamp::to_jiff),
                last_result: result.map_err(corrupt("outbox_deliveries", "last_result"))?,
                last_status: row.last_status,
                last_answer: row.last_answer,
                created_at: row.created_at.to_jiff(),
            })
        })
        .collect()
}

/// Sends an event to an endpoint again, at once. Returns the delivery; `None` if the endpoint has
/// no such delivery.
///
/// If the same event is still waiting for the endpoint, its next attempt comes forward instead.
pub async fn redeliver(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
    webhook_delivery_id: WebhookDeliveryId,
) -> Result<Option<WebhookDeliveryId>, StorageError> {
    let now = crate::time::bind(tx.now());
    // A claimed delivery is being attempted now, so its lease must not end early.
    let sent = sqlx::query_scalar!(
        r#"
        INSERT INTO outbox_deliveries
               (outbox_delivery_id, channel, webhook_endpoint_id, event_id, created_at)
        SELECT $3, channel, webhook_endpoint_id, event_id, $4
          FROM outbox_deliveries
         WHERE webhook_endpoint_id = $1 AND outbox_delivery_id = $2
            ON CONFLICT (webhook_endpoint_id, event_id) WHERE state = 'pending'
            DO UPDATE SET due_at = CASE WHEN outbox_deliveries.claim_id IS NULL THEN now()
                                        ELSE outbox_deliveries.due_at END
        RETURNING outbox_delivery_id
        "#,
        webhook_endpoint_id.0,
        webhook_delivery_id.0,
        WebhookDeliveryId::new().0,
        now as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(sent.map(WebhookDeliveryId))
}
