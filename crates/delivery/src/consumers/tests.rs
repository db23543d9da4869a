use std::sync::Arc;
use std::time::{Duration, Instant};

use annai_domain::{ApiKeyId, Clock};
use annai_storage::Database;
use annai_storage::delivery::LivingKey;
use annai_storage::keys::KeyScope;
use annai_test_macros::annai_test;
use annai_test_world::database;
use rstest::rstest;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use super::keys::{Keys, LookupError, Memory};
use super::known::{Entry, Lifetimes, Standing};

const HASH: [u8; 32] = [7; 32];

fn key(remaining: Option<u64>) -> LivingKey {
    LivingKey {
        api_key_id: ApiKeyId::new(),
        scope: KeyScope::Reader,
        remaining: remaining.map(Duration::from_secs),
    }
}

/// Compares the standing of a lookup after some seconds with the expected one.
#[rstest]
#[case::just_asked(Some(key(None)), 4, Standing::Fresh)]
#[case::asked_again_meanwhile(Some(key(None)), 9, Standing::Ageing)]
#[case::revoked_by_now(Some(key(None)), 10, Standing::Doubtful)]
#[case::database_away_for_an_hour(Some(key(None)), 3599, Standing::Doubtful)]
#[case::and_longer(Some(key(None)), 3600, Standing::Past)]
#[case::over(Some(key(Some(3))), 3, Standing::Past)]
#[case::not_yet_over(Some(key(Some(3))), 2, Standing::Fresh)]
#[case::a_wrong_one(None, 4, Standing::Fresh)]
#[case::made_by_now(None, 10, Standing::Past)]
fn what_the_database_said_holds_for_a_while(
    #[case] said: Option<LivingKey>,
    #[case] seconds: u64,
    #[case] expected: Standing,
) {
    let asked = Instant::now();
    let entry = Entry::new(said, asked, None, None);
    let now = asked + Duration::from_secs(seconds);
    assert_eq!(entry.standing(now, Lifetimes::STANDARD), expected);
}

const LIFETIMES: Lifetimes = Lifetimes::STANDARD;

async fn world(connect: PgConnectOptions) -> (Keys, PgPool, Database) {
    let owner = PgPool::connect_with(connect.clone()).await.unwrap();
    let database = database(&connect, 4, Clock::System);
    let keys = Keys::new(database.delivery(), None);
    (keys, owner, database)
}

async fn run(owner: &PgPool, statement: &'static str) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test writes as the owner, like a command"
    )]
    sqlx::query(statement)
        .bind(&HASH[..])
        .execute(owner)
        .await
        .unwrap();
}

const MAKE: &str =
    "INSERT INTO api_keys (api_key_id, name, scope, key_hash, hint, created_by, created_at)
     SELECT gen_random_uuid(), 'site', 'reader', $1, '…', user_id, now() FROM users LIMIT 1";
const REVOKE: &str = "UPDATE api_keys SET revoked_at = now() WHERE key_hash = $1";

async fn opens(keys: &Keys) -> bool {
    let memory = match keys.recall(&HASH) {
        Memory::Nothing => keys.look_up(&HASH).await.unwrap(),
        memory => memory,
    };
    matches!(memory, Memory::Key(_))
}

#[annai_test]
async fn a_revoked_key_dies_although_it_is_used_all_the_time(connect: PgConnectOptions) {
    let (keys, owner, _database) = world(connect).await;
    run(&owner, MAKE).await;
    assert!(opens(&keys).await);
    assert!(matches!(keys.recall(&HASH), Memory::Key(_)), "remembered");

    run(&owner, REVOKE).await;
    keys.age(&HASH, LIFETIMES.valid / 2);
    assert!(opens(&keys).await, "this use does not renew it");
    keys.age(&HASH, LIFETIMES.valid / 2);
    assert!(!opens(&keys).await, "a request waits for the lookup");
    assert!(matches!(keys.recall(&HASH), Memory::NoKey), "remembered");
}

