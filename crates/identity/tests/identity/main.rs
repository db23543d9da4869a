//! Every command about people: its effect and its one audit entry; and that a refusal leaves no
//! trace.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod links;
mod people;
mod refusals;
mod world;
