//! The delivery API over HTTP, against a fresh database per test.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests write as the owner, like publishing"
)]

mod busy;
mod changes;
mod conditions;
mod database_away;
mod described;
mod documents;
mod drafts;
mod encodings;
mod export;
mod feeds;
mod keys;
mod leading;
mod limits;
mod lists;
mod memory;
mod one_guide;
mod parameters;
mod refs;
mod related;
mod search;
mod time_travel;
mod whole_site;
mod world;
