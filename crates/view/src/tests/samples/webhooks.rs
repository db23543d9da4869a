//! Made-up webhook endpoints and deliveries.

use annai_domain::{
    WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WebhookEventType, WebhookKind,
};
use annai_storage::webhook_deliveries::{DeliveryResult, DeliveryState};
use annai_storage::webhook_endpoints::DisabledReason;
use uuid::Uuid;

use super::at;
use crate::form::FormField;
use crate::webhooks::{DeliveryView, EndpointForm, EndpointView, EventChoice};

/// Returns one active endpoint, one that a person disabled, and one whose receiver answered 410.
pub(crate) fn endpoints() -> Vec<EndpointView> {
    let endpoint =
        |name: &str, reason: Option<DisabledReason>, result: Option<DeliveryResult>| EndpointView {
            webhook_endpoint_id: WebhookEndpointId(Uuid::from_u128(40)),
            name: name.to_owned(),
            url: "https://www.example.jp/hooks/annai".to_owned(),
            event_types: vec![WebhookEventType::GuidePublished],
            kind: match reason {
                None => WebhookKind::Message,
                Some(_) => WebhookKind::BuildHook,
            },
            previous_secret_until: result.map(|_| at(24)),
            created_by: "山田花子".to_owned(),
            created_at: at(0),
            disabled_at: reason.map(|_| at(3)),
            disabled_reason: reason,
            pending: 1_250,
            last_result: result,
            last_attempt_at: result.map(|_| at(2)),
        };
    vec![
        endpoint("公式サイト", None, Some(DeliveryResult::Accepted)),
        endpoint("検索", Some(DisabledReason::Person), None),
        endpoint(
            "古いサイト",
            Some(DisabledReason::Gone),
            Some(DeliveryResult::Gone),
        ),
    ]
}

pub(crate) fn endpoint_form(chosen: &[WebhookEventType]) -> EndpointForm {
    EndpointForm {
        name: FormField::holding("公式サイト"),
        url: FormField::holding("https://www.example.jp/hooks/annai"),
        event_types: FormField::default(),
        kind: WebhookKind::Message,
        window_seconds: Some(60),
        window: FormField::default(),
        windows: vec![0, 10, 60, 3600],
        choices: WebhookEventType::SUBSCRIBABLE
            .map(|event_type| EventChoice {
                event_type,
                chosen: chosen.contains(&event_type),
            })
            .into(),
    }
}

/// Returns one delivery for every result, in every state and of every type.
pub(crate) fn deliveries() -> Vec<DeliveryView> {
    let delivery = |number: u128, state, event_type, result: Option<DeliveryResult>| DeliveryView {
        webhook_delivery_id: WebhookDeliveryId(Uuid::from_u128(50 + number)),
        event_id: WebhookEventId(Uuid::from_u128(80 + number)),
        event_type,
        body: r#"{"type":"guide.published","data":{"slug":"platform_engineer"}}"#.to_owned(),
        state,
        due_at: (state == DeliveryState::Pending).then(|| at(9)),
        attempts: i16::from(result.is_some()),
        last_attempt_at: result.map(|_| at(2)),
        last_result: result,
        last_status: (result == Some(DeliveryResult::Refused)).then_some(500),
        last_answer: if result == Some(DeliveryResult::Refused) {
            "<h1>Internal Server Error</h1>"
        } else {
            ""
        }
        .to_owned(),
        created_at: at(1),
    };
    let types = WebhookEventType::SUBSCRIBABLE.into_iter();
    let types = types.chain([WebhookEventType::EventsGathered]);
    let over = DeliveryResult::ALL.into_iter().zip(types).zip(1..);
    let over = over.map(|((result, event_type), number)| {
        let state = match result {
            DeliveryResult::Accepted => DeliveryState::Delivered,
            _ => DeliveryState::Failed,
        };
        delivery(number, state, event_type, Some(result))
    });
    let waiting = delivery(
        0,
        DeliveryState::Pending,
        WebhookEventType::WebhookTest,
        None,
    );
    let gathered = delivery(
        90,
        DeliveryState::Gathered,
        WebhookEventType::GuidePublished,
        None,
    );
    [waiting, gathered].into_iter().chain(over).collect()
}
