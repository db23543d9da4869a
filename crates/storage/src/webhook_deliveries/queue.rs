use std::time::Duration;

use annai_domain::{
    WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType, WebhookKind,
    WebhookSecret,
};
use uuid::Uuid;

use super::gather::gather;
use super::{DeliveryResult, DeliveryState};
use crate::error::corrupt;
use crate::{Database, StorageError, WriteTx};

/// A due delivery that this worker alone attempts.
#[derive(Debug, Clone)]
pub struct ClaimedDelivery {
    /// The id under which the result is recorded.
    pub webhook_delivery_id: WebhookDeliveryId,
    /// The id of the claim; without it a worker cannot record a result.
    pub claim_id: Uuid,
    /// The endpoint that receives the delivery.
    pub webhook_endpoint_id: WebhookEndpointId,
    /// The URL, which must be parsed by the current rules.
    pub url: String,
    /// The kind of the endpoint's calls.
    pub kind: WebhookKind,
    /// The current secret, and the previous one while it is valid.
    pub secrets: Vec<WebhookSecret>,
    /// The event; receivers know it as `webhook-id`.
    pub event_id: WebhookEventId,
    /// The type of the event, for logs.
    pub event_type: WebhookEventType,
    /// The exact bytes to sign and send.
    pub body: String,
    /// The number of earlier attempts.
    pub attempts: usize,
}

/// The outcome of an attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The result of the attempt.
    pub result: DeliveryResult,
    /// The HTTP status of the response, if there was one.
    pub status: Option<u16>,
    /// The beginning of the response, at most 1,000 characters.
    pub answer: Option<String>,
}

/// The state of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The receiver accepted the delivery.
    Delivered,
    /// The delivery is given up.
    Failed,
    /// The delivery is tried again after this time.
    TryAgain(Duration),
}

/// Gathers what waited for the end of a window, and claims at most `most` due deliveries: the oldest of each enabled endpoint that is not `busy`.
///
/// For `lease` no other worker claims them. Without a recorded result they then fall due again.
pub async fn claim(
    db: &Database,
    busy: &[WebhookEndpointId],
    most: usize,
    lease: Duration,
) -> Result<Vec<ClaimedDelivery>, StorageError> {
    let busy: Vec<Uuid> = busy.iter().map(|endpoint| endpoint.0).collect();
    let mut tx = db.begin_bookkeeping().await?;
    gather(&mut tx, &busy).await?;
    let rows = sqlx::query!(
        r#"
        WITH due AS MATERIALIZED (
            SELECT oldest.outbox_delivery_id, url, kind, secret,
                   CASE WHEN previous_secret_until > now() THEN previous_secret END AS previous_secret
              FROM webhook_endpoints endpoint
             CROSS JOIN LATERAL (
                   SELECT outbox_delivery_id FROM outbox_deliveries
                    WHERE webhook_endpoint_id = endpoint.webhook_endpoint_id
                      AND state = 'pending' AND due_at <= now()
                    ORDER BY due_at, outbox_delivery_id
                    LIMIT 1
                      FOR UPDATE SKIP LOCKED) oldest
             WHERE disabled_at IS NULL AND endpoint.webhook_endpoint_id <> ALL ($1)
             LIMIT $2)
        UPDATE outbox_deliveries delivery
           SET claim_id = gen_random_uuid(), due_at = now() + make_interval(secs => $3)
          FROM due, outbox
         WHERE delivery.outbox_delivery_id = due.outbox_delivery_id
           AND outbox.event_id = delivery.event_id
        RETURNING delivery.outbox_delivery_id, claim_id AS "claim_id!",
                  webhook_endpoint_id AS "webhook_endpoint_id!", url, kind, secret,
                  previous_secret AS "previous_secret?", outbox.event_id, event_type, body, attempts
        "#,
        &busy,
        i64::try_from(most).unwrap_or(i64::MAX),
        lease.as_secs_f64(),
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    rows.into_iter()
        .map(|row| {
            let secrets = [Some(&row.secret), row.previous_secret.as_ref()];
            Ok(ClaimedDelivery {
                webhook_delivery_id: WebhookDeliveryId(row.outbox_delivery_id),
                claim_id: row.claim_id,
                webhook_endpoint_id: WebhookEndpointId(row.webhook_endpoint_id),
                url: row.url,
                kind: kind(&row.kind)?,
                secrets: secrets
                    .into_iter()
                    .flatten()
                    .map(|bytes| secret(bytes))
                    .collect::<Result<_, _>>()?,
                event_id: WebhookEventId(row.event_id),
                event_type: row
                    .event_type
                    .parse()
                    .map_err(corrupt("outbox", "event_type"))?,
                body: row.body,
                attempts: usize::try_from(row.attempts).unwrap_or_default(),
            })
        })
        .collect()
}

fn kind(word: &str) -> Result<WebhookKind, StorageError> {
    word.parse().map_err(corrupt("webhook_endpoints", "kind"))
}

fn secret(bytes: &[u8]) -> Result<WebhookSecret, StorageError> {
    let bytes = <[u8; 32]>::try_from(bytes);
    let bytes = bytes.map_err(corrupt("webhook_endpoints", "secret"))?;
    Ok(WebhookSecret::from_bytes(bytes))
}

/// Records the outcome of an attempt. Returns whether the claim still held.
///
/// If the claim was lost, nothing is written, because another worker attempts the delivery.
pub async fn record_attempt(
    tx: &mut WriteTx,
    claimed: &ClaimedDelivery,
    attempt: &Attempt,
    after: After,
) -> Result<bool, StorageError> {
    let (state, wait) = match after {
        After::Delivered => (DeliveryState::Delivered, None),
        After::Failed => (DeliveryState::Failed, None),
        After::TryAgain(wait) => (DeliveryState::Pending, Some(wait.as_secs_f64())),
    };
    let written = sqlx::query!(
        r#"
        UPDATE outbox_deliveries
           SET state = $3, due_at = now() + make_interval(secs => $4), claim_id = NULL,
               attempts = attempts + 1, last_attempt_at = now(),
               last_result = $5, last_status = $6, last_answer = $7
         WHERE outbox_delivery_id = $1 AND claim_id = $2
        "#,
        claimed.webhook_delivery_id.0,
        claimed.claim_id,
        state.as_str(),
        wait,
        attempt.result.as_str(),
        attempt.status.and_then(|status| i16::try_from(status).ok()),
        attempt.answer,
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}
