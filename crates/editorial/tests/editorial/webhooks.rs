//! Administering webhook endpoints: permissions, refusals, and the audit entry of each command.

use annai_domain::decide::{Refusal, StateConflict};
use annai_domain::{
    WebhookDeliveryId, WebhookEndpointId, WebhookEventType, WebhookKind, WebhookReach,
    WebhookUrlError,
};
use annai_editorial::{
    CommandError, WebhookForm, create_webhook, disable_webhook, enable_webhook, redeliver_webhook,
    rotate_webhook_secret, test_webhook, update_webhook,
};
use annai_storage::webhook_deliveries::{self, LogPage};
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

const FORM: WebhookForm<'_> = WebhookForm {
    name: "サイト",
    url: "https://example.jp/hook?token=geheim",
    event_types: &[WebhookEventType::GuidePublished],
    kind: WebhookKind::Message,
    window_seconds: None,
};

async fn endpoint(world: &World) -> WebhookEndpointId {
    let create = async |tx: &mut _| create_webhook(tx, FORM, WebhookReach::Public).await;
    let made = world.done(&world.admin, "webhook.create", create).await;
    made.webhook_endpoint_id
}

#[annai_test]
async fn every_act_leaves_one_entry_and_no_secret(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let admin = &world.admin;
    let create = async |tx: &mut _| create_webhook(tx, FORM, WebhookReach::Public).await;
    let made = world.done(admin, "webhook.create", create).await;
    let id = made.webhook_endpoint_id;
    let details = world.details().await.to_string();
    assert!(!details.contains("geheim"), "{details}");
    let update = async |tx: &mut _| update_webhook(tx, id, FORM, WebhookReach::Public).await;
    world.done(admin, "webhook.update", update).await;
    let rotate = async |tx: &mut _| rotate_webhook_secret(tx, id).await;
    let secret = world.done(admin, "webhook.rotate_secret", rotate).await;
    assert_ne!(secret, made.secret);
    let test = async |tx: &mut _| test_webhook(tx, id).await;
    let event_id = world.done(admin, "webhook.test", test).await;
    let page = LogPage {
        before: None,
        limit: 10,
    };
    let log = webhook_deliveries::list(&world.db.reader(), id, page).await;
    let log = log.unwrap();
    assert_eq!(log[0].event_id, event_id);
    assert_eq!(log[0].event_type, WebhookEventType::WebhookTest);
    let delivery = log[0].webhook_delivery_id;
    let again = async |tx: &mut _| redeliver_webhook(tx, id, delivery).await;
    world.done(admin, "webhook.redeliver", again).await;
    let disable = async |tx: &mut _| disable_webhook(tx, id).await;
    world.done(admin, "webhook.disable", disable).await;
    let entries = world.audit().await.len();
    world.run(admin, disable).await.unwrap();
    let enable = async |tx: &mut _| enable_webhook(tx, id).await;
    world.done(admin, "webhook.enable", enable).await;
    world.run(admin, enable).await.unwrap();
    assert_eq!(
        world.audit().await.len(),
        entries + 1,
        "repeats change nothing"
    );
    let entries = world.audit().await;
    let shown = format!("{entries:?}");
    assert!(
        !shown.contains("whsec_") && !shown.contains("geheim"),
        "{shown}"
    );
}

#[annai_test]
async fn the_audit_log_holds_only_the_origin_of_a_build_hook(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let form = WebhookForm {
        url: "https://api.example.jp/build_hooks/geheim",
        kind: WebhookKind::BuildHook,
        ..FORM
    };
    let create = async |tx: &mut _| create_webhook(tx, form, WebhookReach::Public).await;
    world.done(&world.admin, "webhook.create", create).await;
    let details = world.details().await;
    assert_eq!(details["url"], "https://api.example.jp");
    assert_eq!(details["window_seconds"], 60);
}

