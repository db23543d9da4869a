#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod resolver;
mod retry_after;
mod sender;
mod signature;
mod worker;

pub use sender::{Answered, Sender, SenderError};
pub use signature::{sign, signatures};
pub use worker::Worker;
