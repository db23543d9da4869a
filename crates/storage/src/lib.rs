#![doc = include_str!("../README.md")]

pub mod audit;
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
pub mod latest_texts;
pub mod ledger;
mod listener;
mod migrate;
pub mod nodes;
pub mod outbox;
pub mod preview_links;
pub mod published_versions;
mod reads;
pub mod references;
pub mod reviews;
pub mod revision_names;
pub mod revisions;
mod row;
pub mod schemas;
pub mod sessions;
pub mod slugs;
mod start_lock;
pub mod threads;
mod time;
pub mod tokens;
pub mod users;
pub mod webhook_deliveries;
pub mod webhook_endpoints;
pub mod working_copies;

pub use database::{
    CONNECTION_WAIT, Connections, Database, DatabaseSettings, DeliveryDb, PoolUse, ReadDb, WriteTx,
};
pub use error::{Conflict, StorageError};
pub use listener::Listener;
pub use migrate::{MigrationError, PROGRAM, Steps};
pub use reads::Reads;
pub use start_lock::StartLock;

/// The migrations in `/migrations`, in order.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
