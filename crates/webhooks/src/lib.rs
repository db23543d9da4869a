#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod queue;
mod resolver;
mod retry_after;
mod sender;
mod signature;

pub use queue::WebhookQueue;
pub use sender::{Answered, Sender, SenderError};
