//! Workers that stop, are killed, or are several.

use std::time::Duration;

use annai_storage::webhook_deliveries::DeliveryState;
use annai_test_macros::annai_test;
use sqlx::postgres::PgConnectOptions;

use crate::receiver::{Behaviour, Receiver};
use crate::world::World;

async fn received(receiver: &Receiver, messages: usize) {
    for _ in 0..500 {
        if receiver.messages().len() >= messages {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("only {} messages arrived", receiver.messages().len());
}

#[annai_test]
async fn a_worker_that_is_killed_in_the_middle_loses_nothing(connect: PgConnectOptions) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Hang).await;
    let endpoint = world.endpoint(&receiver.url).await;
    let event_id = world.tell().await;
    let worker = world.work();
    received(&receiver, 1).await;

    drop(worker);

    let left = &world.log(endpoint).await[0];
    assert_eq!((left.state, left.attempts), (DeliveryState::Pending, 0));
    receiver.behave(Behaviour::Answer(200, ""));
    assert!(world.claim().await.is_empty(), "the lease holds");
    world.let_time_pass().await;
    let _heir = world.work();
    let delivery = world.attempted(endpoint, 1).await;
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(receiver.messages()[1].id(), event_id.to_string());
}

#[annai_test]
async fn a_worker_that_is_asked_to_stop_finishes_what_it_has_begun_and_nothing_else(
    connect: PgConnectOptions,
) {
    let world = World::new(connect);
    let receiver = Receiver::start(Behaviour::Hang).await;
    let endpoint = world.endpoint(&receiver.url).await;
    let worker = world.work();
    world.tell().await;
    received(&receiver, 1).await;
    let stopping = tokio::spawn(worker.stop());
    // Now the node has noticed the stop.
    tokio::task::yield_now().await;
    world.tell().await;
    stopping.await.unwrap();
    let log = world.log(endpoint).await;
    assert_eq!((log[1].attempts, log[0].attempts), (1, 0));
}

#[annai_test]
async fn several_workers_send_every_event_once(connect: PgConnectOptions) {
    let world = World::new(connect);
    let receivers = [
        Receiver::start(Behaviour::Answer(200, "")).await,
        Receiver::start(Behaviour::Answer(200, "")).await,
    ];
    for receiver in &receivers {
        world.endpoint(&receiver.url).await;
    }
    let workers = [world.work(), world.work(), world.work()];
    let mut sent = Vec::new();
    for _ in 0..20 {
        sent.push(world.tell().await.to_string());
    }
    sent.sort();
    for receiver in &receivers {
        received(receiver, 20).await;
    }
    for worker in workers {
        worker.stop().await;
    }
    assert!(world.claim().await.is_empty(), "nothing is left to send");
    for receiver in &receivers {
        let messages = receiver.messages();
        let mut ids: Vec<_> = messages.iter().map(|m| m.id().to_owned()).collect();
        ids.sort();
        assert_eq!(ids, sent);
    }
}
