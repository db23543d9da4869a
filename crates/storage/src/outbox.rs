//! Events, written in the transaction of the change they tell of, for everybody who wants to know.

use annai_domain::{WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Database, StorageError, WriteTx};

/// An event to be told.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its id.
    pub event_id: WebhookEventId,
    /// What it tells of.
    pub event_type: WebhookEventType,
    /// The exact bytes to be signed and sent.
    pub body: String,
}

/// Writes an event for every endpoint that asked for its type; nothing where nobody did.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn append(tx: &mut WriteTx, event: &NewEvent) -> Result<(), StorageError> {
    let endpoints = sqlx::query_scalar!(
        r#"
        SELECT webhook_endpoint_id FROM webhook_endpoints
         WHERE disabled_at IS NULL AND $1 = ANY (event_types)
         ORDER BY webhook_endpoint_id
        "#,
        event.event_type.as_str(),
    )
    .fetch_all(tx.conn())
    .await?;
    if endpoints.is_empty() {
        return Ok(());
    }
    insert(tx, event).await?;
    send(tx, event.event_id, &endpoints).await?;
    Ok(())
}

/// Writes an event for one endpoint, whatever that asked for.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn append_for(
    tx: &mut WriteTx,
    event: &NewEvent,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<(), StorageError> {
    insert(tx, event).await?;
    send(tx, event.event_id, &[webhook_endpoint_id.0]).await
}

async fn insert(tx: &mut WriteTx, event: &NewEvent) -> Result<(), StorageError> {
    let now = crate::time::bind(tx.now());
    sqlx::query!(
        "INSERT INTO outbox (event_id, event_type, body, created_at) VALUES ($1, $2, $3, $4)",
        event.event_id.0,
        event.event_type.as_str(),
        event.body,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
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
        INSERT INTO webhook_deliveries
               (webhook_delivery_id, webhook_endpoint_id, event_id, created_at)
        SELECT delivery, endpoint, $3, $4
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

/// Sweeps out deliveries that were begun before `before` and are over, or wait for an endpoint that
/// is disabled: one that is enabled a year later is not told the news of a year. Events that no
/// delivery is left of go too. Gives how many deliveries.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn sweep(db: &Database, before: Timestamp) -> Result<u64, StorageError> {
    let mut conn = db.reader().conn().await?;
    let removed = sqlx::query!(
        r#"
        DELETE FROM webhook_deliveries delivery
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
           AND NOT EXISTS (SELECT FROM webhook_deliveries delivery
                            WHERE delivery.event_id = outbox.event_id)
        "#,
        crate::time::bind(before) as _,
    )
    .execute(&mut *conn)
    .await?;
    Ok(removed.rows_affected())
}
