#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod answer;
mod consumers;
mod cors;
mod cursor;
mod description;
mod documents;
mod guide;
mod guide_file;
mod list;
mod object;
mod openapi;
mod parameters;
mod preview;
mod refs;
mod representation;
mod router;
mod search;
mod site;
mod state;
mod trouble;
mod view;

pub use consumers::{Consumers, RateLimits};
pub use openapi::openapi;
pub use router::router;
pub use search::{FollowError, PublishedSearch};
pub use site::{Site, SiteFileError, SiteHealth};
pub use state::{DeliverySettings, DeliveryState};
