//! The schema keeps the invariants: one test per named rule, each on a fresh database.
//!
//! The tests use only the storage functions; none asks the domain whether something is allowed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod authority;
mod away;
mod closed_sets;
mod conflicts;
mod grants;
mod guide_list;
mod guide_list_pages;
mod immutability;
mod keys;
mod ledger;
mod limits;
mod migrating;
mod nodes;
mod pooler;
mod preview_links;
mod projection;
mod reads;
mod replica;
mod reviews;
mod revision_names;
mod revisions;
mod sessions;
mod slugs;
mod texts;
mod threads;
mod users;
mod webhooks;
mod world;
