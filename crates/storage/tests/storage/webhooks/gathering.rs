//! Endpoints with a window: what waits, what becomes one call, and what is sent at once.

use annai_domain::{PublicationAction, TakenDownGuide};
use serde_json::Value;

use super::*;

const TYPES: [WebhookEventType; 2] = [
    WebhookEventType::GuidePublished,
    WebhookEventType::GuideUnpublished,
];

async fn gathering(world: &World) -> WebhookEndpointId {
    gathering_endpoint(world, &TYPES, WebhookWindow::MINUTE).await
}

async fn take_down(world: &World) -> WebhookEventId {
    let Event::GuidePublished(public) = event() else {
        unreachable!()
    };
    let event = Event::GuideUnpublished(TakenDownGuide {
        guide_id: public.guide_id,
        slug: public.slug,
        reason: PublicationAction::Unpublish,
        publication_ref: public.publication_ref,
        purge: Vec::new(),
        affects: Vec::new(),
    });
    let mut tx = world.begin(&world.publisher).await;
    let event_id = outbox::append(&mut tx, &event).await.unwrap();
    tx.commit().await.unwrap();
    event_id
}

/// Returns the types of the events in a call, in their order.
fn types(claimed: &ClaimedDelivery) -> Vec<String> {
    let body: Value = serde_json::from_str(&claimed.body).unwrap();
    let events = body["data"]["events"].as_array().unwrap();
    let of = |event: &Value| event["type"].as_str().unwrap().to_owned();
    events.iter().map(of).collect()
}

/// Ends every window.
async fn end_windows(world: &mut World) {
    let_time_pass(world).await;
}

#[annai_test]
async fn publications_within_a_window_become_one_call_with_an_id_of_its_own(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    let endpoint = gathering(&world).await;
    let events = [publish(&world).await, publish(&world).await];
    let seconds =
        "SELECT round(extract(epoch FROM min(due_at) - now()))::bigint FROM outbox_deliveries";
    assert!((50..=60).contains(&world.number(seconds).await));
    assert!(claim(&world, &[], LEASE).await.is_empty(), "they wait");

    end_windows(&mut world).await;
    let claimed = claim(&world, &[], LEASE).await;

    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].event_type, WebhookEventType::EventsGathered);
    assert!(!events.contains(&claimed[0].event_id));
    assert_eq!(types(&claimed[0]), ["guide.published"; 2]);
    let states: Vec<_> = log(&world, endpoint)
        .await
        .iter()
        .map(|one| one.state)
        .collect();
    let gathered = DeliveryState::Gathered;
    assert_eq!(states, [DeliveryState::Pending, gathered, gathered]);
    assert!(
        record(
            &world,
            &claimed[0],
            DeliveryResult::Accepted,
            After::Delivered
        )
        .await
    );
    end_windows(&mut world).await;
    assert!(
        claim(&world, &[], LEASE).await.is_empty(),
        "nothing is left"
    );
}

#[annai_test]
async fn the_first_event_ends_the_window_for_all_and_one_alone_is_sent_as_itself(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    gathering(&world).await;
    let alone = publish(&world).await;
    end_windows(&mut world).await;
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    assert_eq!(claimed.event_id, alone);
    assert!(record(&world, &claimed, DeliveryResult::Accepted, After::Delivered).await);

    publish(&world).await;
    end_windows(&mut world).await;
    publish(&world).await;
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    assert_eq!(
        types(&claimed).len(),
        2,
        "the second did not wait for its own minute"
    );
}

#[annai_test]
async fn a_take_down_is_sent_at_once_with_what_waited(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    gathering(&world).await;
    publish(&world).await;
    assert!(claim(&world, &[], LEASE).await.is_empty());
    take_down(&world).await;
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    assert_eq!(types(&claimed), ["guide.published", "guide.unpublished"]);
}

#[annai_test]
async fn a_worker_that_dies_with_a_gathered_call_loses_nothing_and_repeats_the_same_call(
    connect: PgConnectOptions,
) {
    let mut world = World::new(connect).await;
    gathering(&world).await;
    publish(&world).await;
    publish(&world).await;
    end_windows(&mut world).await;
    let dead = claim(&world, &[], LEASE).await.remove(0);
    let late = publish(&world).await;

    end_windows(&mut world).await;
    let heir = claim(&world, &[], LEASE).await.remove(0);

    assert_eq!((heir.event_id, &heir.body), (dead.event_id, &dead.body));
    assert!(record(&world, &heir, DeliveryResult::Accepted, After::Delivered).await);
    assert_eq!(claim(&world, &[], LEASE).await[0].event_id, late);
}

#[annai_test]
async fn what_was_attempted_alone_keeps_its_id_when_others_wait(connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    gathering(&world).await;
    let first = publish(&world).await;
    end_windows(&mut world).await;
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    let wait = After::TryAgain(Duration::from_mins(5));
    assert!(record(&world, &claimed, DeliveryResult::Refused, wait).await);
    publish(&world).await;
    publish(&world).await;
    end_windows(&mut world).await;
    let again = claim(&world, &[], LEASE).await.remove(0);
    assert_eq!((again.event_id, again.attempts), (first, 1));
}

#[annai_test]
async fn two_nodes_gather_once_and_a_test_is_sent_alone(connect: PgConnectOptions) {
    let mut world = World::with_connections(connect, 12).await;
    let endpoint = gathering(&world).await;
    for _ in 0..6 {
        publish(&world).await;
    }
    let mut tx = world.begin(&world.admin).await;
    let test = outbox::append_for(&mut tx, &Event::WebhookTest {}, endpoint).await;
    tx.commit().await.unwrap();
    let claimed = claim(&world, &[], LEASE).await.remove(0);
    assert_eq!(claimed.event_id, test.unwrap());
    assert!(record(&world, &claimed, DeliveryResult::Accepted, After::Delivered).await);

    end_windows(&mut world).await;
    let (first, second) = tokio::join!(claim(&world, &[], LEASE), claim(&world, &[], LEASE));
    let claimed = [first, second].concat();
    assert_eq!(claimed.len(), 1);
    assert_eq!(types(&claimed[0]).len(), 6);
}
