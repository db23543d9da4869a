//! One webhook endpoint in forms and views.

use std::collections::BTreeSet;

use annai_domain::{
    FieldFault, UnknownWord, WebhookEndpointId, WebhookEventType, WebhookKind, WebhookWindow,
};
use annai_editorial::WebhookForm;
use annai_storage::webhook_endpoints::EndpointRecord;
use annai_view::form::FormField;
use annai_view::webhooks::{EndpointForm, EndpointView, EventChoice};
use jiff::Timestamp;

use super::error::PageError;
use super::form::FormData;

/// The path of the page of all endpoints.
pub(super) const PATH: &str = "/admin/webhooks";

/// Returns the path of the page of one endpoint.
pub(super) fn path_of(webhook_endpoint_id: WebhookEndpointId) -> String {
    format!("{PATH}/{webhook_endpoint_id}")
}

pub(super) fn endpoint_view(record: EndpointRecord, now: Timestamp) -> EndpointView {
    EndpointView {
        webhook_endpoint_id: record.webhook_endpoint_id,
        name: record.name,
        url: record.url,
        event_types: record.event_types,
        kind: record.kind,
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

/// The typed settings of an endpoint.
pub(super) struct TypedEndpoint {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) event_types: Vec<WebhookEventType>,
    pub(super) kind: WebhookKind,
    pub(super) window_seconds: Option<u16>,
}

impl TypedEndpoint {
    pub(super) fn of(form: &FormData) -> Result<Self, PageError> {
        form.only(&["name", "url", "event_types", "kind", "window_seconds"])?;
        let event_types = form.all("event_types").map(str::parse);
        let event_types: Result<_, UnknownWord> = event_types.collect();
        Ok(Self {
            name: form.trimmed("name").to_owned(),
            url: form.trimmed("url").to_owned(),
            event_types: event_types.map_err(|_| PageError::bad_form())?,
            kind: match form.text("kind") {
                "" => WebhookKind::Message,
                _ => form.parse("kind")?,
            },
            window_seconds: match form.text("window_seconds") {
                "" => None,
                _ => Some(form.parse("window_seconds")?),
            },
        })
    }

    pub(super) fn form(&self) -> WebhookForm<'_> {
        WebhookForm {
            name: &self.name,
            url: &self.url,
            event_types: &self.event_types,
            kind: self.kind,
            window_seconds: self.window_seconds,
        }
    }

    /// Returns the form that holds it.
    pub(super) fn fields(&self) -> EndpointForm {
        EndpointForm {
            name: FormField::holding(&self.name),
            url: FormField::holding(&self.url),
            event_types: FormField::default(),
            kind: self.kind,
            window_seconds: self.window_seconds,
            window: FormField::default(),
            windows: self.windows(),
            choices: WebhookEventType::SUBSCRIBABLE
                .map(|event_type| EventChoice {
                    event_type,
                    chosen: self.event_types.contains(&event_type),
                })
                .into(),
        }
    }

    /// Returns the seconds to choose from, with those of an endpoint that the API gave another window.
    fn windows(&self) -> Vec<u16> {
        let choices = WebhookWindow::CHOICES.map(WebhookWindow::seconds);
        let all = choices.into_iter().chain(self.window_seconds);
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Returns the form with the fault.
    pub(super) fn refused(&self, field: &str, fault: FieldFault) -> EndpointForm {
        let mut form = self.fields();
        let wrong = match field {
            "url" => &mut form.url,
            "event_types" => &mut form.event_types,
            "window_seconds" => &mut form.window,
            _ => &mut form.name,
        };
        *wrong = std::mem::take(wrong).refused(format!("field.{fault}"));
        form
    }
}
