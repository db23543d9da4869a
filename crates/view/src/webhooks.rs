//! Webhook endpoints and their deliveries.

use annai_domain::{
    WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType, WebhookKind,
};
use annai_storage::webhook_deliveries::{DeliveryResult, DeliveryState};
use annai_storage::webhook_endpoints::DisabledReason;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;

/// `/admin/webhooks`
#[derive(Debug, Serialize)]
pub struct WebhooksView {
    pub endpoints: Vec<EndpointView>,
    /// The form of a new endpoint.
    pub form: EndpointForm,
}

/// `/admin/webhooks/{webhook_endpoint_id}`
#[derive(Debug, Serialize)]
pub struct WebhookView {
    pub endpoint: EndpointView,
    /// The form that changes it.
    pub form: EndpointForm,
    /// A new secret, shown this once.
    pub secret: Option<String>,
    pub deliveries: Vec<DeliveryView>,
    /// The address of older deliveries.
    pub older: Option<String>,
}

/// One endpoint.
#[derive(Debug, Clone, Serialize)]
pub struct EndpointView {
    pub webhook_endpoint_id: WebhookEndpointId,
    pub name: String,
    pub url: String,
    pub event_types: Vec<WebhookEventType>,
    pub kind: WebhookKind,
    /// Until when the previous secret signs too.
    pub previous_secret_until: Option<Timestamp>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub disabled_at: Option<Timestamp>,
    pub disabled_reason: Option<DisabledReason>,
    /// The number of pending deliveries.
    pub pending: i64,
    pub last_result: Option<DeliveryResult>,
    pub last_attempt_at: Option<Timestamp>,
}

/// The typed settings of an endpoint.
#[derive(Debug, Clone, Serialize)]
pub struct EndpointForm {
    pub name: FormField,
    pub url: FormField,
    /// The fault in the choice of events.
    pub event_types: FormField,
    pub choices: Vec<EventChoice>,
    pub kind: WebhookKind,
    /// The chosen seconds; `None` for the default of the kind.
    pub window_seconds: Option<u16>,
    /// The fault in the choice of the window.
    pub window: FormField,
    /// The seconds to choose from.
    pub windows: Vec<u16>,
}

/// An event to choose.
#[derive(Debug, Clone, Serialize)]
pub struct EventChoice {
    pub event_type: WebhookEventType,
    pub chosen: bool,
}

/// The delivery of one event.
#[derive(Debug, Clone, Serialize)]
pub struct DeliveryView {
    pub webhook_delivery_id: WebhookDeliveryId,
    pub event_id: WebhookEventId,
    pub event_type: WebhookEventType,
    pub body: String,
    pub state: DeliveryState,
    pub due_at: Option<Timestamp>,
    pub attempts: i16,
    pub last_attempt_at: Option<Timestamp>,
    pub last_result: Option<DeliveryResult>,
    pub last_status: Option<i16>,
    pub last_answer: String,
    pub created_at: Timestamp,
}

impl View for WebhooksView {
    const TEMPLATE: &'static str = "webhooks.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let mut refused = samples::endpoint_form(&[]);
        refused.name = FormField::default().refused("field.required");
        refused.url = FormField::holding("http://10.0.0.1/").refused("field.not_https");
        refused.event_types = FormField::default().refused("field.none_chosen");
        vec![
            Self {
                endpoints: samples::endpoints(),
                form: samples::endpoint_form(&WebhookEventType::SUBSCRIBABLE),
            },
            Self {
                endpoints: Vec::new(),
                form: refused,
            },
        ]
    }
}

impl View for WebhookView {
    const TEMPLATE: &'static str = "webhook.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use super::tests::samples;
        let looks = samples::endpoints().into_iter().enumerate();
        looks
            .map(|(number, endpoint)| Self {
                endpoint,
                form: samples::endpoint_form(&[WebhookEventType::GuidePublished]),
                secret: (number == 0).then(|| "whsec_bm90IGEgc2VjcmV0".to_owned()),
                deliveries: if number == 1 {
                    Vec::new()
                } else {
                    samples::deliveries()
                },
                older: (number == 0).then(|| "?before=1".to_owned()),
            })
            .collect()
    }
}
