#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "everything here runs inside a test, which fails by panicking"
)]

mod fresh;
mod ground;

use std::borrow::Borrow;
use std::time::Duration;

use annai_domain::{Actor, Clock, Locale, Role, RoleSet, UserId};
use annai_storage::users::{self, NewUserRow};
use annai_storage::{Database, DatabaseSettings};
use jiff::Timestamp;
use sqlx::postgres::PgConnectOptions;

pub use fresh::{Start, run};
pub use ground::Ground;

/// The longest wait for a connection. A machine that compiles beside the tests may be slow.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// Returns the instant at which the tests happen.
#[must_use]
pub fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

/// Opens a database as the program does, with its own clock.
#[must_use]
pub fn database(
    connect: impl Borrow<PgConnectOptions>,
    max_connections: u32,
    clock: Clock,
) -> Database {
    Database::new(&DatabaseSettings {
        connect: connect.borrow().clone().into(),
        delivery_connect: None,
        roles: annai_storage::RoleMode::Set,
        max_connections,
        connection_wait: CONNECTION_WAIT,
        clock,
    })
}

/// Adds people with their names and roles. Their addresses are `{name}@example.jp`.
pub async fn add_people<const N: usize>(db: &Database, people: [(&str, &[Role]); N]) -> [Actor; N] {
    let mut tx = db.begin(Actor::operator()).await.unwrap();
    let mut actors = Vec::new();
    for (name, roles) in people {
        let actor = Actor::new(UserId::new(), RoleSet::new(roles.iter().copied()));
        let row = NewUserRow {
            user_id: actor.user_id,
            email: &format!("{name}@example.jp").parse().unwrap(),
            display_name: name,
            roles: actor.roles(),
            locale: Locale::Ja,
            password_hash: Some("$argon2id$"),
        };
        users::insert(&mut tx, row).await.unwrap();
        actors.push(actor);
    }
    tx.commit().await.unwrap();
    actors.try_into().unwrap()
}
