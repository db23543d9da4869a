use annai_domain::{Permission, WebhookEndpointId, WebhookEventType, WebhookKind};
use annai_editorial::{
    WebhookForm, create_webhook as create, disable_webhook as disable, enable_webhook as enable,
    rotate_webhook_secret as rotate, update_webhook as update,
};
use annai_storage::webhook_deliveries::DeliveryResult;
use annai_storage::webhook_endpoints::{self, DisabledReason, EndpointRecord};
use annai_web::{Json, Path};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::{NoParameters, Nothing};
use super::readable::require;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// All webhook endpoints.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhooksView {
    webhooks: Vec<WebhookView>,
}

/// One webhook endpoint, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookView {
    #[schema(value_type = uuid::Uuid)]
    webhook_endpoint_id: WebhookEndpointId,
    name: String,
    url: String,
    event_types: Vec<WebhookEventType>,
    /// `message`, or `build_hook` for a call without a body.
    kind: WebhookKind,
    /// The seconds for which events gather into one call; 0 sends each at once.
    window_seconds: u16,
    /// Until when the previous secret signs too.
    #[schema(value_type = Option<String>, format = DateTime)]
    previous_secret_until: Option<Timestamp>,
    created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was disabled.
    #[schema(value_type = Option<String>, format = DateTime)]
    disabled_at: Option<Timestamp>,
    /// `person`, or `gone` when the receiver answered 410.
    disabled_reason: Option<DisabledReason>,
    /// The number of pending deliveries.
    pending: i64,
    /// The result of the last attempt: `accepted` or the reason why not.
    last_result: Option<DeliveryResult>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_attempt_at: Option<Timestamp>,
}

impl From<EndpointRecord> for WebhookView {
    fn from(record: EndpointRecord) -> Self {
        Self {
            webhook_endpoint_id: record.webhook_endpoint_id,
            name: record.name,
            url: record.url,
            event_types: record.event_types,
            kind: record.kind,
            window_seconds: record.window.seconds(),
            previous_secret_until: record.previous_secret_until,
            created_by_name: record.created_by_name,
            created_at: record.created_at,
            disabled_at: record.disabled_at,
            disabled_reason: record.disabled_reason,
            pending: record.pending,
            last_result: record.last_result,
            last_attempt_at: record.last_attempt_at,
        }
    }
}

/// The settings of an endpoint.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookBody {
    /// At most 100 characters.
    name: String,
    /// A public https URL, unless the installation allows others.
    url: String,
    /// At least one of `guide.published`, `guide.unpublished`, `guide.moved`,
    /// `release.published`, `guide.submitted`, `guide.approved`, `guide.changes_requested`.
    #[schema(max_items = 7)]
    event_types: Vec<WebhookEventType>,
    /// `message` by default, which is signed and has a body; `build_hook` has neither.
    #[serde(default = "message")]
    #[schema(default = "message")]
    kind: WebhookKind,
    /// The seconds for which events gather into one call; 0 sends each at once. By default 0 for a
    /// message and 60 for a build hook.
    #[schema(maximum = 3600)]
    window_seconds: Option<u16>,
}

fn message() -> WebhookKind {
    WebhookKind::Message
}

impl WebhookBody {
    fn form(&self) -> WebhookForm<'_> {
        WebhookForm {
            name: &self.name,
            url: &self.url,
            event_types: &self.event_types,
            kind: self.kind,
            window_seconds: self.window_seconds,
        }
    }
}

/// An endpoint with its new secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookSecretView {
    #[schema(value_type = uuid::Uuid)]
    webhook_endpoint_id: WebhookEndpointId,
    /// The secret that signs messages. Shown once: absent in a repeated response.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

/// The changed endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChangedWebhookView {
    #[schema(value_type = uuid::Uuid)]
    webhook_endpoint_id: WebhookEndpointId,
}

/// Lists webhook endpoints, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks",
    responses((status = 200, body = WebhooksView)))]
pub(super) async fn list_webhooks(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::Administer)?;
    let records = webhook_endpoints::list(&state.database.reader(), None).await?;
    answer(&WebhooksView {
        webhooks: records.into_iter().map(WebhookView::from).collect(),
    })
}

