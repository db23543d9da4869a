//! Who is told of what by webhook.

use annai_domain::{WebhookEndpointId, WebhookEventType};
use annai_editorial::{CommandError, WebhookForm, create_webhook, disable_webhook, enable_webhook, rotate_webhook_secret, test_webhook, update_webhook};
use annai_storage::webhook_endpoints::{self, EndpointRecord};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

use super::address::Path;
use super::fault::Fault;
use super::flash::Said;
use super::form::FormData;
use super::page::Page;
use super::webhook_deliveries;
use annai_view::form::FormField;
use annai_view::webhooks::{EndpointForm, EndpointView, EventChoice, WebhooksView};

const PATH: &str = "/admin/webhooks";

/// The page of one endpoint.
pub(super) fn path_of(webhook_endpoint_id: WebhookEndpointId) -> String {
    format!("{PATH}/{webhook_endpoint_id}")
}

/// `GET /admin/webhooks`
pub(super) async fn get(page: Page) -> Result<Response, Fault> {
    page.administer(PATH)?;
    let readers = WebhookEventType::SUBSCRIBABLE
        .into_iter()
        .filter(|event_type| event_type.is_about_readers())
        .collect();
    let form = Typed {
        name: String::new(),
        url: String::new(),
        event_types: readers,
    };
    page.show(&list(&page, form.fields()).await?)
}

async fn list(page: &Page, form: EndpointForm) -> Result<WebhooksView, Fault> {
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

pub(super) fn endpoint_view(record: EndpointRecord, now: Timestamp) -> EndpointView {
    EndpointView {
        webhook_endpoint_id: record.webhook_endpoint_id,
        name: record.name,
        url: record.url,
        event_types: record.event_types,
        previous_secret_until: record.previous_secret_until.filter(|until| *until > now),
        created_by: record.created_by_name,
        created_at: record.created_at,
        disabled_at: record.disabled_at,
        disabled_reason: record.disabled_reason,
        pending: record.pending,
        last_result: record.last_result,
        last_attempt_at: record.last_attempt_at,
    }
}

/// What somebody typed about an endpoint.
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) event_types: Vec<WebhookEventType>,
}

impl Typed {
    fn of(form: &FormData) -> Result<Self, Fault> {
        form.only(&["name", "url", "event_types"])?;
        let event_types = form.all("event_types").map(str::parse);
        let event_types: Result<_, String> = event_types.collect();
        Ok(Self {
            name: form.trimmed("name").to_owned(),
            url: form.trimmed("url").to_owned(),
            event_types: event_types.map_err(|_| Fault::bad_form())?,
        })
    }

    fn form(&self) -> WebhookForm<'_> {
        WebhookForm {
            name: &self.name,
            url: &self.url,
            event_types: &self.event_types,
        }
    }

    /// The form that holds it.
    pub(super) fn fields(&self) -> EndpointForm {
        EndpointForm {
            name: FormField::holding(&self.name),
            url: FormField::holding(&self.url),
            event_types: FormField::default(),
            choices: WebhookEventType::SUBSCRIBABLE
                .map(|event_type| EventChoice {
                    event_type,
                    chosen: self.event_types.contains(&event_type),
                })
                .into(),
        }
    }

    /// The form that says what is wrong with it.
    fn refused(&self, field: &str, code: &str) -> EndpointForm {
        let mut form = self.fields();
        let wrong = match field {
            "url" => &mut form.url,
            "event_types" => &mut form.event_types,
            _ => &mut form.name,
        };
        *wrong = std::mem::take(wrong).refused(format!("field.{code}"));
        form
    }
}

/// `POST /admin/webhooks`: makes an endpoint and shows its secret, this once.
pub(super) async fn post(page: Page, form: FormData) -> Result<Response, Fault> {
    page.administer(PATH)?;
    let typed = Typed::of(&form)?;
    let mut tx = page.begin().await?;
    let made = create_webhook(&mut tx, typed.form(), page.state.settings.webhook_reach).await;
    match made {
        Ok(webhook) => {
            tx.commit().await?;
            let secret = Some(webhook.secret.expose());
            webhook_deliveries::show(&page, webhook.webhook_endpoint_id, secret, None).await
        }
        Err(CommandError::Field { field, code }) => {
            drop(tx);
            let view = list(&page, typed.refused(field, code)).await?;
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
) -> Result<Response, Fault> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&path)?;
    let typed = Typed::of(&form)?;
    let reach = page.state.settings.webhook_reach;
    let mut tx = page.begin().await?;
    match update_webhook(&mut tx, webhook_endpoint_id, typed.form(), reach).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(page.go(&path, Said("webhook_saved")))
        }
        Err(CommandError::Field { field, code }) => {
            drop(tx);
            let mut view = webhook_deliveries::view(&page, webhook_endpoint_id, None).await?;
            view.form = typed.refused(field, code);
            page.show_as(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/rotate-secret`: shows the new secret, this once.
pub(super) async fn post_rotate_secret(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
) -> Result<Response, Fault> {
    page.administer(&path_of(webhook_endpoint_id))?;
    let mut tx = page.begin().await?;
    let secret = rotate_webhook_secret(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    webhook_deliveries::show(&page, webhook_endpoint_id, Some(secret.expose()), None).await
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/disable`
pub(super) async fn post_disable(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
) -> Result<Response, Fault> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&path)?;
    let mut tx = page.begin().await?;
    disable_webhook(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    Ok(page.go(&path, Said("webhook_disabled")))
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/enable`
pub(super) async fn post_enable(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
) -> Result<Response, Fault> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&path)?;
    let mut tx = page.begin().await?;
    enable_webhook(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    Ok(page.go(&path, Said("webhook_enabled")))
}

/// `POST /admin/webhooks/{webhook_endpoint_id}/test`
pub(super) async fn post_test(
    page: Page,
    Path(webhook_endpoint_id): Path<WebhookEndpointId>,
) -> Result<Response, Fault> {
    let path = path_of(webhook_endpoint_id);
    page.administer(&path)?;
    let mut tx = page.begin().await?;
    test_webhook(&mut tx, webhook_endpoint_id).await?;
    tx.commit().await?;
    Ok(page.go(&path, Said("webhook_sent")))
}
