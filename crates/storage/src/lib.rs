//! Postgres: every SQL statement of Annai and the migrations, embedded.
//!
//! A function here is one statement, checked against the schema when it is compiled, and speaks
//! domain types. Not found is `None`; a broken *named* rule of the schema is a [`Conflict`].
//! Writes take a [`WriteTx`], which can only be had with an actor and a clock and undoes
//! everything when it is dropped; reads take a [`ReadDb`].

pub mod audit;
pub mod comments;
pub mod contents;
mod database;
pub mod delivery;
mod error;
pub mod guide_list;
pub mod guides;
pub mod health;
pub mod history;
pub mod idempotency;
pub mod keys;
pub mod ledger;
pub mod published_versions;
pub mod reviews;
pub mod revisions;
pub mod schemas;
pub mod sessions;
pub mod slugs;
mod time;
pub mod tokens;
pub mod users;
pub mod working_copies;

pub use database::{Connections, Database, DatabaseSettings, DeliveryDb, ReadDb, WriteTx};
pub use error::{Conflict, StorageError};

/// The migrations in `/migrations`, in order.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
