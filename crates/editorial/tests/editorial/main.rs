//! Every command: what it does and the one audit entry it leaves; what it refuses, and that a
//! refusal leaves no trace.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod autosaving;
mod cards;
mod concurrency;
mod cycle;
mod four_eyes;
mod importing;
mod keys;
mod merging;
mod naming;
mod previewing;
mod publishing;
mod readers;
mod referring;
mod refusals;
mod reviewing;
mod taking_down;
mod talking;
mod telling;
mod webhooks;
mod world;
mod writing;
