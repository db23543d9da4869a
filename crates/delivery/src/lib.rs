#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod answer;
mod changes;
mod consumers;
mod cors;
mod cursor;
mod description;
mod documents;
mod export;
mod faces;
mod feeds;
mod guide;
mod list;
mod object;
mod openapi;
mod parameters;
mod preview;
mod redirects;
mod refs;
mod related;
mod representation;
mod router;
mod search;
mod site;
mod site_urls;
mod state;
mod taxonomy;
mod trouble;
mod view;
mod whole_site;
mod writing;

pub use consumers::{Consumers, RateLimits};
pub use faces::{Delivery, Faces};
pub use openapi::openapi;
pub use search::{FollowError, PublishedSearch};
pub use site::{Site, SiteFileError, SiteHealth};
pub use site_urls::{SiteUrls, SiteUrlsError};
pub use state::{DeliverySettings, DeliveryState};
