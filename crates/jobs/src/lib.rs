#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod backoff;
mod caught;
mod jobs;
mod period;
mod queue;
mod stop;

pub use caught::describe_metrics;
pub use jobs::Jobs;
pub use period::Period;
pub use queue::Queue;

#[cfg(test)]
mod tests;
