//! Tests over HTTP: the whole router, a real and fresh database per test, no socket.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod authorisation;
mod bad_input;
mod change_feed;
mod concurrency;
mod csrf;
mod database_away;
mod desk_lists;
mod document;
mod editors_pages;
mod files;
mod idempotency;
mod judged_search;
mod links;
mod operator;
mod other_schemas;
mod pages;
mod preconditions;
mod presence;
mod preview_links;
mod preview_pages;
mod previews;
mod saving;
mod search;
mod session_death;
mod sign_in;
mod slugs;
mod suggestions;
mod surrogate_keys;
mod threads;
mod webhooks;
mod workflow;
