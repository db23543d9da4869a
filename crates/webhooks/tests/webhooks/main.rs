//! A worker against a real database and a receiver that does whatever a receiver can do.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod receiver;
mod sending;
mod stopping;
mod world;
