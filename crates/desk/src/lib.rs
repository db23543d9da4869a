#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod presence;
mod preview_limit;
mod previews;
mod problem;
mod public_guides;
mod router;
mod search;
pub mod session;
mod state;

pub use presence::{OtherPerson, Presence, Seat};
pub use preview_limit::PreviewLimit;
pub use previews::{preview_address, private_previews};
pub use problem::storage_problem;
pub use public_guides::{HeldGuides, PublicGuides};
pub use router::router;
pub use search::{FollowError, LatestSearch, NarrowError};
pub use session::{SignInThrottle, Wait};
pub use state::{DeskSettings, DeskState};
