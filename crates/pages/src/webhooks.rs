//! Webhook endpoints.

use annai_domain::{Permission, WebhookEndpointId, WebhookEventType, WebhookKind};
use annai_editorial::{
    CommandError, create_webhook, disable_webhook, enable_webhook, rotate_webhook_secret,
    test_webhook, update_webhook,
};
use annai_storage::webhook_endpoints;
use axum::http::StatusCode;
use axum::response::Response;

use super::address::Path;
use super::error::PageError;
use super::flash::Flash;
use super::form::FormData;
use super::page::{Page, end};
use super::webhook_deliveries;
use super::webhook_endpoint::{TypedEndpoint, endpoint_view, path_of};
use annai_view::webhooks::{EndpointForm, WebhooksView};

/// `GET /admin/webhooks`
pub(super) async fn get(page: Page) -> Result<Response, PageError> {
    page.require(Permission::Administer)?;
    let readers = WebhookEventType::SUBSCRIBABLE
        .into_iter()
        .filter(|event_type| event_type.is_about_readers())
        .collect();
    let form = TypedEndpoint {
        name: String::new(),
        url: String::new(),
        event_types: readers,
        kind: WebhookKind::Message,
        window_seconds: None,
    };
    page.show(&list(&page, form.fields()).await?)
}

async fn list(page: &Page, form: EndpointForm) -> Result<WebhooksView, PageError> {
    let endpoints = webhook_endpoints::list(&page.reader(), None).await?;
    let now = page.now();
    Ok(WebhooksView {
        endpoints: endpoints
            .into_iter()
            .map(|record| endpoint_view(record, now))
            .collect(),
        form,
    })
}

/// `POST /admin/webhooks`: creates an endpoint and shows its secret, this once.
pub(super) async fn post(page: Page, form: FormData) -> Result<Response, PageError> {
    page.administer(&form).await?;
    let typed = TypedEndpoint::of(&form)?;
    let mut tx = page.begin().await?;
    let made = create_webhook(&mut tx, typed.form(), page.state.settings.webhook_reach).await;
    match end(tx, made).await? {
        Ok(webhook) => {
            let secret = Some(webhook.secret.expose());
            webhook_deliveries::show(&page, webhook.webhook_endpoint_id, secret, None).await
        }
        Err(CommandError::Field { field, fault }) => {
            let view = list(&page, typed.refused(field, fault)).await?;
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/webhooks/{webhook_endpoint_id}`
pub(super) async fn post_one(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    form: FormData,
) -> Result<Response, PageError> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&form).await?;
    let typed = TypedEndpoint::of(&form)?;
    let reach = page.state.settings.webhook_reach;
    let mut tx = page.begin().await?;
    let updated = update_webhook(&mut tx, webhook_endpoint_id, typed.form(), reach).await;
    match end(tx, updated).await? {
        Ok(()) => Ok(page.go(&path, Flash("webhook_saved"))),
        Err(CommandError::Field { field, fault }) => {
            let mut view = webhook_deliveries::view(&page, webhook_endpoint_id, None).await?;
            view.form = typed.refused(field, fault);
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/rotate-secret`: shows the new secret, this once.
pub(super) async fn post_rotate_secret(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    form: FormData,
) -> Result<Response, PageError> {
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    let secret = rotate_webhook_secret(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    webhook_deliveries::show(&page, webhook_endpoint_id, Some(secret.expose()), None).await
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/disable`
pub(super) async fn post_disable(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    form: FormData,
) -> Result<Response, PageError> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    disable_webhook(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    Ok(page.go(&path, Flash("webhook_disabled")))
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/enable`
pub(super) async fn post_enable(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    form: FormData,
) -> Result<Response, PageError> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    enable_webhook(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    Ok(page.go(&path, Flash("webhook_enabled")))
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/test`
pub(super) async fn post_test(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
    form: FormData,
) -> Result<Response, PageError> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&form).await?;
    form.only(&[])?;
    let mut tx = page.begin().await?;
    test_webhook(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    Ok(page.go(&path, Flash("webhook_sent")))
}
