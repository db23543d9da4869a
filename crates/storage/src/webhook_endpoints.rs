//! Webhook endpoints: the receivers of events.
//!
//! Every function returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use annai_domain::{
    WebhookEndpointId, WebhookEventType, WebhookKind, WebhookSecret, WebhookUrl, WebhookWindow,
    closed_set,
};
use jiff::Timestamp;

use crate::error::corrupt;
use crate::webhook_deliveries::DeliveryResult;
use crate::{Reads, StorageError, WriteTx};

/// The fields of an endpoint that an administrator fills in.
#[derive(Debug, Clone, Copy)]
pub struct EndpointFields<'a> {
    /// The name of the endpoint.
    pub name: &'a str,
    /// The URL that messages go to.
    pub url: &'a WebhookUrl,
    /// The types of events that the endpoint receives.
    pub event_types: &'a [WebhookEventType],
    /// The kind of its calls.
    pub kind: WebhookKind,
    /// The window that gathers events into one call.
    pub window: WebhookWindow,
}

impl EndpointFields<'_> {
    fn words(&self) -> Vec<String> {
        let words = self.event_types.iter().map(ToString::to_string);
        words.collect()
    }

    fn seconds(&self) -> i16 {
        i16::try_from(self.window.seconds()).unwrap_or(i16::MAX)
    }
}

closed_set! {
    /// The reason why an endpoint receives no events.
    pub enum DisabledReason: "a reason" {
        /// An administrator disabled the endpoint.
        Person = "person",
        /// The receiver responded with 410.
        Gone = "gone",
    }
}

