#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod answer;
mod answered;
mod changes;
mod consumers;
mod cors;
mod cursor;
mod description;
mod documents;
mod error;
mod export;
mod feeds;
mod forms;
mod guide;
mod guide_page;
mod header_values;
mod index;
mod list;
mod page_limit;
mod parameters;
mod preview;
mod redirects;
mod refs;
mod related;
mod representation;
mod router;
mod search;
mod service;
mod settings;
mod site;
mod site_urls;
mod state;
mod taxonomy;
mod view;
mod whole_site;
mod writing;

pub use consumers::{Consumers, RateLimits};
pub use description::openapi;
pub use search::{FollowError, PublishedSearch};
pub use service::{Delivery, Service};
pub use settings::DeliverySettings;
pub use site::{Site, SiteFileError, SiteHealth};
pub use site_urls::SiteUrls;
pub use state::DeliveryState;
