//! Events, written in the transaction of the change they tell of, and their deliveries.

use annai_domain::{Event, WebhookDeliveryId, WebhookEndpointId, WebhookEventId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Database, StorageError, WriteTx};

/// Writes an event down once, with a delivery for each webhook endpoint that asked for its type.
/// Returns its id.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
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
        send(tx, event_id, &endpoints).await?;
    }
    Ok(event_id)
}

/// Writes an event down with a delivery for one endpoint, whatever that asked for. Returns its id.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn append_for(
    tx: &mut WriteTx,
    event: &Event,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<WebhookEventId, StorageError> {
    let event_id = insert(tx, event).await?;
    send(tx, event_id, &[webhook_endpoint_id.0]).await?;
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

async fn send(
    tx: &mut WriteTx,
    event_id: WebhookEventId,
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
               (outbox_delivery_id, channel, webhook_endpoint_id, event_id, created_at)
        SELECT delivery, 'webhook', endpoint, $3, $4
          FROM unnest($1::uuid[], $2::uuid[]) AS wanted (delivery, endpoint)
        "#,
        &deliveries,
        endpoints,
        event_id.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes deliveries that were begun before `before` and are over, or wait for a disabled endpoint:
/// one that is enabled a year later is not told the news of a year. Deletes events of that age too
/// that have no delivery left. Returns the number of deliveries.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn sweep(db: &Database, before: Timestamp) -> Result<u64, StorageError> {
    let mut conn = db.reader().conn().await?;
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
    .execute(&mut *conn)
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
    .execute(&mut *conn)
    .await?;
    Ok(removed.rows_affected())
}
