use annai_domain::{Actor, Clock, Role};
use annai_test_macros::annai_test;
use annai_test_world::{add_people, database};
use jiff::SignedDuration;
use sqlx::postgres::PgConnectOptions;

use super::*;

const START: &str = "2026-11-23T00:00:00Z";
const HANA: &str = "hana@example.jp";

fn at(seconds: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

/// Returns the throttle of one more node.
fn throttle(connect: &PgConnectOptions) -> SignInThrottle {
    SignInThrottle::new(database(connect, 4, Clock::default()))
}

fn from(address: &str) -> Client {
    Client {
        address: Some(address.parse().unwrap()),
        ..Client::default()
    }
}

/// Adds a person with the address `{name}@example.jp`.
async fn add(throttle: &SignInThrottle, name: &str) -> User {
    let [actor] = add_people(&throttle.database, [(name, &[Role::Editor])]).await;
    let user = users::find(&throttle.database.reader(), actor.user_id).await;
    user.unwrap().unwrap()
}

/// Returns a browser in which `user` has just signed in.
async fn known_browser(throttle: &SignInThrottle, user: &User, address: &str) -> Client {
    let client = from(address);
    throttle.remember(at(0), user, &client).await.unwrap();
    Client {
        browser: client.browser.again(),
        ..client
    }
}

/// Tries a wrong password. Returns the wait of an attempt that was not admitted.
async fn fail(
    throttle: &SignInThrottle,
    seconds: i64,
    account: &str,
    client: &Client,
) -> Option<u32> {
    match throttle.admit(at(seconds), account, client).await {
        Ok(_) => None,
        Err(NotAdmitted::Wait(wait)) => Some(wait.seconds),
        Err(NotAdmitted::Storage(error)) => panic!("{error}"),
    }
}

#[annai_test]
async fn an_attempt_that_is_given_back_counts_against_nobody(connect: PgConnectOptions) {
    let (throttle, office) = (throttle(&connect), from("198.51.100.7"));
    for _ in 0..25 {
        let attempt = throttle.admit(at(0), HANA, &office).await.unwrap();
        attempt.give_back().await;
    }
    // Failures from before stay.
    for _ in 0..4 {
        assert_eq!(fail(&throttle, 0, HANA, &office).await, None);
    }
    let attempt = throttle.admit(at(0), HANA, &office).await.unwrap();
    attempt.give_back().await;
    assert_eq!(fail(&throttle, 0, HANA, &office).await, None);
    assert_eq!(fail(&throttle, 0, HANA, &office).await, Some(1));
}

#[annai_test]
async fn an_attempt_that_an_outage_ended_is_given_back_when_the_database_answers(
    connect: PgConnectOptions,
) {
    let (one, client) = (throttle(&connect), Client::default());
    let mut attempts = Vec::new();
    for _ in 0..5 {
        attempts.push(one.admit(at(0), HANA, &client).await.unwrap());
    }
    assert_eq!(fail(&one, 0, HANA, &client).await, Some(1));
    // The node loses its database in the middle of the attempts.
    let away = SignInThrottle {
        database: database(connect.clone().port(1), 1, Clock::default()),
        ..one.clone()
    };
    for attempt in attempts {
        let counters = attempt.counters;
        let attempt = Attempt {
            throttle: &away,
            counters,
        };
        attempt.give_back().await;
    }
    for _ in 0..5 {
        assert_eq!(fail(&one, 0, HANA, &client).await, None);
    }
    assert_eq!(fail(&one, 0, HANA, &client).await, Some(1));
}

#[annai_test]
async fn five_failures_are_free_then_the_wait_doubles_up_to_fifteen_minutes(
    connect: PgConnectOptions,
) {
    let (throttle, client) = (throttle(&connect), Client::default());
    let mut now = 0;
    for _ in 0..5 {
        assert_eq!(fail(&throttle, now, HANA, &client).await, None);
    }
    let mut waits = Vec::new();
    for _ in 0..12 {
        let wait = fail(&throttle, now, HANA, &client).await.unwrap();
        waits.push(wait);
        now += i64::from(wait);
        assert_eq!(fail(&throttle, now, HANA, &client).await, None);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    // Half an hour without a failure forgets them all.
    now += 30 * 60;
    for _ in 0..5 {
        assert_eq!(fail(&throttle, now, HANA, &client).await, None);
    }
    assert_eq!(fail(&throttle, now, HANA, &client).await, Some(1));
}

#[annai_test]
async fn a_refused_attempt_does_not_lengthen_the_wait(connect: PgConnectOptions) {
    let (throttle, client) = (throttle(&connect), Client::default());
    for _ in 0..5 {
        assert_eq!(fail(&throttle, 0, HANA, &client).await, None);
    }
    for _ in 0..100 {
        assert_eq!(fail(&throttle, 0, HANA, &client).await, Some(1));
    }
    assert_eq!(fail(&throttle, 1, HANA, &client).await, None);
}

#[annai_test]
async fn success_starts_the_account_afresh_and_gives_the_network_its_attempt_back(
    connect: PgConnectOptions,
) {
    let (throttle, office) = (throttle(&connect), from("192.0.2.1"));
    for _ in 0..4 {
        assert_eq!(fail(&throttle, 0, HANA, &office).await, None);
    }
    for _ in 0..100 {
        let attempt = throttle.admit(at(0), HANA, &office).await.unwrap();
        attempt.succeeded().await.unwrap();
    }
    for _ in 0..5 {
        assert_eq!(fail(&throttle, 0, HANA, &office).await, None);
    }
}

#[annai_test]
async fn spelling_an_address_otherwise_is_the_same_account(connect: PgConnectOptions) {
    let (throttle, client) = (throttle(&connect), Client::default());
    for _ in 0..5 {
        assert_eq!(fail(&throttle, 0, HANA, &client).await, None);
    }
    assert_eq!(
        fail(&throttle, 0, " HANA@example.JP ", &client).await,
        Some(1)
    );
    assert_eq!(fail(&throttle, 0, "taro@example.jp", &client).await, None);
}

#[annai_test]
async fn one_network_has_twenty_failures_in_five_minutes_whatever_the_accounts(
    connect: PgConnectOptions,
) {
    let throttle = throttle(&connect);
    for host in 0..20 {
        let client = from(&format!("2001:db8::{host:x}"));
        let account = format!("{host}@example.jp");
        assert_eq!(fail(&throttle, host, &account, &client).await, None);
    }
    let (near, far) = (from("2001:db8::ffff:1"), from("2001:db8:0:1::1"));
    assert_eq!(
        fail(&throttle, 60, "new@example.jp", &near).await,
        Some(240)
    );
    assert_eq!(fail(&throttle, 60, "new@example.jp", &far).await, None);
    assert_eq!(fail(&throttle, 300, "new@example.jp", &near).await, None);
}

#[annai_test]
async fn the_table_does_not_grow_with_what_callers_type(connect: PgConnectOptions) {
    let (throttle, client) = (throttle(&connect), Client::default());
    let secret = throttle.secret().await.unwrap().clone();
    // An account is two bytes, whatever was typed, and the schema takes no more.
    for number in 0..20 {
        let account = format!("{number}{}@example.jp", "x".repeat(number * 10));
        let attempt = throttle.admit(at(0), &account, &client).await.unwrap();
        assert_eq!(attempt.counters.subject.len(), 2);
        assert_eq!(attempt.counters.kind, FailureKind::Account);
    }
    let longer = FailureCounters {
        kind: FailureKind::Account,
        subject: secret.hash(Purpose::Account, &[HANA])[..8].to_vec(),
        wider: None,
    };
    let refused = sign_in_failures::admit(&throttle.database, &longer, at(0)).await;
    assert!(refused.is_err());
    let swept = sign_in_failures::sweep(&throttle.database, at(0)).await;
    assert!((1..=20).contains(&swept.unwrap()));
}

#[annai_test]
async fn nodes_count_together_and_a_restart_forgets_nothing(connect: PgConnectOptions) {
    let (one, other) = (throttle(&connect), throttle(&connect));
    let office = from("192.0.2.1");
    for node in [&one, &other, &one, &other, &one] {
        assert_eq!(fail(node, 0, HANA, &office).await, None);
    }
    for node in [&one, &other, &throttle(&connect)] {
        assert_eq!(fail(node, 0, HANA, &office).await, Some(1));
    }
}

#[annai_test]
async fn attempts_at_the_same_moment_cannot_pass_together(connect: PgConnectOptions) {
    let nodes = [throttle(&connect), throttle(&connect)];
    let mut attempts = tokio::task::JoinSet::new();
    for number in 0..20 {
        let node = nodes[number % 2].clone();
        attempts.spawn(async move { fail(&node, 0, HANA, &from("192.0.2.1")).await });
    }
    let admitted = attempts
        .join_all()
        .await
        .into_iter()
        .filter(Option::is_none);
    assert_eq!(admitted.count(), 5);
}

#[annai_test]
async fn failures_of_strangers_hold_up_neither_a_known_browser_nor_a_session(
    connect: PgConnectOptions,
) {
    let (throttle, office) = (throttle(&connect), from("192.0.2.1"));
    let hana = add(&throttle, "hana").await;
    let known = known_browser(&throttle, &hana, "192.0.2.1").await;
    // Strangers use up what the account and its whole network have.
    for number in 0..20 {
        fail(&throttle, 0, &format!("{}@example.jp", number % 4), &office).await;
    }
    for _ in 0..5 {
        fail(&throttle, 0, HANA, &from("198.51.100.7")).await;
    }
    assert_eq!(
        fail(&throttle, 0, HANA, &from("203.0.113.9")).await,
        Some(1)
    );

    for _ in 0..10 {
        let attempt = throttle.admit(at(0), HANA, &known).await.unwrap();
        attempt.succeeded().await.unwrap();
        let attempt = throttle.admit_again(at(0), &[1; 32]).await.unwrap();
        attempt.succeeded().await.unwrap();
    }
    // Its success says nothing about the strangers.
    assert_eq!(
        fail(&throttle, 0, HANA, &from("203.0.113.9")).await,
        Some(1)
    );

    // Its own failures hold it up like anybody, and only it.
    for _ in 0..5 {
        assert_eq!(fail(&throttle, 0, HANA, &known).await, None);
    }
    assert_eq!(fail(&throttle, 0, HANA, &known).await, Some(1));
    for _ in 0..5 {
        drop(throttle.admit_again(at(0), &[1; 32]).await.unwrap());
    }
    assert!(throttle.admit_again(at(0), &[1; 32]).await.is_err());
    assert!(throttle.admit_again(at(0), &[2; 32]).await.is_ok());
    // For another account the browser is a stranger, and its network is held up.
    assert_eq!(
        fail(&throttle, 0, "taro@example.jp", &known).await,
        Some(300)
    );
}

#[annai_test]
async fn a_new_password_makes_every_known_browser_a_stranger(connect: PgConnectOptions) {
    let throttle = throttle(&connect);
    let hana = add(&throttle, "hana").await;
    let stolen = known_browser(&throttle, &hana, "192.0.2.1").await;
    for _ in 0..5 {
        fail(&throttle, 0, HANA, &from("198.51.100.7")).await;
    }
    assert_eq!(fail(&throttle, 0, HANA, &stolen).await, None);

    let db = &throttle.database;
    let mut tx = db.begin(Actor::operator()).await.unwrap();
    users::set_password(&mut tx, hana.user_id, "$new$")
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(fail(&throttle, 0, HANA, &stolen).await, Some(1));
    let hana = users::find(&db.reader(), hana.user_id).await;
    let again = known_browser(&throttle, &hana.unwrap().unwrap(), "192.0.2.1").await;
    assert_eq!(fail(&throttle, 0, HANA, &again).await, None);
}

#[annai_test]
async fn all_known_browsers_of_a_person_have_thirty_failures_in_fifteen_minutes(
    connect: PgConnectOptions,
) {
    let throttle = throttle(&connect);
    let (hana, taro) = (add(&throttle, "hana").await, add(&throttle, "taro").await);
    let mut browsers = Vec::new();
    for _ in 0..7 {
        browsers.push(known_browser(&throttle, &hana, "192.0.2.1").await);
    }
    // A success uses nothing up, on any number of machines.
    for browser in browsers.iter().cycle().take(50) {
        let attempt = throttle.admit(at(0), HANA, browser).await.unwrap();
        attempt.succeeded().await.unwrap();
    }
    for (number, browser) in browsers[..6].iter().enumerate() {
        for _ in 0..5 {
            assert_eq!(fail(&throttle, 60, HANA, browser).await, None, "{number}");
        }
    }
    assert_eq!(fail(&throttle, 61, HANA, &browsers[6]).await, Some(899));
    let attempt = throttle.admit(at(61), HANA, &browsers[6]).await;
    assert!(attempt.is_err(), "the right password waits as well");

    let of_taro = known_browser(&throttle, &taro, "192.0.2.1").await;
    let other = fail(&throttle, 61, "taro@example.jp", &of_taro).await;
    assert_eq!(other, None);
    let stranger = fail(&throttle, 61, HANA, &from("203.0.113.9")).await;
    assert_eq!(stranger, None, "strangers have a counter of their own");
    let later = fail(&throttle, 60 + 15 * 60, HANA, &browsers[6]).await;
    assert_eq!(later, None);
}
