//! The private Postgres, tested with the real programs of the system.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crashes;
mod guests;
mod home;
mod places;
mod programs;
mod start_and_stop;
