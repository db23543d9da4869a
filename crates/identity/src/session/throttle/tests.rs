use super::*;

const START: &str = "2026-11-23T00:00:00Z";

fn at(seconds: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

fn throttle() -> SignInThrottle {
    SignInThrottle::new([7; 32])
}

#[test]
fn an_attempt_that_is_given_back_counts_against_nobody() {
    let throttle = throttle();
    let office = Some("198.51.100.7".parse().unwrap());
    for _ in 0..25 {
        throttle.admit(at(0), "hana@example.jp", office).unwrap();
        throttle.give_back("hana@example.jp", office);
    }
    // Failures from before stay.
    for _ in 0..5 {
        throttle.admit(at(0), "hana@example.jp", office).unwrap();
    }
    throttle.give_back("hana@example.jp", office);
    throttle.admit(at(0), "hana@example.jp", office).unwrap();
    assert!(throttle.admit(at(0), "hana@example.jp", office).is_err());
}

#[test]
fn five_failures_are_free_then_the_wait_doubles_up_to_fifteen_minutes() {
    let throttle = throttle();
    let mut now = 0;
    for _ in 0..5 {
        throttle.admit(at(now), "hana@example.jp", None).unwrap();
    }
    let mut waits = Vec::new();
    for _ in 0..12 {
        let wait = throttle
            .admit(at(now), "hana@example.jp", None)
            .unwrap_err();
        waits.push(wait.seconds);
        now += i64::from(wait.seconds);
        throttle.admit(at(now), "hana@example.jp", None).unwrap();
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
}

#[test]
fn a_refused_attempt_does_not_lengthen_the_wait() {
    let throttle = throttle();
    for _ in 0..5 {
        throttle.admit(at(0), "hana@example.jp", None).unwrap();
    }
    for _ in 0..100 {
        assert_eq!(
            throttle.admit(at(0), "hana@example.jp", None),
            Err(Wait { seconds: 1 })
        );
    }
    assert_eq!(throttle.admit(at(1), "hana@example.jp", None), Ok(()));
}

#[test]
fn success_starts_the_account_afresh_and_gives_the_network_its_attempt_back() {
    let throttle = throttle();
    let office = Some("192.0.2.1".parse().unwrap());
    for _ in 0..100 {
        throttle.admit(at(0), "hana@example.jp", office).unwrap();
        throttle.succeeded("hana@example.jp", office);
    }
}

#[test]
fn spelling_an_address_otherwise_is_the_same_account() {
    let throttle = throttle();
    for _ in 0..5 {
        throttle.admit(at(0), "hana@example.jp", None).unwrap();
    }
    assert!(throttle.admit(at(0), " HANA@example.JP ", None).is_err());
    assert!(throttle.admit(at(0), "taro@example.jp", None).is_ok());
}

#[test]
fn one_network_has_twenty_failures_in_five_minutes_whatever_the_accounts() {
    let throttle = throttle();
    for host in 0..20 {
        let address = format!("2001:db8::{host:x}").parse().unwrap();
        throttle
            .admit(at(0), &format!("{host}@example.jp"), Some(address))
            .unwrap();
    }
    let near = Some("2001:db8::ffff:1".parse().unwrap());
    let far = Some("2001:db8:0:1::1".parse().unwrap());
    assert_eq!(
        throttle.admit(at(60), "new@example.jp", near),
        Err(Wait { seconds: 240 })
    );
    assert!(throttle.admit(at(60), "new@example.jp", far).is_ok());
    assert!(throttle.admit(at(300), "new@example.jp", near).is_ok());
}

#[test]
fn memory_does_not_grow_with_what_callers_type() {
    let throttle = throttle();
    for number in 0..200_000 {
        let _ = throttle.admit(at(0), &format!("{number}@example.jp"), None);
    }
    let counts = throttle.counts.lock().unwrap();
    assert!(counts.accounts.len() <= 65_536, "{}", counts.accounts.len());
}
