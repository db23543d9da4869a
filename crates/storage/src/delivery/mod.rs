//! Reads as delivery: what is published, at any ref, and nothing else. Every function takes a
//! [`DeliveryDb`](crate::DeliveryDb), whose role cannot see drafts.

mod find;
mod keys;
mod list;
mod refs;
mod search;

pub use find::{DeliveredParts, DeliveredVersion, Found, find_guide};
pub use keys::find_key;
pub use list::{After, ListFilters, ListRow, ListSort, list_changed_at, list_guides};
pub use refs::{LedgerPosition, current_position, find_position};
pub use search::{
    FoundGuide, PublishedSource, list_found, list_published_since, list_published_sources,
};
