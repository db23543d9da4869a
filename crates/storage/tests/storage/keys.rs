//! Keys as delivery recognises them, and the record of their last use.

use std::time::Duration;

use annai_domain::{Actor, ApiKeyId};
use annai_storage::delivery::find_key;
use annai_storage::keys::{self, KeyScope, NewKeyRow};
use annai_test_macros::annai_test;
use jiff::Timestamp;
use sqlx::postgres::PgConnectOptions;

use crate::world::World;

/// Adds a key whose hash repeats that number thirty-two times.
async fn add(world: &World, number: u8, expires_at: Option<Timestamp>) -> ApiKeyId {
    let api_key_id = ApiKeyId::new();
    let mut tx = world.db.begin(Actor::operator()).await.unwrap();
    let row = NewKeyRow {
        api_key_id,
        name: "site",
        scope: KeyScope::Preview,
        key_hash: &[number; 32],
        hint: "annai_p_",
        expires_at,
    };
    keys::insert(&mut tx, row).await.unwrap();
    tx.commit().await.unwrap();
    api_key_id
}

async fn last_used(world: &World) -> Vec<Option<Timestamp>> {
    let list = keys::list(&world.db.reader()).await.unwrap();
    list.into_iter().map(|key| key.last_used_at).collect()
}

#[annai_test]
async fn delivery_learns_a_keys_id_scope_and_how_long_it_lives(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let lasting = add(&world, 1, None).await;
    // The database's clock decides, not ours.
    let in_a_century = "2126-01-01T00:00:00Z".parse().unwrap();
    let ending = add(&world, 2, Some(in_a_century)).await;
    let over = "2020-01-01T00:00:00Z".parse().unwrap();
    add(&world, 3, Some(over)).await;
    let delivery = world.db.delivery();

    let found = find_key(&delivery, &[1; 32]).await.unwrap().unwrap();
    assert_eq!(
        (found.api_key_id, found.scope, found.remaining),
        (lasting, KeyScope::Preview, None)
    );
    let found = find_key(&delivery, &[2; 32]).await.unwrap().unwrap();
    assert_eq!(found.api_key_id, ending);
    assert!(found.remaining.unwrap() > Duration::from_hours(24 * 365));
    assert_eq!(find_key(&delivery, &[3; 32]).await.unwrap(), None);
    assert_eq!(find_key(&delivery, &[9; 32]).await.unwrap(), None);

    let mut tx = world.db.begin(Actor::operator()).await.unwrap();
    assert_eq!(keys::revoke(&mut tx, lasting).await.unwrap(), Some(true));
    tx.commit().await.unwrap();
    assert_eq!(find_key(&delivery, &[1; 32]).await.unwrap(), None);
}

#[annai_test]
async fn the_last_use_is_noted_and_never_goes_back(connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let key = add(&world, 1, None).await;
    let other = add(&world, 2, None).await;
    let (minute, hour) = (Duration::from_mins(1), Duration::from_hours(1));

    // A key that is gone or never existed must not prevent the update of the others.
    let uses = [(key, minute), (ApiKeyId::new(), minute)];
    keys::note_uses(&world.db, &uses).await.unwrap();
    let noted = last_used(&world).await;
    keys::note_uses(&world.db, &[(key, hour), (other, hour)])
        .await
        .unwrap();

    let later = last_used(&world).await;
    assert_eq!(later[1], noted[1], "newest first: the first key is last");
    let (first, second) = (later[1].unwrap(), later[0].unwrap());
    let apart = first.duration_since(second);
    assert!(apart >= jiff::SignedDuration::from_mins(58), "{apart}");
}
