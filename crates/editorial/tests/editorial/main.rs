//! Every command: its effect, its one audit entry, and its refusals, which leave no trace.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod autosaving;
mod cards;
mod concurrency;
mod cycle;
mod four_eyes;
mod importing;
mod keys;
mod leading;
mod links;
mod merging;
mod naming;
mod previewing;
mod publishing;
mod readers;
mod referring;
mod refusals;
mod repointing;
mod reviewing;
mod taking_down;
mod taking_over;
mod talking;
mod telling;
mod webhooks;
mod world;
mod writing;
