#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "everything here runs inside a test, which fails by panicking"
)]

mod answer;
mod app;
mod client;
mod created_guide;
mod description;
mod events;
mod guide_states;
mod people;
mod redact;
mod sources;

pub use answer::Answer;
pub use app::TestApp;
pub use client::{Call, Client};
pub use created_guide::CreatedGuide;
pub use events::Events;
pub use guide_states::{BuiltGuide, GuideState};
pub use people::{PASSWORD, Person};
pub use sources::{guide_source, own_guides, real_pages};
