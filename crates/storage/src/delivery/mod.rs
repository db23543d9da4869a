//! The reads of delivery: published content at any ref, and nothing else.
//!
//! Every function takes a [`DeliveryDb`](crate::DeliveryDb), whose role cannot see drafts.
//!
//! Every function returns [`StorageError::Unavailable`](crate::StorageError::Unavailable) while the
//! database is away and [`StorageError::Database`](crate::StorageError::Database) when a statement
//! fails.

mod changes;
mod entries;
mod find;
mod follow;
mod keys;
mod list;
mod listen;
mod parts;
mod refs;
mod search;
mod version;

pub use changes::{PublicSlug, SlugChange, SlugState, list_changes};
pub use entries::{LedgerEntry, find_entry, list_entries};
pub use find::{Found, find_guide};
pub use follow::{
    Group, LastChange, SlugHolder, list_changed_versions, list_last_changes, list_positions,
    list_slug_holders, list_versions_at,
};
pub use keys::{LivingKey, find_key};
pub use list::{After, ListFilters, ListSort, list_changed_at, list_guides};
pub use listen::LedgerListener;
pub use parts::{LoadedPart, Part, load_parts};
pub use refs::{LedgerPosition, current_position, find_position, is_standby};
pub use search::{
    FoundGuide, PublishedSource, list_found, list_published_since, list_published_sources,
};
pub use version::DeliveredVersion;
