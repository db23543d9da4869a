//! Events, written in the transaction of the change they report, and their deliveries.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{Event, WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Database, StorageError, WriteTx};

/// Writes an event, with a delivery for each enabled endpoint subscribed to its type. Returns the
/// event's id.
pub async fn append(tx: &mut WriteTx, event: &Event) -> Result<WebhookEventId, StorageError> {
    let endpoints = sqlx::query_scalar!(
        r#"
        SELECT webhook_endpoint_id FROM webhook_endpoints
         WHERE disabled_at IS NULL AND $1 = ANY (event_types)
         ORDER BY webhook_endpoint_id
        "#,
        event.event_type().as_str(),
    )
    .fetch_all(tx.conn())
    .await?;
    let event_id = insert(tx, event).await?;
    if !endpoints.is_empty() {
        send(tx, event_id, event.event_type(), &endpoints).await?;
    }
    Ok(event_id)
}

/// Writes an event with a delivery for one endpoint, whatever its subscription. Returns the event's
/// id.
pub async fn append_for(
    tx: &mut WriteTx,
    event: &Event,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<WebhookEventId, StorageError> {
    let event_id = insert(tx, event).await?;
    send(tx, event_id, event.event_type(), &[webhook_endpoint_id.0]).await?;
    Ok(event_id)
}

async fn insert(tx: &mut WriteTx, event: &Event) -> Result<WebhookEventId, StorageError> {
    let event_id = WebhookEventId::new();
    let now = crate::time::bind(tx.now());
    sqlx::query!(
        "INSERT INTO outbox (event_id, event_type, body, created_at) VALUES ($1, $2, $3, $4)",
        event_id.0,
        event.event_type().as_str(),
        event.body(tx.now()),
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(event_id)
}

/// Adds the deliveries. An endpoint with a window gathers from the first event for as long.
async fn send(
    tx: &mut WriteTx,
    event_id: WebhookEventId,
    event_type: WebhookEventType,
    endpoints: &[Uuid],
) -> Result<(), StorageError> {
    let now = crate::time::bind(tx.now());
    let deliveries: Vec<Uuid> = endpoints
        .iter()
        .map(|_| WebhookDeliveryId::new().0)
        .collect();
    sqlx::query!(
        r#"
        INSERT INTO outbox_deliveries
               (outbox_delivery_id, channel, webhook_endpoint_id, event_id, created_at, gathers, due_at)
        SELECT delivery, 'webhook', webhook_endpoint_id, $3, $4, $5 AND window_seconds > 0,
               now() + make_interval(secs => CASE WHEN $5 AND NOT $6 THEN window_seconds ELSE 0 END)
          FROM unnest($1::uuid[], $2::uuid[]) AS wanted (delivery, endpoint)
          JOIN webhook_endpoints ON webhook_endpoint_id = endpoint
        "#,
        &deliveries,
        endpoints,
        event_id.0,
        now as _,
        event_type.is_gathered(),
        event_type.ends_window(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes old deliveries and events. Returns the number of deleted deliveries.
///
/// A delivery is deleted if it began before `before` and is over or waits for a disabled endpoint.
/// So an endpoint enabled after a year does not receive that year's events. Events as old are
/// deleted when no delivery is left.
pub async fn sweep(db: &Database, before: Timestamp) -> Result<u64, StorageError> {
    let mut tx = db.begin_bookkeeping().await?;
    let removed = sqlx::query!(
        r#"
        DELETE FROM outbox_deliveries delivery
         WHERE created_at < $1
           AND (state <> 'pending'
                -- Until then an attempt may be under way.
                OR due_at < now()
                   AND EXISTS (SELECT FROM webhook_endpoints endpoint
                                WHERE endpoint.webhook_endpoint_id = delivery.webhook_endpoint_id
                                  AND disabled_at IS NOT NULL))
        "#,
        crate::time::bind(before) as _,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        r#"
        DELETE FROM outbox
         WHERE created_at < $1
           AND NOT EXISTS (SELECT FROM outbox_deliveries delivery
                            WHERE delivery.event_id = outbox.event_id)
        "#,
        crate::time::bind(before) as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(removed.rows_affected())
}
