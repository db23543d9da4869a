#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod audit;
mod connections;
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
pub mod review_queue;
pub mod reviews;
pub mod revision_names;
pub mod revisions;
mod row;
pub mod schemas;
pub mod sessions;
pub mod sign_in_failures;
pub mod slugs;
mod start_lock;
pub mod threads;
mod time;
pub mod tokens;
mod transaction;
pub mod users;
pub mod webhook_deliveries;
pub mod webhook_endpoints;
pub mod working_copies;

pub use connections::{Connections, Hosts, HostsError, RoleMode, ServerReport, ServerState};
pub use database::{CONNECTION_WAIT, Database, DatabaseSettings, DeliveryDb, PoolUse, ReadDb};
pub use error::{Away, AwayState, Conflict, StorageError};
pub use listener::Listener;
pub use migrate::{MigrationError, PROGRAM, Steps};
pub use reads::Reads;
pub use start_lock::StartLock;
pub use transaction::WriteTx;

/// The migrations in `/migrations`, in order.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
