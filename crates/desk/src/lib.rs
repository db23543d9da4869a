#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod presence;
mod previews;
mod public_guides;
mod router;
mod search;
mod state;
mod taken_down;
mod threads;
mod waiting;

pub use presence::{OtherPerson, Presence, Seat};
pub use previews::{preview_address, private_previews};
pub use public_guides::{HeldGuides, PublicGuides};
pub use router::router;
pub use search::{FollowError, LatestSearch, ListedNumber, NarrowError, ShorterSearch, is_named};
pub use state::{DeskSettings, DeskState};
pub use taken_down::TakenDown;
pub use threads::{PlacedIn, place_threads};
pub use waiting::{count_first, count_publishable, count_waiting, first_state, judge, publisher};
