use annai_domain::{WebhookDeliveryId, WebhookEventId, WebhookEventType, gathered_body, limits};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::DeliveryState;
use crate::StorageError;

/// A delivery at the end of its endpoint's window.
struct Waiting {
    outbox_delivery_id: Uuid,
    webhook_endpoint_id: Uuid,
    body: String,
    now: Timestamp,
}

/// Puts one delivery in the place of several, for each enabled endpoint whose window is over and
/// that is not `busy`.
///
/// The endpoint's row stays locked, so that no two nodes gather for it at the same time.
pub(super) async fn gather(conn: &mut PgConnection, busy: &[Uuid]) -> Result<(), StorageError> {
    let waiting = sqlx::query!(
        r#"
        WITH ready AS MATERIALIZED (
            SELECT webhook_endpoint_id FROM webhook_endpoints endpoint
             WHERE disabled_at IS NULL AND webhook_endpoint_id <> ALL ($1)
               AND EXISTS (SELECT FROM outbox_deliveries delivery
                            WHERE delivery.webhook_endpoint_id = endpoint.webhook_endpoint_id
                              AND gathers AND state = 'pending' AND attempts = 0
                              AND claim_id IS NULL AND due_at <= now())
               FOR NO KEY UPDATE SKIP LOCKED)
        SELECT waiting.outbox_delivery_id, ready.webhook_endpoint_id, body,
               now() AS "now!: jiff_sqlx::Timestamp"
          FROM ready
         CROSS JOIN LATERAL (
               SELECT outbox_delivery_id, event_id FROM outbox_deliveries delivery
                WHERE delivery.webhook_endpoint_id = ready.webhook_endpoint_id
                  AND gathers AND state = 'pending' AND attempts = 0 AND claim_id IS NULL
                ORDER BY outbox_delivery_id
                LIMIT $2
                  FOR UPDATE SKIP LOCKED) waiting
          JOIN outbox USING (event_id)
         ORDER BY ready.webhook_endpoint_id, waiting.outbox_delivery_id
        "#,
        busy,
        i64::try_from(limits::WEBHOOK_GATHERED).unwrap_or(i64::MAX),
    )
    .fetch_all(&mut *conn)
    .await?;
    let waiting: Vec<_> = waiting
        .into_iter()
        .map(|row| Waiting {
            outbox_delivery_id: row.outbox_delivery_id,
            webhook_endpoint_id: row.webhook_endpoint_id,
            body: row.body,
            now: row.now.to_jiff(),
        })
        .collect();
    let same_endpoint = |a: &Waiting, b: &Waiting| a.webhook_endpoint_id == b.webhook_endpoint_id;
    for waiting in waiting.chunk_by(same_endpoint) {
        // One alone is sent as itself.
        if let [first, _, ..] = waiting {
            replace(conn, first, waiting).await?;
        }
    }
    Ok(())
}

/// Ends the deliveries of one endpoint, and adds the one that stands for them.
async fn replace(
    conn: &mut PgConnection,
    first: &Waiting,
    waiting: &[Waiting],
) -> Result<(), StorageError> {
    let event_id = WebhookEventId::new();
    let bodies = waiting.iter().map(|waiting| waiting.body.as_str());
    sqlx::query!(
        "INSERT INTO outbox (event_id, event_type, body, created_at) VALUES ($1, $2, $3, now())",
        event_id.0,
        WebhookEventType::EventsGathered.as_str(),
        gathered_body(first.now, bodies),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO outbox_deliveries
               (outbox_delivery_id, channel, webhook_endpoint_id, event_id, created_at)
        VALUES ($1, 'webhook', $2, $3, now())
        "#,
        WebhookDeliveryId::new().0,
        first.webhook_endpoint_id,
        event_id.0,
    )
    .execute(&mut *conn)
    .await?;
    let ids: Vec<_> = waiting
        .iter()
        .map(|waiting| waiting.outbox_delivery_id)
        .collect();
    sqlx::query!(
        "UPDATE outbox_deliveries SET state = $2, due_at = NULL WHERE outbox_delivery_id = ANY ($1)",
        &ids,
        DeliveryState::Gathered.as_str(),
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
