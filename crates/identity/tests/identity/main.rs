//! Every command about people: its effect, its one audit entry, and its refusals, which leave no
//! trace.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod links;
mod people;
mod refusals;
mod world;
