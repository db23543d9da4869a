//! Webhook endpoints: their names, URLs, event types and secrets.

use annai_domain::decide::{Refusal, StateConflict, administer};
use annai_domain::{
    AuditAction, Event, FieldFault, WebhookDeliveryId, WebhookEndpointId, WebhookEventId,
    WebhookEventType, WebhookKind, WebhookReach, WebhookSecret, WebhookUrl, WebhookWindow, limits,
};
use annai_storage::audit::{self, NewAuditEntry};
use annai_storage::webhook_endpoints::{self, DisabledReason, EndpointFields};
use annai_storage::{WriteTx, outbox, webhook_deliveries};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{CommandError, fields};

/// The time for which the previous secret signs beside the newest one.
const CHANGE_OVER: SignedDuration = SignedDuration::from_hours(24);

/// The values that an administrator types for an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct WebhookForm<'a> {
    /// The name of the endpoint.
    pub name: &'a str,
    /// The URL that gets the messages.
    pub url: &'a str,
    /// The event types to which it subscribes.
    pub event_types: &'a [WebhookEventType],
    /// The kind of its calls.
    pub kind: WebhookKind,
    /// The seconds for which it gathers events into one call; the default of its kind if `None`.
    pub window_seconds: Option<u16>,
}

/// An endpoint that exists once the transaction is committed. Its secret is shown once.
#[derive(Debug)]
pub struct NewWebhook {
    /// The id by which administrators change or disable the endpoint.
    pub webhook_endpoint_id: WebhookEndpointId,
    /// The secret that signs its messages.
    pub secret: WebhookSecret,
}

/// Creates an endpoint; it receives events from now on.
///
/// # Errors
///
/// [`CommandError::Field`] when the name does not fit, the URL is beyond `reach`, no type of event
/// is chosen, or the window is too long.
#[tracing::instrument(skip_all, fields(actor_id = %tx.actor().user_id))]
pub async fn create_webhook(
    tx: &mut WriteTx,
    form: WebhookForm<'_>,
    reach: WebhookReach,
) -> Result<NewWebhook, CommandError> {
    administer(tx.actor())?;
    let checked = check(form, reach)?;
    let webhook = NewWebhook {
        webhook_endpoint_id: WebhookEndpointId::new(),
        secret: WebhookSecret::generate(),
    };
    let id = webhook.webhook_endpoint_id;
    webhook_endpoints::insert(tx, id, checked.fields(), &webhook.secret).await?;
    record(tx, AuditAction::WebhookCreate, id, checked.details()).await?;
    Ok(webhook)
}

/// Changes the fields of an endpoint.
///
/// # Errors
///
/// As [`create_webhook`]; [`Refusal::NotFound`] when no endpoint has that id.
#[tracing::instrument(skip_all, fields(%webhook_endpoint_id, actor_id = %tx.actor().user_id))]
pub async fn update_webhook(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
    form: WebhookForm<'_>,
    reach: WebhookReach,
) -> Result<(), CommandError> {
    administer(tx.actor())?;
    let checked = check(form, reach)?;
    found(webhook_endpoints::update(tx, webhook_endpoint_id, checked.fields()).await?)?;
    record(
        tx,
        AuditAction::WebhookUpdate,
        webhook_endpoint_id,
        checked.details(),
    )
    .await
}

