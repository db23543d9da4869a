use annai_domain::decide::Refusal;
use annai_domain::{
    Permission, WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType,
};
use annai_editorial::{redeliver_webhook as redeliver, test_webhook as test};
use annai_storage::webhook_deliveries::{
    self, DeliveryRecord, DeliveryResult, DeliveryState, LogPage,
};
use annai_storage::webhook_endpoints;
use annai_web::{Json, Path, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::command::{CommandAnswer, Request};
use super::error::{ApiError, answer};
use super::nothing::Nothing;
use super::paging;
use super::readable::require;
use annai_desk::DeskState;
use annai_identity::SignedIn;

/// The page of an endpoint's log.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListDeliveriesQuery {
    /// Only deliveries before this one.
    #[param(value_type = Option<uuid::Uuid>)]
    before: Option<WebhookDeliveryId>,
    /// The number of items, 1 to 200; 50 by default.
    limit: Option<i64>,
}

/// A page of an endpoint's log, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveriesView {
    deliveries: Vec<DeliveryView>,
    /// The `before` of the next page; null at the end.
    #[schema(value_type = Option<uuid::Uuid>)]
    next_before: Option<WebhookDeliveryId>,
}

/// The delivery of one event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryView {
    #[schema(value_type = uuid::Uuid)]
    webhook_delivery_id: WebhookDeliveryId,
    /// The `webhook-id` that the receiver sees.
    #[schema(value_type = uuid::Uuid)]
    event_id: WebhookEventId,
    event_type: WebhookEventType,
    /// The exact body. A build hook gets none.
    body: String,
    /// `pending`, `delivered`, `failed`, or `gathered` when another delivery stands for it.
    state: DeliveryState,
    /// The time of the next attempt.
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Timestamp>,
    attempts: i16,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_attempt_at: Option<Timestamp>,
    /// `accepted`, `refused`, `redirected`, `gone`, `timed_out`, `unreachable`, `not_found` or
    /// `not_allowed`.
    last_result: Option<DeliveryResult>,
    /// The status of the last response.
    last_status: Option<i16>,
    /// The beginning of the last response.
    last_answer: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<DeliveryRecord> for DeliveryView {
    fn from(record: DeliveryRecord) -> Self {
        Self {
            webhook_delivery_id: record.webhook_delivery_id,
            event_id: record.event_id,
            event_type: record.event_type,
            body: record.body,
            state: record.state,
            due_at: record.due_at,
            attempts: record.attempts,
            last_attempt_at: record.last_attempt_at,
            last_result: record.last_result,
            last_status: record.last_status,
            last_answer: record.last_answer,
            created_at: record.created_at,
        }
    }
}

/// A test event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TestedWebhookView {
    #[schema(value_type = uuid::Uuid)]
    event_id: WebhookEventId,
}

/// A delivery that is sent again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RedeliveredView {
    #[schema(value_type = uuid::Uuid)]
    webhook_delivery_id: WebhookDeliveryId,
}

/// Lists the deliveries to a webhook endpoint, newest first. Finished ones are kept for 30 days.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_endpoint_id}/deliveries",
    operation_id = "list_webhook_deliveries", tag = "webhooks",
    params(("webhook_endpoint_id" = uuid::Uuid, Path), ListDeliveriesQuery),
    responses((status = 200, body = DeliveriesView)))]
pub(super) async fn list_webhook_deliveries(
    signed_in: SignedIn,
    State(state): State<DeskState>,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    Query(query): Query<ListDeliveriesQuery>,
) -> Result<Response, ApiError> {
    require(&signed_in.actor, Permission::Administer)?;
    let limit = paging::limit(query.limit)?;
    let db = state.database.reader();
    let endpoints = webhook_endpoints::list(&db, Some(webhook_endpoint_id)).await?;
    if endpoints.is_empty() {
        return Err(Refusal::NotFound.into());
    }
    let page = LogPage {
        before: query.before,
        limit: limit + 1,
    };
    let mut records = webhook_deliveries::list(&db, webhook_endpoint_id, page).await?;
    let length = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = records.len() > length;
    records.truncate(length);
    let last = records.last().map(|record| record.webhook_delivery_id);
    answer(&DeliveriesView {
        next_before: last.filter(|_| is_more),
        deliveries: records.into_iter().map(DeliveryView::from).collect(),
    })
}

/// Sends an event again under its id. A pending one is sent at once.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_endpoint_id}/test",
    operation_id = "test_webhook", tag = "webhooks",
    params(("webhook_endpoint_id" = uuid::Uuid, Path)), request_body = Nothing,
    responses((status = 202, body = TestedWebhookView)))]
pub(super) async fn test_webhook(
    request: Request,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    let event_id = test(command.tx(), webhook_endpoint_id).await?;
    let answer = CommandAnswer::json(StatusCode::ACCEPTED, &TestedWebhookView { event_id })?;
    command.finish(answer).await
}

/// Sends an event once more, with the id it had; one that is still on its way is sent at once.
#[utoipa::path(post,
    path = "/api/v1/webhooks/{webhook_endpoint_id}/deliveries/{webhook_delivery_id}/redeliver",
    operation_id = "redeliver_webhook", tag = "webhooks",
    params(("webhook_endpoint_id" = uuid::Uuid, Path), ("webhook_delivery_id" = uuid::Uuid, Path)),
    request_body = Nothing,
    responses((status = 202, body = RedeliveredView)))]
pub(super) async fn redeliver_webhook(
    request: Request,
    Path((webhook_endpoint_id, webhook_delivery_id)): Path<(WebhookEndpointId, WebhookDeliveryId)>,
    Json(body): Json<Nothing>,
) -> Result<Response, ApiError> {
    request.administer()?;
    let mut command = request.begin(&body).await?;
    let sent = redeliver(command.tx(), webhook_endpoint_id, webhook_delivery_id).await?;
    let view = RedeliveredView {
        webhook_delivery_id: sent,
    };
    let answer = CommandAnswer::json(StatusCode::ACCEPTED, &view)?;
    command.finish(answer).await
}
