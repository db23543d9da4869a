#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod answer;
mod consumer;
mod cors;
mod cursor;
mod documents;
mod guide;
mod guide_file;
mod list;
mod object;
mod openapi;
mod parameters;
mod refs;
mod representation;
mod router;
mod search;
mod snapshot;
mod state;
mod trouble;

pub use openapi::openapi;
pub use router::router;
pub use search::{FollowError, PublishedSearch};
pub use state::{DeliverySettings, DeliveryState};