/// Gives an endpoint a new secret. The previous one signs beside it for 24 hours, so that the
/// receiver can change over.
///
/// # Errors
///
/// [`Refusal::NotFound`] when no endpoint has that id.
#[tracing::instrument(skip_all, fields(%webhook_endpoint_id, actor_id = %tx.actor().user_id))]
pub async fn rotate_webhook_secret(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<WebhookSecret, CommandError> {
    administer(tx.actor())?;
    let secret = WebhookSecret::generate();
    let until = tx.now() + CHANGE_OVER;
    found(webhook_endpoints::rotate_secret(tx, webhook_endpoint_id, &secret, until).await?)?;
    let details = json!({ "previous_secret_until": until });
    record(
        tx,
        AuditAction::WebhookRotateSecret,
        webhook_endpoint_id,
        details,
    )
    .await?;
    Ok(secret)
}

/// Disables an endpoint. Its pending deliveries wait as long as the log is kept. A disabled endpoint
/// stays as it is.
///
/// # Errors
///
/// [`Refusal::NotFound`] when no endpoint has that id.
#[tracing::instrument(skip_all, fields(%webhook_endpoint_id, actor_id = %tx.actor().user_id))]
pub async fn disable_webhook(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<(), CommandError> {
    administer(tx.actor())?;
    let reason = DisabledReason::Person;
    if !webhook_endpoints::disable(tx, webhook_endpoint_id, reason).await? {
        return exists(tx, webhook_endpoint_id).await;
    }
    let details = json!({ "reason": reason });
    record(
        tx,
        AuditAction::WebhookDisable,
        webhook_endpoint_id,
        details,
    )
    .await
}

/// Enables an endpoint again; pending deliveries are sent first. An enabled endpoint stays as it is.
///
/// # Errors
///
/// [`Refusal::NotFound`] when no endpoint has that id.
#[tracing::instrument(skip_all, fields(%webhook_endpoint_id, actor_id = %tx.actor().user_id))]
pub async fn enable_webhook(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<(), CommandError> {
    administer(tx.actor())?;
    if !webhook_endpoints::enable(tx, webhook_endpoint_id).await? {
        return exists(tx, webhook_endpoint_id).await;
    }
    record(
        tx,
        AuditAction::WebhookEnable,
        webhook_endpoint_id,
        json!({}),
    )
    .await
}

/// Sends an endpoint a test event.
///
/// # Errors
///
/// [`StateConflict::EndpointDisabled`] when it is disabled; [`Refusal::NotFound`] when no endpoint
/// has that id.
#[tracing::instrument(skip_all, fields(%webhook_endpoint_id, actor_id = %tx.actor().user_id))]
pub async fn test_webhook(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<WebhookEventId, CommandError> {
    administer(tx.actor())?;
    is_told(tx, webhook_endpoint_id).await?;
    let event_id = outbox::append_for(tx, &Event::WebhookTest {}, webhook_endpoint_id).await?;
    let details = json!({ "event_id": event_id });
    record(tx, AuditAction::WebhookTest, webhook_endpoint_id, details).await?;
    Ok(event_id)
}

/// Sends an event to an endpoint again, with the same id, so that the receiver can recognise it. A
/// pending delivery is sent at once instead.
///
/// # Errors
///
/// As [`test_webhook`]; [`Refusal::NotFound`] when the endpoint has no such delivery.
#[tracing::instrument(skip_all, fields(%webhook_endpoint_id, actor_id = %tx.actor().user_id))]
pub async fn redeliver_webhook(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
    webhook_delivery_id: WebhookDeliveryId,
) -> Result<WebhookDeliveryId, CommandError> {
    administer(tx.actor())?;
    is_told(tx, webhook_endpoint_id).await?;
    let sent = webhook_deliveries::redeliver(tx, webhook_endpoint_id, webhook_delivery_id).await?;
    let sent = sent.ok_or(Refusal::NotFound)?;
    let details = json!({ "of": webhook_delivery_id, "webhook_delivery_id": sent });
    record(
        tx,
        AuditAction::WebhookRedeliver,
        webhook_endpoint_id,
        details,
    )
    .await?;
    Ok(sent)
}

/// A form with valid values.
struct Checked<'a> {
    name: &'a str,
    url: WebhookUrl,
    event_types: &'a [WebhookEventType],
    kind: WebhookKind,
    window: WebhookWindow,
}

impl Checked<'_> {
    fn fields(&self) -> EndpointFields<'_> {
        EndpointFields {
            name: self.name,
            url: &self.url,
            event_types: self.event_types,
            kind: self.kind,
            window: self.window,
        }
    }

    /// Returns the details for the audit log, without the part of the URL that can hold a receiver's
    /// token: the query, and the path of a build hook.
    fn details(&self) -> Value {
        let url = match self.kind {
            WebhookKind::Message => self.url.without_query(),
            WebhookKind::BuildHook => self.url.origin(),
        };
        json!({
            "name": self.name,
            "url": url,
            "event_types": self.event_types,
            "kind": self.kind,
            "window_seconds": self.window.seconds(),
        })
    }
}

fn check(form: WebhookForm<'_>, reach: WebhookReach) -> Result<Checked<'_>, CommandError> {
    let name = fields::required("name", form.name)?;
    let name = fields::line("name", name, limits::WEBHOOK_NAME)?;
    let url = fields::required("url", form.url)?;
    let url = WebhookUrl::parse(url, reach).map_err(|error| CommandError::Field {
        field: "url",
        fault: error.fault(),
    })?;
    let window = match form.window_seconds {
        None => Some(form.kind.default_window()),
        Some(seconds) => WebhookWindow::new(seconds),
    };
    let window = window.ok_or(CommandError::Field {
        field: "window_seconds",
        fault: FieldFault::TooLong,
    })?;
    let offered = WebhookEventType::SUBSCRIBABLE;
    let is_not_offered = |event_type: &WebhookEventType| !offered.contains(event_type);
    let wrong = if form.event_types.is_empty() {
        Some(FieldFault::NoneChosen)
    } else {
        // Nobody can subscribe to a test, nor to the call that stands for other events.
        form.event_types
            .iter()
            .any(is_not_offered)
            .then_some(FieldFault::Unknown)
    };
    match wrong {
        Some(fault) => Err(CommandError::Field {
            field: "event_types",
            fault,
        }),
        None => Ok(Checked {
            name,
            url,
            event_types: form.event_types,
            kind: form.kind,
            window,
        }),
    }
}

async fn exists(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<(), CommandError> {
    let enabled = webhook_endpoints::lock_enabled(tx, webhook_endpoint_id).await?;
    found(enabled.is_some())
}

async fn is_told(
    tx: &mut WriteTx,
    webhook_endpoint_id: WebhookEndpointId,
) -> Result<(), CommandError> {
    match webhook_endpoints::lock_enabled(tx, webhook_endpoint_id).await? {
        None => Err(Refusal::NotFound.into()),
        Some(false) => Err(Refusal::State(StateConflict::EndpointDisabled).into()),
        Some(true) => Ok(()),
    }
}

fn found(found: bool) -> Result<(), CommandError> {
    if found {
        Ok(())
    } else {
        Err(Refusal::NotFound.into())
    }
}

async fn record(
    tx: &mut WriteTx,
    action: AuditAction,
    webhook_endpoint_id: WebhookEndpointId,
    details: Value,
) -> Result<(), CommandError> {
    let entry = NewAuditEntry {
        action,
        guide_id: None,
        subject_id: Some(webhook_endpoint_id.0),
        details,
    };
    Ok(audit::record(tx, entry).await?)
}