#[annai_test]
async fn a_revoked_key_that_ages_is_looked_up_behind_its_requests(connect: PgConnectOptions) {
    let (keys, owner, _database) = world(connect).await;
    run(&owner, MAKE).await;
    assert!(opens(&keys).await);
    run(&owner, REVOKE).await;

    keys.age(&HASH, LIFETIMES.fresh);
    assert!(matches!(keys.recall(&HASH), Memory::Key(_)), "no wait");

    let began = Instant::now();
    while !matches!(keys.recall(&HASH), Memory::NoKey) {
        assert!(began.elapsed() < LIFETIMES.fresh, "it lives on");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[annai_test]
async fn a_key_that_was_tried_too_early_opens_a_little_later(connect: PgConnectOptions) {
    let (keys, owner, _database) = world(connect).await;
    assert!(!opens(&keys).await);
    run(&owner, MAKE).await;
    assert!(matches!(keys.recall(&HASH), Memory::NoKey), "remembered");
    keys.age(&HASH, LIFETIMES.valid);
    assert!(opens(&keys).await);
}

#[annai_test]
async fn uses_are_taken_once(connect: PgConnectOptions) {
    let (keys, owner, _database) = world(connect).await;
    run(&owner, MAKE).await;
    let began = Instant::now();
    assert!(opens(&keys).await && opens(&keys).await);

    let uses = keys.take_uses();
    assert_eq!(uses.len(), 1);
    assert!(uses[0].1 + Duration::from_millis(1) >= began && uses[0].1 <= Instant::now());
    assert!(keys.take_uses().is_empty());
    assert!(opens(&keys).await);
    assert_eq!(keys.take_uses().len(), 1);
}

#[annai_test]
async fn while_the_database_is_away_a_known_key_opens_for_a_while(connect: PgConnectOptions) {
    let (keys, owner, database) = world(connect).await;
    run(&owner, MAKE).await;
    assert!(opens(&keys).await);
    database.close().await;

    keys.age(&HASH, LIFETIMES.valid);
    assert!(opens(&keys).await, "the lookup failed");
    for _ in 0..3 {
        let at_once = matches!(keys.recall(&HASH), Memory::Key(_));
        assert!(
            at_once,
            "nobody waits for a database that is known to be away"
        );
        keys.age(&HASH, LIFETIMES.away / 4);
    }
    assert!(opens(&keys).await);
    keys.age(&HASH, LIFETIMES.away / 4);
    let late = keys.look_up(&HASH).await;
    assert!(matches!(late, Err(LookupError::Storage(_))), "{late:?}");
    let unknown = keys.look_up(&[8; 32]).await;
    assert!(
        matches!(unknown, Err(LookupError::Storage(_))),
        "{unknown:?}"
    );
}

#[annai_test]
async fn a_key_that_ages_while_the_database_is_away_does_not_ask_before_the_pause_is_over(
    connect: PgConnectOptions,
) {
    let (keys, owner, _database) = world(connect).await;
    run(&owner, MAKE).await;
    assert!(opens(&keys).await);
    // A lookup would find the revocation.
    run(&owner, REVOKE).await;

    keys.note_away();
    for age in [LIFETIMES.fresh, LIFETIMES.valid] {
        keys.age(&HASH, age);
        assert!(matches!(keys.recall(&HASH), Memory::Key(_)), "it asked");
        assert!(keys.entry(&HASH).unwrap().claim(), "it asks");
        keys.entry(&HASH).unwrap().release();
    }
}

#[tokio::test]
async fn wrong_keys_are_forgotten_before_memory_grows() {
    // No lookup may reach this database.
    let nowhere = PgConnectOptions::new_without_pgpass().port(1);
    let database = database(&nowhere, 2, Clock::System);
    let keys = Keys::new(database.delivery(), None);
    let hash = |number: u32| {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&number.to_be_bytes());
        hash
    };
    let now = Instant::now();
    keys.remember(HASH, Arc::new(Entry::new(Some(key(None)), now, None, None)));
    for number in 0..25_000 {
        keys.remember(hash(number), Arc::new(Entry::new(None, now, None, None)));
    }
    assert!(keys.len() <= 10_000, "{}", keys.len());
    assert!(
        matches!(keys.recall(&HASH), Memory::Key(_)),
        "the right one stays"
    );
}
