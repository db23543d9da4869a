//! Verbs beside a running server, and without one.

use crate::home::{Home, ask, is_alive, run};

#[tokio::test]
async fn a_guest_uses_the_owners_server_and_leaves_it_running() {
    let home = Home::new();
    let owner = home.start().await;
    run(
        owner.url(),
        "CREATE TABLE kept AS SELECT 'a word'::text AS word",
    )
    .await;
    let pid = home.server_pid().unwrap();

    let guest = home.join().await;

    assert!(!guest.owns());
    assert_eq!(ask(guest.url(), "SELECT word FROM kept").await, "a word");
    guest.stop().await.unwrap();
    assert!(is_alive(pid));
    owner.stop().await.unwrap();
}

#[tokio::test]
async fn the_last_guest_to_leave_stops_a_server_that_a_guest_started() {
    let home = Home::new();
    let first = home.join().await;
    let second = home.join().await;
    let pid = home.server_pid().unwrap();

    first.stop().await.unwrap();
    assert!(is_alive(pid));
    assert_eq!(ask(second.url(), "SELECT 'still here'").await, "still here");

    second.stop().await.unwrap();
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn an_owner_adopts_a_server_that_a_guest_started() {
    let home = Home::new();
    let guest = home.join().await;
    let pid = home.server_pid().unwrap();

    let owner = home.start().await;

    assert_eq!(home.server_pid(), Some(pid));
    guest.stop().await.unwrap();
    assert!(is_alive(pid));
    assert_eq!(ask(owner.url(), "SELECT 'still here'").await, "still here");
    owner.stop().await.unwrap();
    assert!(!is_alive(pid));
}
