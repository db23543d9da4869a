//! Who is told of what by webhook, and what was sent.

use annai_domain::{WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType};
use annai_storage::webhook_deliveries::{DeliveryResult, DeliveryState};
use annai_storage::webhook_endpoints::DisabledReason;
use jiff::Timestamp;
use serde::Serialize;

use super::View;
use super::form::FormField;

/// `/admin/webhooks`
#[derive(Debug, Serialize)]
pub(crate) struct WebhooksView {
    pub(crate) endpoints: Vec<EndpointView>,
    /// The form that makes one.
    pub(crate) form: EndpointForm,
}

/// `/admin/webhooks/{webhook_endpoint_id}`
#[derive(Debug, Serialize)]
pub(crate) struct WebhookView {
    pub(crate) endpoint: EndpointView,
    /// The form that changes it.
    pub(crate) form: EndpointForm,
    /// A secret just made, shown this once.
    pub(crate) secret: Option<String>,
    pub(crate) deliveries: Vec<DeliveryView>,
    /// Where the older ones are.
    pub(crate) older: Option<String>,
}

/// One endpoint.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EndpointView {
    pub(crate) webhook_endpoint_id: WebhookEndpointId,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) event_types: Vec<WebhookEventType>,
    /// Until when the secret before this one holds, where it still does.
    pub(crate) previous_secret_until: Option<Timestamp>,
    pub(crate) created_by: String,
    pub(crate) created_at: Timestamp,
    pub(crate) disabled_at: Option<Timestamp>,
    pub(crate) disabled_reason: Option<DisabledReason>,
    /// How many deliveries wait.
    pub(crate) pending: i64,
    pub(crate) last_result: Option<String>,
    pub(crate) last_attempt_at: Option<Timestamp>,
}

/// What an administrator types about an endpoint.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EndpointForm {
    pub(crate) name: FormField,
    pub(crate) url: FormField,
    /// What is wrong with the choice, if anything.
    pub(crate) event_types: FormField,
    pub(crate) choices: Vec<EventChoice>,
}

/// A type of event that can be asked for.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EventChoice {
    pub(crate) event_type: WebhookEventType,
    pub(crate) chosen: bool,
}

/// The sending of one event.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DeliveryView {
    pub(crate) webhook_delivery_id: WebhookDeliveryId,
    pub(crate) event_id: WebhookEventId,
    pub(crate) event_type: WebhookEventType,
    pub(crate) body: String,
    pub(crate) state: DeliveryState,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) attempts: i16,
    pub(crate) last_attempt_at: Option<Timestamp>,
    pub(crate) last_result: Option<DeliveryResult>,
    pub(crate) last_status: Option<i16>,
    pub(crate) last_answer: String,
    pub(crate) created_at: Timestamp,
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
