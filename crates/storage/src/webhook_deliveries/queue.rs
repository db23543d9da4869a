use std::time::Duration;

use annai_domain::{
    WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType, WebhookSecret,
};
use uuid::Uuid;

use super::{DeliveryResult, DeliveryState};
use crate::error::corrupt;
use crate::{ReadDb, StorageError, WriteTx};

/// A delivery that this worker alone has to attempt now.
#[derive(Debug, Clone)]
pub struct ClaimedDelivery {
    /// Its id.
    pub webhook_delivery_id: WebhookDeliveryId,
    /// Names this claim: whoever lost it cannot write down what they found out.
    pub claim_id: Uuid,
    /// Where it goes.
    pub webhook_endpoint_id: WebhookEndpointId,
    /// The URL, to be parsed by the rules of today.
    pub url: String,
    /// What to sign with: the secret, and the one before it while both hold.
    pub secrets: Vec<WebhookSecret>,
    /// The event.
    pub event_id: WebhookEventId,
    /// What it tells of.
    pub event_type: WebhookEventType,
    /// The exact bytes to sign and send.
    pub body: String,
    /// How many attempts have failed.
    pub attempts: usize,
}

/// What came of an attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// How it ended.
    pub result: DeliveryResult,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// The beginning of the answer, at most 1,000 characters.
    pub answer: Option<String>,
}

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// It is there.
    Delivered,
    /// It is given up.
    Failed,
    /// It is tried again after that time.
    TryAgain(Duration),
}

/// Takes the deliveries that are due, the oldest one of each endpoint that is not `busy`, at most
/// `most`. For `lease` nobody else takes them; if nothing was recorded by then, they fall due
/// again.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn claim(
    db: &ReadDb,
    busy: &[WebhookEndpointId],
    most: usize,
    lease: Duration,
) -> Result<Vec<ClaimedDelivery>, StorageError> {
    let busy: Vec<Uuid> = busy.iter().map(|endpoint| endpoint.0).collect();
    let rows = sqlx::query!(
        r#"
        WITH due AS MATERIALIZED (
            SELECT oldest.outbox_delivery_id, url, secret,
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
                  webhook_endpoint_id AS "webhook_endpoint_id!", url, secret,
                  previous_secret AS "previous_secret?", outbox.event_id, event_type, body, attempts
        "#,
        &busy,
        i64::try_from(most).unwrap_or(i64::MAX),
        lease.as_secs_f64(),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            let secrets = [Some(&row.secret), row.previous_secret.as_ref()];
            Ok(ClaimedDelivery {
                webhook_delivery_id: WebhookDeliveryId(row.outbox_delivery_id),
                claim_id: row.claim_id,
                webhook_endpoint_id: WebhookEndpointId(row.webhook_endpoint_id),
                url: row.url,
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

fn secret(bytes: &[u8]) -> Result<WebhookSecret, StorageError> {
    let bytes = <[u8; 32]>::try_from(bytes);
    let bytes = bytes.map_err(corrupt("webhook_endpoints", "secret"))?;
    Ok(WebhookSecret::from_bytes(bytes))
}

/// Writes down what came of an attempt. Gives whether the claim still held; where it did not,
/// nothing is written, because somebody else is attempting it.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
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