/// Shows one webhook endpoint.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_endpoint_id}", operation_id = "get_webhook",
    tag = "webhooks", params(("webhook_endpoint_id" = uuid::Uuid, Path)),
    responses((status = 200, body = WebhookView)))]
pub(super) async fn get_webhook(
    signed_in: SignedIn,
    _: NoParameters,
    State(state): State<DeskState>,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::Administer)?;
    let db = state.database.reader();
    let record = webhook_endpoints::list(&db, Some(webhook_endpoint_id))
        .await?
        .pop();
    let record = record.ok_or(annai_domain::decide::Refusal::NotFound)?;
    answer(&WebhookView::from(record))
}

/// Creates a webhook endpoint. It receives every event from now on.
#[utoipa::path(post, path = "/api/v1/webhooks", operation_id = "create_webhook", tag = "webhooks",
    request_body = WebhookBody,
    responses((status = 201, body = WebhookSecretView)))]
pub(super) async fn create_webhook(
    request: Request,
    Json(body): Json<WebhookBody>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let reach = request.state.settings.webhook_reach;
    let mut command = request.begin(&body).await?;
    let webhook = create(command.tx(), body.form(), reach).await?;
    let id = webhook.webhook_endpoint_id;
    let answer = CommandAnswer::json(StatusCode::CREATED, &with_secret(id, None))?
        .with_secret(&with_secret(id, Some(webhook.secret.expose())))?
        .at(format!("/api/v1/webhooks/{id}"));
    command.finish(answer).await
}

/// Changes a webhook endpoint.
#[utoipa::path(put, path = "/api/v1/webhooks/{webhook_endpoint_id}",
    operation_id = "update_webhook", tag = "webhooks",
    params(("webhook_endpoint_id" = uuid::Uuid, Path)), request_body = WebhookBody,
    responses((status = 200, body = ChangedWebhookView)))]
pub(super) async fn update_webhook(
    request: Request,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    Json(body): Json<WebhookBody>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let reach = request.state.settings.webhook_reach;
    let mut command = request.begin(&body).await?;
    update(command.tx(), webhook_endpoint_id, body.form(), reach).await?;
    command.finish(changed(webhook_endpoint_id)?).await
}

/// Rotates the secret of a webhook endpoint. The previous one signs too for 24 hours.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_endpoint_id}/rotate-secret",
    operation_id = "rotate_webhook_secret", tag = "webhooks",
    params(("webhook_endpoint_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = WebhookSecretView)))]
pub(super) async fn rotate_webhook_secret(
    request: Request,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    let secret = rotate(command.tx(), webhook_endpoint_id).await?;
    let id = webhook_endpoint_id;
    let answer = CommandAnswer::json(StatusCode::OK, &with_secret(id, None))?
        .with_secret(&with_secret(id, Some(secret.expose())))?;
    command.finish(answer).await
}

/// Disables a webhook endpoint.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_endpoint_id}/disable",
    operation_id = "disable_webhook", tag = "webhooks",
    params(("webhook_endpoint_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = ChangedWebhookView)))]
pub(super) async fn disable_webhook(
    request: Request,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    disable(command.tx(), webhook_endpoint_id).await?;
    command.finish(changed(webhook_endpoint_id)?).await
}

/// Enables a webhook endpoint. Pending events are sent first.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_endpoint_id}/enable",
    operation_id = "enable_webhook", tag = "webhooks",
    params(("webhook_endpoint_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 200, body = ChangedWebhookView)))]
pub(super) async fn enable_webhook(
    request: Request,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    enable(command.tx(), webhook_endpoint_id).await?;
    command.finish(changed(webhook_endpoint_id)?).await
}

fn with_secret(
    webhook_endpoint_id: WebhookEndpointId,
    secret: Option<String>,
) -> WebhookSecretView {
    WebhookSecretView {
        webhook_endpoint_id,
        secret,
    }
}

fn changed(webhook_endpoint_id: WebhookEndpointId) -> Result<CommandAnswer, ApiError> {
    let view = ChangedWebhookView {
        webhook_endpoint_id,
    };
    CommandAnswer::json(StatusCode::OK, &view)
}
