#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod http;
pub mod install;
pub mod process;
pub mod program;
pub mod workspace;