/// Adds an endpoint in the actor's name.
///
/// # Errors
///
/// [`StorageError::Database`] when a field is not what the schema allows.
pub async fn insert(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
    fields: EndpointFields<'_>,
    secret: &WebhookSecret,
) -> Result<(), StorageError> {
    let (now, actor) = (crate::time::bind(tx.now()), tx.actor().user_id);
    sqlx::query!(
        r#"
        INSERT INTO webhook_endpoints
               (webhook_endpoint_id, name, url, event_types, kind, window_seconds, secret, created_by,
                created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        webhook_endpoint_id.0,
        fields.name,
        fields.url.as_str(),
        &fields.words(),
        fields.kind.as_str(),
        fields.seconds(),
        secret.as_bytes(),
        actor.0,
        now as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes the fields of an endpoint. Returns whether the endpoint exists.
///
/// # Errors
///
/// As [`insert`].
pub async fn update(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
    fields: EndpointFields<'_>,
) -> Result<bool, StorageError> {
    let changed = sqlx::query!(
        r#"
        UPDATE webhook_endpoints
           SET name = $2, url = $3, event_types = $4, kind = $5, window_seconds = $6
         WHERE webhook_endpoint_id = $1
        "#,
        webhook_endpoint_id.0,
        fields.name,
        fields.url.as_str(),
        &fields.words(),
        fields.kind.as_str(),
        fields.seconds(),
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Gives an endpoint a new secret. Returns whether the endpoint exists.
///
/// The old secret signs beside the new one until `previous_until`.
pub async fn rotate_secret(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
    secret: &WebhookSecret,
    previous_until: Timestamp,
) -> Result<bool, StorageError> {
    let changed = sqlx::query!(
        r#"
        UPDATE webhook_endpoints
           SET previous_secret = secret, previous_secret_until = $3, secret = $2
         WHERE webhook_endpoint_id = $1
        "#,
        webhook_endpoint_id.0,
        secret.as_bytes(),
        crate::time::bind(previous_until) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Disables an endpoint. Returns whether it was enabled before.
pub async fn disable(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
    reason: DisabledReason,
) -> Result<bool, StorageError> {
    let now = crate::time::bind(tx.now());
    let changed = sqlx::query!(
        r#"
        UPDATE webhook_endpoints SET disabled_at = $2, disabled_reason = $3
         WHERE webhook_endpoint_id = $1 AND disabled_at IS NULL
        "#,
        webhook_endpoint_id.0,
        now as _,
        reason.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Enables an endpoint. Returns whether it was disabled before.
///
/// It first receives the deliveries that waited for it and were not deleted meanwhile.
pub async fn enable(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<bool, StorageError> {
    let changed = sqlx::query!(
        r#"
        UPDATE webhook_endpoints SET disabled_at = NULL, disabled_reason = NULL
         WHERE webhook_endpoint_id = $1 AND disabled_at IS NOT NULL
        "#,
        webhook_endpoint_id.0,
    )
    .execute(tx.conn())
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Locks an endpoint and returns whether it is enabled; `None` if it does not exist.
///
/// The row stays locked until the transaction ends, so that the result stays true.
pub async fn lock_enabled(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<Option<bool>, StorageError> {
    let enabled = sqlx::query_scalar!(
        r#"
        SELECT disabled_at IS NULL AS "enabled!" FROM webhook_endpoints
         WHERE webhook_endpoint_id = $1 FOR SHARE
        "#,
        webhook_endpoint_id.0,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(enabled)
}

/// An endpoint as administrators see it, without its secrets.
#[derive(Debug, Clone)]
pub struct EndpointRecord {
    /// The id that every later change names.
    pub webhook_endpoint_id: WebhookEndpointId,
    /// The name of the endpoint.
    pub name: String,
    /// The URL that messages go to.
    pub url: String,
    /// The types of events that the endpoint receives.
    pub event_types: Vec<WebhookEventType>,
    /// The kind of its calls.
    pub kind: WebhookKind,
    /// The window that gathers events into one call.
    pub window: WebhookWindow,
    /// The time until which the previous secret signs too.
    pub previous_secret_until: Option<Timestamp>,
    /// The display name of the person who created the endpoint.
    pub created_by_name: String,
    /// The time when the endpoint was created.
    pub created_at: Timestamp,
    /// The time when the endpoint was disabled, if it is.
    pub disabled_at: Option<Timestamp>,
    /// The reason why the endpoint is disabled, if it is.
    pub disabled_reason: Option<DisabledReason>,
    /// The number of deliveries that wait or are under way.
    pub pending: i64,
    /// The result of the last attempt, if any.
    pub last_result: Option<DeliveryResult>,
    /// The time of the last attempt, if any.
    pub last_attempt_at: Option<Timestamp>,
}

/// Returns every endpoint, newest first, or only the one named by `webhook_endpoint_id`.
pub async fn list(
    db: &dyn Reads,
    webhook_endpoint_id: Option<WebhookEndpointId>,
) -> Result<Vec<EndpointRecord>, StorageError> {
    let rows = sqlx::query!(
        r#"
        SELECT endpoint.webhook_endpoint_id, name, url, event_types, endpoint.kind,
               window_seconds,
               previous_secret_until AS "previous_secret_until: jiff_sqlx::Timestamp",
               display_name AS created_by_name,
               endpoint.created_at AS "created_at: jiff_sqlx::Timestamp",
               endpoint.disabled_at AS "disabled_at: jiff_sqlx::Timestamp", disabled_reason,
               (SELECT count(*) FROM outbox_deliveries delivery
                 WHERE delivery.webhook_endpoint_id = endpoint.webhook_endpoint_id
                   AND state = 'pending') AS "pending!",
               last.last_result AS "last_result?",
               last.last_attempt_at AS "last_attempt_at?: jiff_sqlx::Timestamp"
          FROM webhook_endpoints endpoint
          JOIN users ON user_id = created_by
          LEFT JOIN LATERAL (
               SELECT last_result, last_attempt_at FROM outbox_deliveries delivery
                WHERE delivery.webhook_endpoint_id = endpoint.webhook_endpoint_id AND attempts > 0
                ORDER BY outbox_delivery_id DESC LIMIT 1) last ON true
         WHERE $1::uuid IS NULL OR endpoint.webhook_endpoint_id = $1
         ORDER BY endpoint.webhook_endpoint_id DESC
        "#,
        webhook_endpoint_id.map(|id| id.0),
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    rows.into_iter()
        .map(|row| {
            let event_types = row.event_types.iter().map(|word| word.parse());
            let reason = row.disabled_reason.map(|reason| reason.parse()).transpose();
            Ok(EndpointRecord {
                webhook_endpoint_id: WebhookEndpointId(row.webhook_endpoint_id),
                name: row.name,
                url: row.url,
                event_types: event_types
                    .collect::<Result<_, _>>()
                    .map_err(corrupt("webhook_endpoints", "event_types"))?,
                kind: row
                    .kind
                    .parse()
                    .map_err(corrupt("webhook_endpoints", "kind"))?,
                window: window(row.window_seconds)?,
                previous_secret_until: row.previous_secret_until.map(jiff_sqlx::Timestamp::to_jiff),
                created_by_name: row.created_by_name,
                created_at: row.created_at.to_jiff(),
                disabled_at: row.disabled_at.map(jiff_sqlx::Timestamp::to_jiff),
                disabled_reason: reason.map_err(corrupt("webhook_endpoints", "disabled_reason"))?,
                pending: row.pending,
                last_result: row
                    .last_result
                    .map(|result| result.parse())
                    .transpose()
                    .map_err(corrupt("webhook_deliveries", "last_result"))?,
                last_attempt_at: row.last_attempt_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}

fn window(seconds: i16) -> Result<WebhookWindow, StorageError> {
    let window = u16::try_from(seconds).ok().and_then(WebhookWindow::new);
    let window = window.ok_or_else(|| format!("{seconds} seconds is no window"));
    window.map_err(corrupt("webhook_endpoints", "window_seconds"))
}
