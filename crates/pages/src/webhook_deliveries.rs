//! One webhook endpoint with its deliveries.

use annai_domain::{Permission, WebhookDeliveryId, WebhookEndpointId};
use annai_editorial::redeliver_webhook;
use annai_storage::webhook_deliveries::{self, DeliveryRecord, LogPage};
use annai_storage::webhook_endpoints;
use axum::response::Response;
use serde::Deserialize;

use super::address::{Path, Query};
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::page::Page;
use super::webhook_endpoint::{TypedEndpoint, endpoint_view, path_of};
use annai_view::webhooks::{DeliveryView, WebhookView};

/// The most deliveries on a page.
const LENGTH: usize = 50;

/// The page of the log.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogQuery {
    before: Option<WebhookDeliveryId>,
}

/// `GET /admin/webhooks/{webhook_endpoint_id}`
pub(super) async fn get(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    Query(query): Query<LogQuery>,
) -> Result<Response, PageError> {
    page.require(Permission::Administer)?;
    show(&page, webhook_endpoint_id, None, query.before).await
}

/// Shows an endpoint, with its secret where it is new.
pub(super) async fn show(
    page: &Page,
    webhook_endpoint_id: WebhookEndpointId,
    secret: Option<String>,
    before: Option<WebhookDeliveryId>,
) -> Result<Response, PageError> {
    let view = view(page, webhook_endpoint_id, before).await?;
    page.show(&WebhookView { secret, ..view })
}

pub(super) async fn view(
    page: &Page,
    webhook_endpoint_id: WebhookEndpointId,
    before: Option<WebhookDeliveryId>,
) -> Result<WebhookView, PageError> {
    let db = page.reader();
    let record = webhook_endpoints::list(&db, Some(webhook_endpoint_id))
        .await?
        .pop();
    let record = record.ok_or_else(PageError::not_found)?;
    let log = LogPage {
        before,
        limit: i64::try_from(LENGTH + 1).unwrap_or(i64::MAX),
    };
    let mut deliveries = webhook_deliveries::list(&db, webhook_endpoint_id, log).await?;
    let is_more = deliveries.len() > LENGTH;
    deliveries.truncate(LENGTH);
    let last = deliveries.last().map(|last| last.webhook_delivery_id);
    let typed = TypedEndpoint {
        name: record.name.clone(),
        url: record.url.clone(),
        event_types: record.event_types.clone(),
        kind: record.kind,
        window_seconds: Some(record.window.seconds()),
    };
    Ok(WebhookView {
        form: typed.fields(),
        endpoint: endpoint_view(record, page.now()),
        secret: None,
        older: last
            .filter(|_| is_more)
            .map(|last| format!("{}?before={last}", path_of(webhook_endpoint_id))),
        deliveries: deliveries.into_iter().map(delivery_view).collect(),
    })
}

fn delivery_view(record: DeliveryRecord) -> DeliveryView {
    DeliveryView {
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
        last_answer: record.last_answer.unwrap_or_default(),
        created_at: record.created_at,
    }
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/deliveries/{webhook_delivery_id}/redeliver`
pub(super) async fn post_redeliver(
    page: Page,
    Path((webhook_endpoint_id, webhook_delivery_id)): Path<(WebhookEndpointId, WebhookDeliveryId)>,
    form: FormData,
) -> Result<Response, PageError> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    redeliver_webhook(&mut tx, webhook_endpoint_id, webhook_delivery_id).await?;
    tx.commit().await?;
    Ok(page.go(&path, Flash("webhook_sent")))
}
