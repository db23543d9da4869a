//! A worker with a real database, and a receiver that can respond in every way.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod receiver;
mod sending;
mod stopping;
mod world;