#[annai_test]
async fn a_form_that_does_not_hold_what_it_should_is_refused_by_field(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let long = "あ".repeat(101);
    for (form, wrong) in [
        (WebhookForm { name: " ", ..FORM }, ("name", "required")),
        (
            WebhookForm {
                name: "a\u{1b}b",
                ..FORM
            },
            ("name", "control_character"),
        ),
        (
            WebhookForm {
                name: &long,
                ..FORM
            },
            ("name", "too_long"),
        ),
        (WebhookForm { url: "", ..FORM }, ("url", "required")),
        (
            WebhookForm {
                url: "http://example.jp/",
                ..FORM
            },
            ("url", WebhookUrlError::NotHttps.fault().as_str()),
        ),
        (
            WebhookForm {
                url: "https://169.254.169.254/",
                ..FORM
            },
            ("url", WebhookUrlError::PrivateAddress.fault().as_str()),
        ),
        (
            WebhookForm {
                event_types: &[],
                ..FORM
            },
            ("event_types", "none_chosen"),
        ),
        (
            WebhookForm {
                event_types: &[WebhookEventType::WebhookTest],
                ..FORM
            },
            ("event_types", "unknown"),
        ),
        (
            WebhookForm {
                event_types: &[WebhookEventType::EventsGathered],
                ..FORM
            },
            ("event_types", "unknown"),
        ),
        (
            WebhookForm {
                window_seconds: Some(3601),
                ..FORM
            },
            ("window_seconds", "too_long"),
        ),
    ] {
        let create = async |tx: &mut _| create_webhook(tx, form, WebhookReach::Public).await;
        match world.refused(&world.admin, create).await {
            CommandError::Field { field, fault } => assert_eq!((field, fault.as_str()), wrong),
            other => panic!("{other:?}"),
        }
    }
}

#[annai_test]
async fn only_administrators_touch_endpoints(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let id = endpoint(&world).await;
    let who = &world.everything;
    let create = async |tx: &mut _| create_webhook(tx, FORM, WebhookReach::Public).await;
    let update = async |tx: &mut _| update_webhook(tx, id, FORM, WebhookReach::Public).await;
    let delivery = WebhookDeliveryId::new();
    let refusals = [
        world.refusal(who, create).await,
        world.refusal(who, update).await,
        world
            .refusal(who, async |tx| rotate_webhook_secret(tx, id).await)
            .await,
        world
            .refusal(who, async |tx| disable_webhook(tx, id).await)
            .await,
        world
            .refusal(who, async |tx| enable_webhook(tx, id).await)
            .await,
        world
            .refusal(who, async |tx| test_webhook(tx, id).await)
            .await,
        world
            .refusal(who, async |tx| redeliver_webhook(tx, id, delivery).await)
            .await,
    ];
    for refusal in refusals {
        assert!(matches!(refusal, Refusal::Forbidden(_)), "{refusal:?}");
    }
}

#[annai_test]
async fn a_disabled_endpoint_is_not_tried_out_and_an_unknown_one_is_not_there(
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let id = endpoint(&world).await;
    let admin = &world.admin;
    world
        .run(admin, async |tx| disable_webhook(tx, id).await)
        .await
        .unwrap();
    let test = async |tx: &mut _| test_webhook(tx, id).await;
    let disabled = Refusal::State(StateConflict::EndpointDisabled);
    assert_eq!(world.refusal(admin, test).await, disabled);
    let delivery = WebhookDeliveryId::new();
    let again = async |tx: &mut _| redeliver_webhook(tx, id, delivery).await;
    assert_eq!(world.refusal(admin, again).await, disabled);
    let unknown = WebhookEndpointId::new();
    let test = async |tx: &mut _| test_webhook(tx, unknown).await;
    assert_eq!(world.refusal(admin, test).await, Refusal::NotFound);
    let rotate = async |tx: &mut _| rotate_webhook_secret(tx, unknown).await;
    assert_eq!(world.refusal(admin, rotate).await, Refusal::NotFound);
    let enable = async |tx: &mut _| enable_webhook(tx, unknown).await;
    assert_eq!(world.refusal(admin, enable).await, Refusal::NotFound);
    let disable = async |tx: &mut _| disable_webhook(tx, unknown).await;
    assert_eq!(world.refusal(admin, disable).await, Refusal::NotFound);
}
